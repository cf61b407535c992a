"""The arithmetic of a receipt: what the response named beside what the price comes to, bounds, another currency."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from components.receipt_arithmetic import INPUT_LEFT_OUT, by_price, counted_once, remarks, rows_of
from parley.conversation import LedgerEntry
from parley.outcomes import bill
from parley.pricing.price import Price, Tier
from parley.pricing.sanity import free_price
from parley.usage import UNKNOWN, Count, State, Usage, reported
from tests.components.open_receipt import arithmetic, drawn, texts
from tests.components.test_receipt import OUTCOME, PRICE, REQUEST, USAGE
from tests.parley.calls import prices, usages

NAMED = Decimal("0.00012345678")


def named(
    amount: Decimal = NAMED, price: Price | None = PRICE, usage: Usage = USAGE, **changes: str
) -> LedgerEntry:
    cost = bill(usage, price, reported_cost=amount)
    outcome = replace(OUTCOME, usage=usage, cost=cost, reported_cost=amount)
    return LedgerEntry(
        replace(REQUEST, price=price), replace(outcome, model_answered=changes.get("answered"))
    )


def test_a_cost_that_the_response_named_stands_beside_what_the_price_comes_to() -> None:
    app = drawn(named())

    assert arithmetic(app) == [
        ["Input", "304", "$0.20", "$0.0000608"],
        ["Cached input", "900", "$0.03", "$0.000027"],
        ["Output", "318", "$0.65", "$0.0002067"],
        ["By this price", "", "", "$0.0002945"],
        ["Named by the response, counts", "", "", "$0.00012345678"],
        ["Difference", "", "", "−$0.00017104322"],
    ]
    assert "The response itself named the cost: $0.00012345678" in texts(app)


@pytest.mark.parametrize(
    ("entry", "difference"),
    [
        (named(Decimal("0.0003")), "+$0.0000055"),
        (named(Decimal("0.0002945")), "$0"),
        (named(answered="another"), "≈−$0.00017104322"),
        (named(usage=Usage(reported(10), UNKNOWN, Count(5, State.PARTIAL, 9))), "–"),
        (named(price=free_price("a list")), "+$0.00012345678"),
    ],
    ids=["more", "the same", "another model answered", "cut short", "free by its price"],
)
def test_the_difference_is_as_certain_as_what_was_computed(
    entry: LedgerEntry, difference: str
) -> None:
    assert entry.outcome is not None

    rows = rows_of(entry.outcome, by_price(entry))

    assert rows[-1] == ("Difference", "", "", difference)


def test_where_no_price_is_known_the_cost_that_was_named_stands_alone() -> None:
    app = drawn(named(price=None))

    assert len(app.table) == 1
    assert "The response itself named the cost: $0.00012345678" in texts(app)


def test_the_line_of_the_bound_is_left_out_where_it_would_not_add_up() -> None:
    price = Price(Decimal(1), Decimal(2), tiers=(Tier(100, Decimal(3), Decimal(4)),))
    usage = Usage(Count(50, State.PARTIAL, 200), UNKNOWN, Count(5, State.PARTIAL, 10))
    cost = bill(usage, price)

    rows = rows_of(replace(OUTCOME, usage=usage, cost=cost), cost)

    assert rows[-2:] == [("Total", "", "", "≥$0.00006"), ("At most", "", "", "$0.00064")]


def test_u40_a_cut_reply_without_a_bound_says_that_nothing_bounds_it() -> None:
    usage = Usage(reported(10), UNKNOWN, Count(5, State.PARTIAL))
    cost = bill(usage, PRICE)

    rows = rows_of(replace(OUTCOME, usage=usage, cost=cost), cost)

    assert rows[-1] == ("At most", "", "", "–")


@given(usages(), prices())
def test_what_is_drawn_adds_up_to_the_last_digit(usage: Usage, price: Price) -> None:
    cost = bill(usage, price)

    rows = rows_of(replace(OUTCOME, usage=usage, cost=cost), cost)

    amounts = {label: Decimal(amount.strip("≈≥$")) for label, _, _, amount in rows if amount != "–"}
    bound, longest = amounts.pop("At most", None), amounts.pop("Output at most", None)
    total = amounts.pop("Total", None)
    if total is None:
        assert not rows
        return
    assert sum(amounts.values()) == total
    if longest is not None:
        assert total - amounts["Output"] + longest == bound


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(reported(9), reported(0), reported(9), reported(0)), ""),
        (
            Usage(reported(1204), reported(900), reported(318), UNKNOWN),
            "Counted once: 900 cached tokens are among those of the input.",
        ),
        (
            Usage(reported(9), UNKNOWN, Count(7, State.PARTIAL), Count(3, State.ESTIMATED)),
            "Counted once: ≈3 reasoning tokens are among those of the output.",
        ),
    ],
    ids=["nothing", "cached", "reasoning"],
)
def test_tokens_that_are_part_of_others_are_said_to_be_counted_once(
    usage: Usage, words: str
) -> None:
    assert counted_once(usage) == words


def test_u40_an_estimated_input_is_said_to_be_left_out() -> None:
    usage = Usage(Count(100, State.ESTIMATED), UNKNOWN, Count(5, State.PARTIAL, 9))

    assert remarks(PRICE, bill(usage, PRICE), usage) == [INPUT_LEFT_OUT]


def test_the_total_in_the_readers_own_currency_stands_below() -> None:
    app = drawn(LedgerEntry(REQUEST, OUTCOME), second="≈€0.00027 at your rate 0.92 of 2026-11-24")

    words = "In your currency: ≈€0.00027 at your rate 0.92 of 2026-11-24"
    assert words in texts(app)


def test_u40_a_lower_bound_is_one_in_any_currency() -> None:
    usage = Usage(reported(10), UNKNOWN, Count(5, State.PARTIAL))
    outcome = replace(OUTCOME, usage=usage, cost=bill(usage, PRICE))

    app = drawn(LedgerEntry(REQUEST, outcome), second="≈€1")

    assert "In your currency, at least: ≈€1" in texts(app)


def test_what_is_unknown_is_converted_into_nothing() -> None:
    unpriced = replace(OUTCOME, cost=bill(USAGE, None))

    app = drawn(LedgerEntry(replace(REQUEST, price=None), unpriced), second="≈€1")

    assert not [words for words in texts(app) if "currency" in words]
