"""Budgets of an owner, and what counts against them: the ledger at its upper bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parley.budget import Budget, Period, Tally
from parley.conversation import Kind, Request, new_id
from parley.pricing.price import UNKNOWN_COST, Cost, Price
from parley.store import Store
from parley.usage import State
from parley.wanted_calls import Wanted
from tests.parley.store.turns import (
    ANN,
    BOB,
    NOON,
    conversation,
    outcome_of,
    question,
    reply_to,
    request_for,
)

PRICE = Price(Decimal("0.2"), Decimal("0.65"), source="a list")
DAY = Budget(Period.DAY, Decimal("0.100000000000000000000000001"), hard=True)
MONTH = Budget(Period.MONTH, Decimal(5), hard=False)


def sent(at: datetime = NOON, **more: Any) -> Request:
    request = request_for(reply_to(question(conversation())))
    limited: dict[str, Any] = {
        "price": PRICE,
        "context_window": 1000,
        "composition": {"new": 72},
        "parameters": {},
    }
    return replace(request, attempt_id=new_id(), sent_at=at, **{**limited, **more})


def add(store: Store, cost: Cost | None, at: datetime = NOON, owner: str = ANN) -> Request:
    """A call that came to this cost; `None` = it has no end."""
    request = sent(at)
    store.add_request(owner, request)
    if cost is not None:
        store.add_outcome(owner, replace(outcome_of(request), cost=cost, reported_cost=None))
    return request


def certain(amount: str) -> Cost:
    return Cost(Decimal(amount), State.REPORTED)


def test_budgets_come_back_digit_for_digit_and_to_their_owner_alone(store: Store) -> None:
    store.set_budgets(ANN, [MONTH, DAY])

    assert store.budgets(ANN) == [DAY, MONTH]
    assert store.budgets(BOB) == []


def test_those_that_are_set_take_the_place_of_all_before(store: Store) -> None:
    store.set_budgets(ANN, [DAY, MONTH])
    store.set_budgets(BOB, [DAY])

    store.set_budgets(ANN, [replace(MONTH, hard=True)])

    assert store.budgets(ANN) == [replace(MONTH, hard=True)]
    store.set_budgets(ANN, [])
    assert store.budgets(ANN) == []
    assert store.budgets(BOB) == [DAY]


def test_of_nothing_nothing_is_spent(store: Store) -> None:
    assert store.tally(ANN, Wanted()) == Tally()


def test_costs_are_added_up_at_their_bounds(store: Store) -> None:
    add(store, certain("0.5"))
    add(store, Cost(Decimal("0.1"), State.PARTIAL, at_most=Decimal("0.4")))
    add(store, Cost(Decimal("1e-30"), State.REPORTED))
    add(store, certain("7"), owner=BOB)

    tally = store.tally(ANN, Wanted())

    least, most = "0.600000000000000000000000000001", "0.900000000000000000000000000001"
    assert tally == Tally(Decimal(least), Decimal(most))


def test_what_is_not_certain_is_counted_or_said(store: Store) -> None:
    add(store, Cost(Decimal("0.2"), State.ESTIMATED))
    add(store, Cost(Decimal("0.1"), State.PARTIAL))
    add(store, UNKNOWN_COST)

    tally = store.tally(ANN, Wanted())

    assert tally == Tally(Decimal("0.3"), Decimal("0.3"), unknown=2, is_estimate=True)


def test_a_call_without_an_end_counts_with_all_that_it_may_have_cost(store: Store) -> None:
    add(store, certain("0.5"))
    add(store, None)
    store.add_request(ANN, sent(price=None))

    # (72 + 128) × $0.20 and 1,000 × $0.65 a million.
    assert store.tally(ANN, Wanted()) == Tally(Decimal("0.5"), Decimal("0.50069"), unknown=1)


@pytest.mark.parametrize("cost", [certain("0.5"), None], ids=["ended", "without-an-end"])
def test_what_belongs_to_another_time_or_conversation_is_not_counted(
    store: Store, cost: Cost | None
) -> None:
    request = add(store, cost)
    add(store, cost, NOON - timedelta(days=1))
    add(store, cost, NOON.replace(hour=0, minute=0))
    today = Wanted(date(2026, 11, 22))

    one = store.tally(ANN, Wanted(conversation_id=request.conversation_id)).most

    assert one > 0
    assert store.tally(ANN, today).most == 2 * one
    assert store.tally(ANN, replace(today, utc_offset_min=-60)).most == one
    assert store.tally(ANN, Wanted(conversation_id="another")) == Tally()


def test_a_probe_counts(store: Store) -> None:
    request = sent(conversation_id="", kind=Kind.PROBE)
    store.add_request(ANN, request)
    store.add_outcome(ANN, replace(outcome_of(request), cost=certain("0.5"), reported_cost=None))

    assert store.tally(ANN, Wanted(datetime.now(UTC).date().replace(year=2026))).unknown == 0
    assert store.tally(ANN, Wanted(date(2026, 11, 22))).most == Decimal("0.5")
