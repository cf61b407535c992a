"""What was spent, checked by hand: sums are exact, what is uncertain is kept apart, days are the reader's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from parley.conversation import LedgerEntry, MessageState, Outcome, Request
from parley.outcomes import REFUSALS
from parley.pricing.costing import cost_of
from parley.pricing.price import Cost
from parley.pricing.wording import write_total
from parley.spending import REACHED_NOTHING, TokenSum
from parley.store import Store
from parley.usage import Count, State, Usage
from parley.wanted_calls import Dimension, Wanted
from tests.parley.store.spent_calls import FREE, PRICE, call, costing, cut, keep, request
from tests.parley.store.turns import (
    ANN,
    BOB,
    outcome_of,
    put_turn,
)


def test_nothing_sent_is_nothing_known_and_not_zero(store: Store) -> None:
    spent = store.spent(ANN)

    assert (spent.calls, spent.amount, spent.at_most) == (0, None, None)
    assert (spent.input.tokens, spent.output.count) == (None, Count())
    assert write_total(spent.total) == "–"
    assert store.spent_by(ANN, Dimension.DAY) == []
    assert store.calls_page(ANN).total == 0
    assert store.averages(ANN).cost_per_call is None


def test_a_sum_is_exact_and_tells_how_many_calls_are_in_it(store: Store) -> None:
    keep(store, call(request()), call(request()))

    spent = store.spent(ANN)

    # 600 × $0.20 + 400 × $0.05 + 100 × $0.65 per million, twice
    assert (spent.calls, spent.priced) == (2, 2)
    assert spent.amount == spent.at_most == Decimal("0.000410")
    assert spent.input == TokenSum(2000, 2, 0, 0, at_most=2000)
    assert spent.output.count == Count(200, State.REPORTED)


def test_money_too_large_or_too_fine_for_whole_numbers_is_added_to_the_last_digit(
    store: Store,
) -> None:
    amounts = ["123456789.10", "0.0000000000000000000000000000001", "99.999999999999", "1E-24"]
    keep(store, *(costing(request(), amount) for amount in amounts))

    amount = store.spent(ANN).amount

    assert str(amount) == "123456889.0999999999990000000000010000001"


def test_what_is_uncertain_is_kept_apart_and_told(store: Store) -> None:
    keep(
        store,
        call(request(), inputs=6_025_000, cached=0),
        call(request(), price=None),
        LedgerEntry(request(), None),
        call(request(), price=FREE),
        cut(request(), at_most=200),
    )

    spent = store.spent(ANN)

    assert (spent.priced, spent.unpriced, spent.unfinished) == (1, 1, 1)
    assert (spent.free, spent.partial, spent.unbounded) == (1, 1, 0)
    assert spent.at_most is None
    assert write_total(spent.total) == "at least $1.21, 2 replies unpriced, 1 reply cut short"
    assert spent.output.count == Count(400, State.PARTIAL)


def test_a_cut_reply_has_an_upper_bound_where_one_is_known(store: Store) -> None:
    keep(store, cut(request(), at_most=300), call(request()))

    bounded = store.spent(ANN)
    keep(store, cut(request(), at_most=None))
    unbounded = store.spent(ANN)

    assert (bounded.amount, bounded.at_most) == (Decimal("0.000410"), Decimal("0.000540"))
    assert bounded.output.count == Count(200, State.PARTIAL, 400)
    assert (unbounded.unbounded, unbounded.at_most) == (1, None)
    assert unbounded.output.count == Count(300, State.PARTIAL)


def test_an_estimate_makes_the_sum_one(store: Store) -> None:
    asked = request()
    usage = Usage(Count(10, State.ESTIMATED), Count(), Count(5, State.ESTIMATED))
    keep(
        store,
        LedgerEntry(asked, replace(outcome_of(asked), usage=usage, cost=cost_of(usage, PRICE))),
    )

    spent = store.spent(ANN)

    assert (spent.estimated, spent.priced, spent.input.estimated) == (1, 0, 1)
    assert spent.input.count == Count(10, State.ESTIMATED)
    assert write_total(spent.total).startswith("≈")


@pytest.mark.parametrize("kind", sorted(REFUSALS | REACHED_NOTHING))
def test_a_call_that_reached_no_model_leaves_no_total_uncertain(
    file_store: Store, kind: str
) -> None:
    asked = request()
    keep(
        file_store, call(request()), LedgerEntry(asked, replace(outcome_of(asked), error_kind=kind))
    )

    spent = file_store.spent(ANN)

    assert (spent.calls, spent.unused, spent.unpriced) == (2, 1, 0)
    assert spent.amount == spent.at_most
    assert not write_total(spent.total).startswith("at least")


def never_sent(asked: Request) -> Outcome:
    return outcome_of(asked, MessageState.STOPPED)


def turned_away(asked: Request) -> Outcome:
    return replace(outcome_of(asked, MessageState.FAILED), http_status=429)


def lost(asked: Request) -> Outcome:
    return replace(outcome_of(asked, MessageState.FAILED), error_kind="ConnectionLost")


@pytest.mark.parametrize(
    ("end", "unused"),
    [(never_sent, 1), (turned_away, 1), (lost, 0)],
    ids=["never-sent", "refused", "lost"],
)
def test_silence_may_have_cost_something_and_a_refusal_did_not(
    store: Store, end: object, unused: int
) -> None:
    asked = request()
    assert callable(end)
    keep(store, LedgerEntry(asked, end(asked)))

    spent = store.spent(ANN)

    assert (spent.unused, spent.unpriced) == (unused, 1 - unused)
    assert (spent.input.unknown, spent.output.unknown) == (1 - unused, 1 - unused)


def test_a_running_call_counts_once_when_it_has_ended(store: Store) -> None:
    ran = call(request())
    keep(store, LedgerEntry(ran.request, None))
    assert ran.outcome is not None

    before = store.spent(ANN)
    store.add_outcome(ANN, ran.outcome)
    store.add_outcome(ANN, replace(ran.outcome, cost=Cost(Decimal(9), State.REPORTED)))
    after = store.spent(ANN)

    assert (before.calls, before.unfinished, before.amount) == (1, 1, None)
    assert (after.calls, after.unfinished, after.amount) == (1, 0, Decimal("0.000205"))


def test_a_whole_turn_is_in_the_sums(store: Store) -> None:
    _, reply, asked = put_turn(store)
    outcome = call(asked).outcome
    assert outcome is not None

    store.finish_reply(ANN, replace(reply, state=MessageState.COMPLETE), outcome)

    assert store.spent(ANN).amount == Decimal("0.000205")
    assert store.spent(BOB).calls == 0


def test_days_are_those_of_the_reader(store: Store) -> None:
    keep(store, call(request(hours=10.5)), call(request(hours=11.5)), call(request(hours=12.5)))

    def days(offset_min: int) -> list[tuple[str, int]]:
        wanted = Wanted(utc_offset_min=offset_min)
        found = store.spent_by(ANN, Dimension.DAY, wanted)
        return [(group.key, group.spent.calls) for group in found]

    assert days(0) == [("2026-11-22", 2), ("2026-11-23", 1)]
    assert days(60) == [("2026-11-22", 1), ("2026-11-23", 2)]
    assert days(-45) == [("2026-11-22", 3)]
    only = Wanted(date(2026, 11, 23), date(2026, 11, 23), 60)
    assert store.spent(ANN, only).calls == len(store.calls_page(ANN, only).calls) == 2
    assert store.spent_by(ANN, Dimension.DAY, limit=1)[0].key == "2026-11-23"


def test_what_cost_most_comes_first_and_what_stands_apart_is_not_missed(store: Store) -> None:
    for model, amount in (("cheap", "0.01"), ("dear", "90"), ("unheard-of", "5000")):
        keep(store, costing(request(model=model), amount))

    found = store.spent_by(ANN, Dimension.MODEL, limit=2)

    assert [(group.key, group.spent.amount) for group in found] == [
        ("unheard-of", Decimal(5000)),
        ("dear", Decimal(90)),
    ]


def test_sql_in_a_filter_is_text_d15(store: Store) -> None:
    keep(store, call(request()))
    odd = "'; DROP TABLE spending; --"

    wanted = Wanted(endpoints=(odd,), models=(odd, "\0\ud800"), conversation_id=odd)

    assert store.spent(ANN, wanted).calls == store.calls_page(ANN, wanted).total == 0
    assert store.spent(ANN).calls == 1
