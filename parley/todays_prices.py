"""Calls that were made, at the prices that their models have today; what was paid stays as the ledger has it. Pure.

A call is billed as it was when it was sent, by another price alone: at the same price it costs the same to the last
digit. What cannot be repriced is counted with the reason, and is in no sum.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import StrEnum

from parley.conversation import LedgerEntry, Outcome
from parley.outcomes import bill
from parley.pricing.costing import EXACT_DIGITS, RESPONSE_SOURCE, CostTotal, total_cost
from parley.pricing.price import Cost, Price
from parley.spending import reached_a_model

PriceOf = Callable[[str], Price | None]
"""From a model's id to the price that it has today."""


class WhyNot(StrEnum):
    """Why a call cannot be repriced."""

    NAMED = "the response itself named the cost, which no price list replaces"
    NO_PRICE = "no price is known today"
    NO_ENDPOINT = "the endpoint is not set up any more, or has another address"
    NO_USAGE = "what was used is unknown"


@dataclass(frozen=True, order=True)
class AskedModel:
    """A model of an endpoint, as it was asked."""

    endpoint: str
    model: str


@dataclass(frozen=True)
class ModelToday:
    """The repriced calls of one model."""

    asked: AskedModel
    then: CostTotal
    """As recorded, of those whose cost was known then."""
    today: CostTotal
    """The same calls."""
    unpriced_then: CostTotal
    """At today's prices, the calls that had no price then; they are in neither of the other two."""

    @property
    def difference(self) -> Decimal | None:
        """US dollars, exact: what it would cost more today; `None` where no call had a cost then."""
        if self.then.amount is None or self.today.amount is None:
            return None
        with localcontext(prec=EXACT_DIGITS):
            return self.today.amount - self.then.amount


@dataclass(frozen=True)
class AtTodaysPrices:
    """What calls would cost today."""

    models: tuple[ModelToday, ...]
    """Those that cost most today first."""
    total: ModelToday
    """All of them together; of no model."""
    not_repriced: Mapping[tuple[AskedModel, WhyNot], int]
    """How many calls of which model, and why."""
    unused: int
    """Calls that reached no model and cost nothing."""


@dataclass
class _Pile:
    """Costs of one model while they are collected."""

    then: list[Cost] = field(default_factory=list)
    today: list[Cost] = field(default_factory=list)
    unpriced_then: list[Cost] = field(default_factory=list)

    def summed(self, asked: AskedModel) -> ModelToday:
        return ModelToday(
            asked, total_cost(self.then), total_cost(self.today), total_cost(self.unpriced_then)
        )


def at_todays_prices(
    calls: Iterable[LedgerEntry], prices_at: Callable[[str, str], PriceOf | None]
) -> AtTodaysPrices:
    """Any number of calls. `prices_at`: from an endpoint's name and address to its prices, `None` = not set up."""
    piles: defaultdict[AskedModel, _Pile] = defaultdict(_Pile)
    everything, not_repriced, unused = _Pile(), Counter[tuple[AskedModel, WhyNot]](), 0
    for call in calls:
        asked = AskedModel(call.request.endpoint, call.request.model)
        if call.outcome is not None and not reached_a_model(call.outcome):
            unused += 1
            continue
        found = repriced_call(call, prices_at(call.request.endpoint, call.request.base_url))
        if isinstance(found, WhyNot):
            not_repriced[asked, found] += 1
            continue
        for pile in (piles[asked], everything):
            _put(pile, *found)
    summed = [pile.summed(asked) for asked, pile in piles.items()]
    ordered = sorted(summed, key=_most_today, reverse=True)
    total = everything.summed(AskedModel("", ""))
    return AtTodaysPrices(tuple(ordered), total, not_repriced, unused)


def _put(pile: _Pile, then: Cost, today: Cost) -> None:
    if then.amount is None:
        pile.unpriced_then.append(today)
        return
    pile.then.append(then)
    pile.today.append(today)


def _most_today(one: ModelToday) -> Decimal:
    return max(one.today.amount or Decimal(0), one.unpriced_then.amount or Decimal(0))


def repriced_call(call: LedgerEntry, price_of: PriceOf | None) -> tuple[Cost, Cost] | WhyNot:
    """What a call cost, as recorded, and what it would cost today."""
    outcome = call.outcome
    if outcome is None:
        return WhyNot.NO_USAGE
    if outcome.cost.source == RESPONSE_SOURCE:
        return WhyNot.NAMED
    if price_of is None:
        return WhyNot.NO_ENDPOINT
    asked = call.request.model
    price, answered = price_of(asked), outcome.model_answered
    today = bill(outcome.usage, price, asked=asked, answered=answered, price_of=price_of)
    if today.amount is None:
        return _why_unknown(price, outcome, price_of)
    return outcome.cost, today


def _why_unknown(price: Price | None, outcome: Outcome, price_of: PriceOf) -> WhyNot:
    """What is free of one model says nothing of the one that answered."""
    known = (price_of(outcome.model_answered) if outcome.model_answered else None) or price
    return WhyNot.NO_PRICE if known is None or known.free else WhyNot.NO_USAGE
