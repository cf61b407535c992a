"""A conversation on other models: the same to the last digit on its own, an honest range on the others."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.model import Model
from parley.conversation import Kind, LedgerEntry, MessageState, Outcome
from parley.pricing.price import Price, Tier
from parley.pricing.sanity import free_price
from parley.repricing import Elsewhere, past_calls, repriced
from parley.tokens_per_character import Ratio
from parley.usage import Count, State, Usage
from tests.parley.calls import OWN, PRICE, cut, entry, model, prices, refused, usage, usages
from tests.parley.store.turns import NOON

RATIO = Ratio(500, 1000, Fraction(1, 4), Fraction(3, 4), 12)
"""Half a token per character, where the conversations below have a quarter."""


def on(entries: list[LedgerEntry], other: Model, ratio: Ratio | None = None) -> Elsewhere:
    found = repriced(entries, [other], None if ratio is None else {other.id: ratio})
    return (*found.priced, *found.unpriced)[0]


@given(
    st.lists(usages(), min_size=1, max_size=5),
    prices() | st.just(free_price("a list")),
    st.booleans(),
)
def test_at_its_own_price_a_conversation_costs_what_it_cost_to_the_last_digit(
    used: list[Usage], price: Price, learned: bool
) -> None:
    entries = [entry(one, price=price, new=400) for one in used]

    found = repriced(entries, [model(OWN, price)], {OWN: RATIO} if learned else None)

    own = found.priced[0]
    assert own.is_exact
    assert own.rests_on == "own count"
    assert own.total == found.paid
    assert found.calls == len(used)


@given(st.lists(usages(), max_size=5), prices())
def test_where_no_ratio_was_seen_the_same_tokens_are_assumed_and_nothing_is_certain(
    used: list[Usage], price: Price
) -> None:
    entries = [entry(one, price=price, new=400) for one in used]

    found = repriced(entries, [model("other", price)])

    other = found.priced[0]
    assert other.total is not None
    assert other.total.amount == found.paid.amount
    assert other.rests_on == "none seen, same tokens"
    assert other.least == other.total.amount
    doubtful = other.total.estimated + other.total.partial + other.total.unpriced
    assert doubtful == len(used)


def test_a_ratio_gives_a_figure_and_a_range() -> None:
    entries = [entry(usage(100, 20, 40), new=400)] * 2

    found = on(entries, model("other", "1"), RATIO)

    assert found.total is not None
    assert found.total.amount == Decimal("0.00048")
    assert (found.least, found.most) == (Decimal("0.00024"), Decimal("0.00072"))
    assert found.total.estimated == 2
    assert not found.is_exact
    assert found.ratio is RATIO
    assert found.rests_on == "0.500 (0.250 to 0.750, n = 12)"


@given(st.lists(usages(), min_size=1, max_size=4), prices(), st.integers(0, 900))
def test_the_figure_is_never_outside_its_range(
    used: list[Usage], price: Price, attached: int
) -> None:
    entries = [entry(one, new=400, attachments=attached) for one in used]

    found = on(entries, model("other", price), RATIO)

    assert found.total is not None
    if found.total.amount is not None:
        assert found.least is not None
        assert found.least <= found.total.amount
        assert found.most is None or found.most >= found.total.amount


def test_a_longer_request_has_the_rates_of_its_tier() -> None:
    tiered = Price(Decimal(1), Decimal(1), tiers=(Tier(150, Decimal(3), Decimal(3)),))

    found = on([entry(usage(100, 0), new=400)], model("other", tiered), RATIO)

    assert found.total is not None
    assert (found.total.amount, found.least) == (Decimal("0.0006"), Decimal("0.0001"))


def test_in_a_conversation_of_two_models_each_keeps_its_own_tokens() -> None:
    entries = [entry(usage(100, 0), new=400), entry(usage(100, 0), model="other", new=400)]

    found = on(entries, model("other", "1"), RATIO)

    assert found.total is not None
    assert found.total.amount == Decimal("0.0003")
    assert found.total.estimated == 1
    assert not found.is_exact


def test_u41_a_model_without_a_price_stands_apart_and_costs_none_and_not_0() -> None:
    found = repriced([entry(usage(100, 10))], [model("a"), model("b", "1")])

    assert [one.model.id for one in found.priced] == ["b"]
    (apart,) = found.unpriced
    assert (apart.total, apart.least, apart.most) == (None, None, None)


def test_what_cannot_chat_is_left_out() -> None:
    found = repriced([entry(usage(100, 10))], [model("a", "1", kind="embedding")])

    assert (found.priced, found.unpriced) == ((), ())


def test_those_that_hold_it_come_first_and_each_from_the_cheapest_on() -> None:
    models = [
        model("dear", "3", 8000),
        model("small", "1", 50),
        model("cheap", "2", 8000),
        model("free", free_price("a list")),
    ]

    found = repriced([entry(usage(100, 10))], models)

    assert [one.model.id for one in found.priced] == ["free", "cheap", "dear", "small"]
    assert [one.holds_all for one in found.priced] == [None, True, True, False]


TURNS = [entry(usage(100, 20), new=400), entry(usage(220, 80), new=880)]


@pytest.mark.parametrize(
    ("window", "longest", "ratio", "turn", "perhaps"),
    [
        (None, None, None, None, None),
        (300, 80, None, None, None),
        (299, None, None, 2, 2),
        (119, None, None, 1, 1),
        (None, 79, None, 2, 2),
        (600, None, RATIO, None, 2),
        (599, None, RATIO, 2, 2),
        (200, None, RATIO, 1, 1),
    ],
)
def test_a_model_is_marked_from_the_first_turn_that_it_could_not_hold(
    window: int | None,
    longest: int | None,
    ratio: Ratio | None,
    turn: int | None,
    perhaps: int | None,
) -> None:
    found = on(TURNS, model("other", "1", window, max_output_tokens=longest), ratio)

    assert (found.too_long_from, found.perhaps_too_long_from) == (turn, perhaps)


def test_u40_a_call_of_unknown_usage_is_counted_as_unpriced_and_takes_no_room() -> None:
    found = on([entry(), entry(usage(100, 0))], model("other", "1", 100))

    assert found.total is not None
    assert (found.total.unpriced, found.total.replies) == (1, 2)
    assert found.too_long_from is None


def test_u40_a_reply_cut_short_stays_at_least_that_wherever_it_is_costed() -> None:
    entries = [entry(cut(Count(100, State.REPORTED), 10, 50), new=400)]

    same, learned = on(entries, model("other", "1")), on(entries, model("other", "1"), RATIO)

    assert same.total is not None
    assert (same.total.partial, same.total.estimated) == (1, 0)
    assert (same.total.amount, same.most) == (Decimal("0.00011"), Decimal("0.00015"))
    assert (learned.least, learned.most) == (Decimal("0.00011"), Decimal("0.00045"))
    assert on([entry(cut(Count(100, State.REPORTED), 10))], model("x", "1")).most is None


def test_calls_that_were_turned_away_and_those_beside_the_chat_are_no_part_of_it() -> None:
    beside = [entry(usage(1, 1), kind=kind) for kind in (Kind.COMPARISON, Kind.PROBE)]
    entries = [refused(), *beside, entry(usage(100, 10)), entry(usage(200, 20))]

    found = past_calls(entries)

    assert [(call.turn, call.usage.input_tokens.value) for call in found] == [(1, 100), (2, 200)]


@pytest.mark.parametrize(
    "never_arrived",
    [
        Outcome("a", NOON, MessageState.FAILED, error_kind="CannotConnect"),
        Outcome("a", NOON, MessageState.STOPPED),
    ],
    ids=["nobody there", "stopped before it was sent"],
)
def test_u41_a_call_that_reached_no_model_makes_nothing_uncertain(never_arrived: Outcome) -> None:
    entries = [LedgerEntry(entry().request, never_arrived), entry(usage(100, 10))]

    found = repriced(entries, [model("x", "1", window=1000)])

    assert (found.calls, found.paid.unpriced) == (1, 0)
    assert found.priced[0].holds_all


def test_attempts_at_one_reply_are_one_turn() -> None:
    entries = [entry(reply_id="a"), entry(usage(1, 1), reply_id="a"), entry(usage(2, 1))]

    assert [call.turn for call in past_calls(entries)] == [1, 1, 2]


def test_what_the_server_itself_said_it_cost_is_what_was_paid() -> None:
    sent = entry(usage(100, 10))
    assert sent.outcome is not None
    told = replace(sent.outcome.cost, amount=Decimal("0.5"), lines=())

    found = repriced([replace(sent, outcome=replace(sent.outcome, cost=told))], [model(OWN, PRICE)])

    assert found.paid.amount == Decimal("0.5")
    assert found.priced[0].total is not None
    assert found.priced[0].total.amount == Decimal("0.0000265")


def test_an_empty_conversation_costs_nothing_known_anywhere() -> None:
    found = on([], model("other", "1", 10))

    assert found.total is not None
    assert (found.total.amount, found.least, found.most) == (None, None, None)
