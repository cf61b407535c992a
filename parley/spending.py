"""What was spent, as sums over the ledger that keep apart what is certain and what is not. Pure.

A call that reached no model used nothing and makes no total uncertain. One without an outcome may have used
something, so its figures are unknown. Nothing unknown is ever 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Protocol

from parley.conversation import LedgerEntry, MessageState
from parley.outcomes import was_refused
from parley.pricing.costing import EXACT_DIGITS, CostTotal
from parley.pricing.price import Cost
from parley.usage import Count, State, Usage

REACHED_NOTHING = frozenset(
    {"CannotConnect", "CredentialMissing", "LocalModelError", "UntrustedServer", "WrongBaseUrl"}
)
"""Errors that come before any model; a web page may have answered with status 200."""


@dataclass(frozen=True)
class TokenSum:
    """Tokens of many calls, and how much of the sum is certain."""

    tokens: int | None
    """Of the calls whose count is known; `None` = of none."""
    known: int
    """Calls whose count is known."""
    unknown: int
    """Calls that may have used some, nobody knows how many."""
    estimated: int
    partial: int = 0
    at_most: int | None = None
    """The sum with every partial count at its bound; `None` when one has no bound, or is unknown."""

    @property
    def count(self) -> Count:
        """In the weakest state among its parts, as `parley.usage.total`."""
        if self.tokens is None:
            return Count()
        if self.unknown or self.partial:
            return Count(self.tokens, State.PARTIAL, self.at_most)
        return Count(self.tokens, State.ESTIMATED if self.estimated else State.REPORTED)


@dataclass(frozen=True)
class Spent:
    """Money and tokens of many calls.

    `calls` = `unfinished` + `unused` + `free` + `priced` + `estimated` + `partial` + `unpriced`.
    """

    calls: int
    unfinished: int
    """Without an outcome: still running, or interrupted; what they cost is unknown."""
    unused: int
    """Refused, never sent, or with nobody there: they cost nothing that anybody could name."""
    free: int
    priced: int
    """Whose cost is certain."""
    estimated: int
    partial: int
    """Stopped or cut: they cost at least what is counted."""
    unpriced: int
    unbounded: int
    """Those of `partial` whose cost has no upper bound."""
    amount: Decimal | None
    """US dollars, exact: the sum of what is known; `None` when nothing is."""
    at_most: Decimal | None
    """US dollars: the same with every partial cost at its bound; `None` when one call has none."""
    input: TokenSum
    output: TokenSum

    @property
    def of_known_cost(self) -> int:
        return self.free + self.priced + self.estimated + self.partial

    @property
    def total(self) -> CostTotal:
        """As a receipt writes it; what is unfinished counts as unpriced there."""
        counted = self.calls - self.unused
        return CostTotal(
            amount=self.amount,
            unpriced=self.unpriced + self.unfinished,
            partial=self.partial,
            estimated=self.estimated,
            replies=counted,
            all_free=counted > 0 and self.free == counted,
        )


@dataclass(frozen=True)
class Group:
    """What one model, day, conversation … spent."""

    key: str
    spent: Spent


@dataclass(frozen=True)
class WhereTokensWent:
    """Tokens by what they were for. Input is divided by characters, since no server tells it: write those with ≈."""

    system: int
    history: int
    attachments: int
    new: int
    input_unplaced: int
    """Input that was not reported, or of which nothing is known but the sum."""
    reasoning: int
    answer: int
    output_undivided: int
    """Output of which nobody said how much was reasoning."""

    @property
    def placed(self) -> int:
        """Reported input, all of it divided among the first four."""
        return self.system + self.history + self.attachments + self.new

    def share_of_input(self, tokens: int) -> Decimal | None:
        """From 0 to 1, of the input that could be divided; `None` when none could."""
        return Decimal(tokens) / self.placed if self.placed else None


@dataclass(frozen=True)
class CacheUse:
    """What caches of the servers did for the input."""

    said: int
    """Calls whose server told how much was cached; only these are counted here."""
    hits: int
    """Those with something out of a cache."""
    cached_tokens: int
    input_tokens: int
    """All input of `said`."""
    saved: Decimal | None
    """US dollars, exact, each at the price that its own call was costed with; `None` when no hit has one."""
    unvalued: int
    """Hits of which nobody knows what they saved."""

    @property
    def hit_rate(self) -> Decimal | None:
        """Of tokens, from 0 to 1; `None` when no server said anything."""
        return Decimal(self.cached_tokens) / self.input_tokens if self.input_tokens else None


@dataclass(frozen=True)
class Averages:
    """Means, and of how many each is one. `None` = of none."""

    cost_per_call: Decimal | None
    """US dollars, rounded to 28 digits; calls of unknown cost are not in it."""
    calls: int
    """Of known cost."""
    input_per_call: Decimal | None
    output_per_call: Decimal | None
    cost_per_conversation: Decimal | None
    """What is known of it; probes belong to none."""
    calls_per_conversation: Decimal | None
    conversations: int
    is_lower_bound: bool
    """Some cost of a conversation is partial or unknown, so that the true mean is higher."""


def averages(everything: Spent, in_conversations: Spent, conversations: int) -> Averages:
    """`in_conversations`: without the probes, that many conversations together."""
    return Averages(
        cost_per_call=_mean(everything.amount, everything.of_known_cost),
        calls=everything.of_known_cost,
        input_per_call=_mean(everything.input.tokens, everything.input.known),
        output_per_call=_mean(everything.output.tokens, everything.output.known),
        cost_per_conversation=_mean(in_conversations.amount, conversations),
        calls_per_conversation=_mean(in_conversations.calls, conversations),
        conversations=conversations,
        is_lower_bound=in_conversations.total.unpriced + in_conversations.partial > 0,
    )


def _mean(total: Decimal | int | None, number: int) -> Decimal | None:
    return None if total is None or not number else Decimal(total) / number


@dataclass(frozen=True)
class CallsPage:
    """Some rows of the ledger, the newest first."""

    calls: tuple[LedgerEntry, ...]
    total: int
    """All that are wanted, this page and the others."""
    next: tuple[datetime, int] | None
    """Where the next page begins; `None` = this is the last."""


class Ended(Protocol):
    """Of an outcome, what tells whether it used anything."""

    @property
    def state(self) -> MessageState: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def error_kind(self) -> str | None: ...
    @property
    def http_status(self) -> int | None: ...


def reached_a_model(ended: Ended) -> bool:
    """Whether a call may have used anything. Silence and a lost connection count: the endpoint may have billed them.

    It did not when the endpoint refused it, when no endpoint of the kind was there, or when the reader stopped it
    before it was sent.
    """
    was_never_sent = (
        ended.state is MessageState.STOPPED and ended.http_status is None and ended.usage == Usage()
    )
    return not (
        was_refused(ended.http_status, ended.error_kind, ended.usage)
        or was_never_sent
        or ended.error_kind in REACHED_NOTHING
    )


def most_of(cost: Cost) -> Decimal | None:
    """US dollars at its upper bound, or what is known where there is none."""
    if cost.amount is None or cost.state is not State.PARTIAL or cost.free or cost.at_most is None:
        return cost.amount
    return cost.at_most


def saved_by_cache(cost: Cost) -> Decimal | None:
    """US dollars that cached tokens cost less than others, by the lines of this cost; `None` where none are."""
    if [line.label for line in cost.lines[:2]] != ["Input", "Cached input"]:
        return None
    full, cached = cost.lines[:2]
    with localcontext(prec=EXACT_DIGITS):
        return (cached.tokens * (full.rate_per_mtok - cached.rate_per_mtok)).scaleb(-6)
