"""What a person's use costs on each model of a list, and which of them is the cheapest that can take it. Pure.

What is not known is counted apart: a model without a price is not cheap, and one without a window may be too small.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from parley.catalog.model import Model
from parley.pricing.monthly import Use, monthly_cost, request_cost
from parley.pricing.price import Price

GONE = ("retired", "delisted")


def monthly_costs(models: Iterable[Model], use: Use) -> dict[str, Decimal | None]:
    """Model id → US dollars a month, exact, as `month_on` has it. To be written with ≈."""
    return {model.id: month_on(model, use) for model in models}


def month_on(model: Model, use: Use) -> Decimal | None:
    """US dollars a month; `None` where no price is known, or a request is known not to fit the window."""
    price, window = model.price, model.context_window
    if price is None or (window is not None and window < use.tokens):
        return None
    return monthly_cost(price, use)


@dataclass(frozen=True)
class Cheapest:
    """The answer, and how many models could not be judged."""

    model: Model | None
    """`None` when no model is known to fit."""
    per_request: Decimal | None
    """US dollars for one request on it."""
    fitting: int
    """Models whose price is known and whose window is known to hold the request."""
    too_small: int
    window_unknown: int
    price_unknown: int
    """Those of unknown price among the models that would fit."""

    @property
    def considered(self) -> int:
        return self.fitting + self.too_small + self.window_unknown + self.price_unknown


def cheapest_that_fits(
    models: Iterable[Model], use: Use, *, holds: int | None = None, writes: int | None = None
) -> Cheapest:
    """The chat model that takes such a request for the least money; of equals the one with the largest window.

    `holds`: tokens that the window must hold, where that is more than this use's own input and output.
    `writes`: tokens of the longest answer, where that is more than this use's output.
    Models that are retired, delisted or not for chat are not considered, and unlisted ones only where none is listed.
    """
    considered = _considered(models)
    needed = max(holds or 0, use.tokens)
    known = [one for one in considered if one.window is not None]
    longest = max(writes or 0, use.output_tokens)
    large = [one for one in known if one.holds(needed, longest)]
    costs = [
        (request_cost(one.price, use), -(one.window or 0), index)
        for index, one in enumerate(large)
        if one.price is not None
    ]
    cost, _, index = min(costs, default=(None, 0, -1))
    return Cheapest(
        model=large[index].model if costs else None,
        per_request=cost,
        fitting=len(costs),
        too_small=len(known) - len(large),
        window_unknown=len(considered) - len(known),
        price_unknown=len(large) - len(costs),
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A model with what it is judged by: each is looked up once, as a list may hold thousands."""

    model: Model
    window: int | None
    longest_output: int | None
    price: Price | None

    def holds(self, tokens: int, output_tokens: int) -> bool:
        fits = self.window is not None and self.window >= tokens
        return fits and (self.longest_output is None or self.longest_output >= output_tokens)


def _considered(models: Iterable[Model]) -> list[_Candidate]:
    usable = [one for model in models if (one := _candidate(model)) is not None]
    listed = [one for one in usable if one.model.listed]
    return listed or usable


def _candidate(model: Model) -> _Candidate | None:
    # The first fact of a name is the one that counts; reversing lets it overwrite the others.
    value = {fact.name: fact.value for fact in reversed(model.facts)}
    if value.get("kind", "chat") != "chat" or value.get("lifecycle") in GONE:
        return None
    return _Candidate(
        model, value.get("context_window"), value.get("max_output_tokens"), value.get("price")
    )
