"""Money: a `Price` with its source and date, and what a reply cost by it. US dollars, in `Decimal`.

A price outside sane bounds is refused, not shown; a price of 0 exists only where the source calls the model free.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from parley.usage import State, Usage

LOWEST_PER_MTOK = Decimal("0.0001")
HIGHEST_PER_MTOK = Decimal("1000")
MTOK = Decimal(1_000_000)

LOCAL_SOURCE = "runs on this machine"
"""The source of the one price that is free because nobody else runs the model."""
OWN_SOURCE = "set by you"
"""The source of a price that its owner set."""


@dataclass(frozen=True)
class Tier:
    """Other rates for the whole of a request whose input is longer than this."""

    above_input_tokens: int
    input_per_mtok: Decimal
    output_per_mtok: Decimal
    cached_input_per_mtok: Decimal | None = None


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens, with where that was said and when."""

    input_per_mtok: Decimal
    output_per_mtok: Decimal
    cached_input_per_mtok: Decimal | None = None
    """`None` = no discount known: cached tokens cost what input costs."""
    source: str = ""
    """Such as "the endpoint's own list" or "bundled list"."""
    as_of: date | None = None
    free: bool = False
    """The source says that it costs nothing; all rates are then 0."""
    tiers: tuple[Tier, ...] = ()
    """Where long requests cost otherwise: the shortest first. The rates above are those below all of them."""

    def for_input(self, tokens: int) -> Price:
        """The rates of a request with this much input, cached input included."""
        tier = next((t for t in reversed(self.tiers) if tokens > t.above_input_tokens), None)
        if tier is None:
            return self
        return replace(
            self,
            input_per_mtok=tier.input_per_mtok,
            output_per_mtok=tier.output_per_mtok,
            cached_input_per_mtok=tier.cached_input_per_mtok,
            tiers=(),
        )


@dataclass(frozen=True)
class CostLine:
    """One line of the arithmetic: tokens × rate = amount."""

    label: str
    tokens: int
    rate_per_mtok: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Cost:
    """What a reply cost in US dollars, with its state and how it was made."""

    amount: Decimal | None = None
    """`None` = unknown."""
    state: State = State.UNKNOWN
    at_most: Decimal | None = None
    """Upper bound of a partial cost, where the token bound is known."""
    lines: tuple[CostLine, ...] = ()
    """Empty when the server reported the cost itself."""
    source: str = ""
    as_of: date | None = None
    free: bool = False


UNKNOWN_COST = Cost()


@dataclass(frozen=True)
class RefusedPrice:
    """A price that was read somewhere and cannot be true."""

    reason: str
    source: str


def usage_is_priceable(usage: Usage) -> bool:
    """Both totals are needed; without one of them the cost is unknown."""
    return usage.input_tokens.is_known and usage.output_tokens.is_known
