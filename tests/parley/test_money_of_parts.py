"""What the parts of requests cost, said of those calls alone of which it can be said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversation import LedgerEntry
from parley.money_of_parts import MoneyOfParts, money_of_parts, money_words
from parley.pricing.costing import cost_of, total_cost
from parley.pricing.price import Price
from parley.usage import UNKNOWN, Count, State, Usage, reported
from tests.parley.calls import PRICE, cut, entry, prices, refused, usage

SENT = {"system": 100, "history": 700, "attachments": 0, "new": 200}


def sent(
    used: Usage | None, price: Price | None = PRICE, composition: dict[str, int] = SENT
) -> LedgerEntry:
    """A call whose request had so many characters of each part."""
    made = entry(used, price=price)
    return LedgerEntry(replace(made.request, composition=composition), made.outcome)


def test_the_input_is_divided_by_its_characters_at_the_price_of_its_call() -> None:
    money = money_of_parts([sent(usage(1000, 100)), sent(usage(1000, 0))])

    assert money == MoneyOfParts(
        {
            "Re-sent history": Decimal("0.00028"),
            "New text": Decimal("0.00008"),
            "System prompt": Decimal("0.00004"),
            "Attachments": Decimal(0),
            "Output": Decimal("0.000065"),
        },
        calls=2,
    )
    assert money_words(money) == (
        "In money: ≈$0.00028 (60 %) of the $0.00047 that 2 calls cost went into re-sent history."
    )


def estimated() -> LedgerEntry:
    used = Usage(Count(1000, State.ESTIMATED), UNKNOWN, reported(10))
    return sent(used)


def named_by_the_server() -> LedgerEntry:
    made = sent(usage(1000, 10))
    assert made.outcome is not None
    cost = cost_of(made.outcome.usage, PRICE, reported_cost=Decimal(1))
    return LedgerEntry(made.request, replace(made.outcome, cost=cost))


@pytest.mark.parametrize(
    "call",
    [
        sent(usage(1000, 100, cached=1)),
        entry(usage(1000, 100)),
        sent(usage(1000, 100), None),
        sent(Usage(reported(1000), UNKNOWN, UNKNOWN)),
        sent(cut(reported(1000), 100)),
        sent(None),
        estimated(),
        named_by_the_server(),
    ],
    ids=[
        "cached",
        "no composition",
        "u41 no price",
        "output unknown",
        "u40 cut",
        "u40 no outcome",
        "u34 estimated",
        "cost of the response",
    ],
)
def test_what_cannot_be_divided_truly_is_left_out_and_counted(call: LedgerEntry) -> None:
    money = money_of_parts([call, sent(usage(1000, 0))])

    assert (money.calls, money.left_out) == (1, 1)
    assert money.total == Decimal("0.0002")
    assert "Left out: 1 call whose cost is not certain or was named in one sum, or" in money_words(
        money
    )


@pytest.mark.parametrize(
    "call",
    [refused(), sent(usage(1000, 100), Price(Decimal(0), Decimal(0), free=True))],
    ids=["refused", "free"],
)
def test_what_cost_nothing_is_not_left_out(call: LedgerEntry) -> None:
    money = money_of_parts([call])

    assert money == MoneyOfParts()
    assert money_words(money) == ""


def test_output_alone_says_nothing_of_the_input() -> None:
    assert money_words(money_of_parts([sent(usage(0, 100))])) == ""


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=5),
    st.dictionaries(
        st.sampled_from(["system", "history", "attachments", "new"]),
        st.integers(1, 10**6),
        min_size=1,
    ),
    prices(),
)
def test_the_parts_add_up_to_what_the_calls_cost_to_the_last_digit(
    counts: list[tuple[int, int]], composition: dict[str, int], price: Price
) -> None:
    calls = [sent(usage(*both), price, composition) for both in counts]

    money = money_of_parts(calls)

    costs = [call.outcome.cost for call in calls if call.outcome]
    assert money.calls == len(calls)
    assert money.total == total_cost(costs).amount
