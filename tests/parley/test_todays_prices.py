"""Calls that were made at the prices of today: the same to the last digit where no price changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversation import LedgerEntry
from parley.outcomes import bill
from parley.pricing.price import Price
from parley.pricing.sanity import free_price
from parley.todays_prices import (
    AskedModel,
    AtTodaysPrices,
    PriceOf,
    WhyNot,
    at_todays_prices,
    repriced_call,
)
from parley.usage import UNKNOWN, Count, State, Usage
from tests.parley.calls import PRICE, cut, entry, prices, refused, usage, usages

DOUBLE = Price(Decimal("0.4"), Decimal("1.3"), Decimal("0.06"), source="a list")


def at(calls: list[LedgerEntry], **prices_today: Price | None) -> AtTodaysPrices:
    return at_todays_prices(calls, lambda _, __: prices_today.get)


def named(call: LedgerEntry, amount: str) -> LedgerEntry:
    """The same, of which the response itself named the cost."""
    assert call.outcome is not None
    cost = bill(call.outcome.usage, PRICE, reported_cost=Decimal(amount))
    return replace(call, outcome=replace(call.outcome, cost=cost, reported_cost=Decimal(amount)))


def answered(call: LedgerEntry, model: str) -> LedgerEntry:
    assert call.outcome is not None
    return replace(call, outcome=replace(call.outcome, model_answered=model))


@given(st.lists(usages(), max_size=6), prices() | st.just(free_price("a list")))
def test_at_the_same_price_every_call_costs_what_it_cost_to_the_last_digit(
    used: list[Usage], price: Price
) -> None:
    calls = [entry(one, price=price) for one in used]

    found = at(calls, own=price)

    known = [
        one.outcome.cost for one in calls if one.outcome and one.outcome.cost.amount is not None
    ]
    assert found.total.then == found.total.today
    assert found.total.today.replies == len(known)
    assert found.total.difference == (0 if known else None)
    told = found.unused + sum(found.not_repriced.values()) + found.total.today.replies
    assert told == len(calls)


def test_by_model_what_was_paid_what_it_would_cost_today_and_the_difference() -> None:
    calls = [
        entry(usage(1204, 318, 900)),
        entry(usage(1204, 318, 900)),
        entry(usage(10, 0), model="b"),
    ]

    found = at(calls, own=DOUBLE, b=PRICE)

    own, other = found.models
    assert own.asked == AskedModel("W&B Inference", "own")
    assert (own.then.amount, own.today.amount) == (Decimal("0.000589"), Decimal("0.001178"))
    assert own.difference == Decimal("0.000589")
    assert (other.asked.model, other.difference) == ("b", Decimal(0))
    assert found.total.then.amount == Decimal("0.000591")
    assert found.total.difference == Decimal("0.000589")


def test_u41_a_call_that_had_no_price_then_stands_apart_from_what_was_paid() -> None:
    found = at([entry(usage(1000, 0), price=None), entry(usage(1000, 0))], own=PRICE)

    (own,) = found.models
    assert (own.then.amount, own.today.amount) == (Decimal("0.0002"), Decimal("0.0002"))
    assert own.unpriced_then.amount == Decimal("0.0002")
    alone = at([entry(usage(1000, 0), price=None)], own=PRICE).models[0]
    assert (alone.then.amount, alone.difference) == (None, None)


@pytest.mark.parametrize(
    ("call", "price_of", "why"),
    [
        (named(entry(usage(10, 10)), "0.5"), {"own": PRICE}.get, WhyNot.NAMED),
        (entry(usage(10, 10)), {}.get, WhyNot.NO_PRICE),
        (entry(usage(10, 10)), None, WhyNot.NO_ENDPOINT),
        (entry(), {"own": PRICE}.get, WhyNot.NO_USAGE),
        (entry(usage(10, 10)), {"own": None, "b": PRICE}.get, WhyNot.NO_PRICE),
        (entry(Usage(output_tokens=Count(3, State.REPORTED))), {"own": PRICE}.get, WhyNot.NO_USAGE),
        (entry(cut(Count(9, State.ESTIMATED), 0)), {"own": PRICE}.get, WhyNot.NO_USAGE),
        (answered(entry(usage(9, 9)), "b"), {"own": free_price("a list")}.get, WhyNot.NO_PRICE),
    ],
    ids=["named", "no price", "no endpoint", "no outcome", "another's price", "no input",
         "nothing came", "another answered a free one"],
)  # fmt: skip
def test_what_cannot_be_repriced_is_counted_with_the_reason(
    call: LedgerEntry, price_of: PriceOf | None, why: WhyNot
) -> None:
    assert repriced_call(call, price_of) is why

    found = at_todays_prices([call, call], lambda _, __: price_of)

    assert found.not_repriced == {(AskedModel("W&B Inference", "own"), why): 2}
    assert (found.models, found.total.today.amount) == ((), None)


def test_u39_a_reply_of_another_model_is_repriced_at_that_ones_price() -> None:
    found = at([answered(entry(usage(1000, 0)), "b")], own=PRICE, b=DOUBLE)

    assert found.models[0].today.amount == Decimal("0.0004")


def test_a_call_that_reached_no_model_costs_nothing_today_either() -> None:
    found = at([refused()], own=PRICE)

    assert (found.unused, found.models, dict(found.not_repriced)) == (1, (), {})


def test_prices_are_asked_for_by_the_name_and_the_address_of_the_endpoint() -> None:
    asked: list[tuple[str, str]] = []

    def prices_at(name: str, base_url: str) -> PriceOf:
        asked.append((name, base_url))
        return {"own": PRICE}.get

    at_todays_prices([entry(Usage(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN))], prices_at)

    assert asked == [("W&B Inference", "https://api.example.com/v1")]
