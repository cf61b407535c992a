"""What one call adds to the sums of the ledger: exact, nothing twice, nothing of what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.call_figures import LONGEST_PART, PARTS, Figures, figures_of, split
from parley.conversation import MessageState, Outcome
from parley.pricing.costing import cost_of
from parley.pricing.price import Cost, CostLine, Price
from parley.usage import ABSURD_TOKENS, UNKNOWN, Count, State, Usage

ENDED = Outcome("a", datetime(2026, 11, 22, tzinfo=UTC), MessageState.COMPLETE)
PRICE = Price(Decimal("0.20"), Decimal("0.65"), Decimal("0.05"))
SENT = {"system": 100, "history": 700, "attachments": 0, "new": 200}


def reported(*tokens: int) -> Usage:
    return Usage(*(Count(number, State.REPORTED) for number in tokens))


def known(figures: Figures) -> Figures:
    return {name: value for name, value in figures.items() if value}


def test_a_call_is_counted_in_whole_numbers() -> None:
    usage = reported(1000, 400, 100, 60)
    call = replace(ENDED, usage=usage, cost=cost_of(usage, PRICE))

    # 600 × $0.20 + 400 × $0.05 + 100 × $0.65, and 400 × $0.15 saved, per million
    assert known(figures_of(call, SENT)) == {
        "calls": 1,
        "amount_pico": 205_000_000,
        "most_pico": 205_000_000,
        "saved_pico": 60_000_000,
        "input_tokens": 1000,
        "input_known": 1,
        "cache_said": 1,
        "cache_input": 1000,
        "cached_tokens": 400,
        "cache_hits": 1,
        "output_tokens": 100,
        "output_known": 1,
        "output_most": 100,
        "reasoning_tokens": 60,
        "answer_tokens": 40,
        "system_tokens": 100,
        "history_tokens": 700,
        "new_tokens": 200,
    }


ODD = {
    "refused": (replace(ENDED, http_status=429), {"calls": 1, "unused": 1}),
    "lost": (
        replace(ENDED, error_kind="ConnectionLost"),
        {"calls": 1, "unpriced": 1, "input_unknown": 1, "output_unknown": 1},
    ),
    "free": (
        replace(ENDED, http_status=500, cost=Cost(Decimal(0), State.REPORTED, free=True)),
        {"calls": 1, "free": 1},
    ),
    "cut_without_bound": (
        replace(
            ENDED,
            http_status=500,
            usage=Usage(output_tokens=Count(5, State.PARTIAL, ABSURD_TOKENS + 1)),
            cost=Cost(Decimal("1E-24"), State.PARTIAL),
        ),
        {
            "calls": 1,
            "partial": 1,
            "unbounded": 1,
            "amount_yocto": 1,
            "most_yocto": 1,
            "output_tokens": 5,
            "output_known": 1,
            "output_most": 5,
            "output_partial": 1,
            "output_unbounded": 1,
        },
    ),
    "u37_absurd_counts": (
        replace(ENDED, http_status=500, usage=reported(ABSURD_TOKENS + 1, 5, 2**70, 7)),
        {"calls": 1, "unused": 1},
    ),
    "u37_more_cached_than_input": (
        replace(ENDED, http_status=500, usage=reported(10, 12)),
        {
            "calls": 1,
            "unused": 1,
            "input_tokens": 10,
            "input_known": 1,
            "cache_said": 1,
            "cache_input": 10,
            "cached_tokens": 10,
            "cache_hits": 1,
            "cache_unvalued": 1,
        },
    ),
}


@pytest.mark.parametrize(("call", "expected"), ODD.values(), ids=ODD)
def test_what_is_odd_is_counted_for_what_it_is(call: Outcome, expected: Figures) -> None:
    assert known(figures_of(call, {})) == expected


def test_a_bound_of_a_cut_reply_and_an_estimate_are_told_apart() -> None:
    usage = Usage(Count(10, State.ESTIMATED), UNKNOWN, Count(5, State.PARTIAL, 50))

    cut = figures_of(replace(ENDED, usage=usage, cost=cost_of(usage, PRICE)), SENT)

    assert (cut["output_tokens"], cut["output_most"], cut["output_partial"]) == (5, 50, 1)
    assert (cut["input_estimated"], cut["partial"], cut["unbounded"]) == (1, 1, 0)
    # 5 × $0.65 + 10 × $0.20, and 50 × $0.65 + 10 × $0.20, per million
    assert (cut["amount_pico"], cut["most_pico"]) == (5_250_000, 34_500_000)
    assert "system_tokens" not in cut


LINES = (
    CostLine("Input", 1, Decimal("1E-19"), Decimal(0)),
    CostLine("Cached input", 1, Decimal(0), Decimal(0)),
)


@pytest.mark.parametrize(
    "cost",
    [
        Cost(Decimal(100), State.REPORTED),
        Cost(Decimal("1E-25"), State.REPORTED),
        Cost(Decimal(1), State.PARTIAL, Decimal("1E+9")),
        Cost(Decimal(1), State.REPORTED, lines=LINES),
    ],
    ids=["large", "fine", "large_bound", "fine_saving"],
)
def test_money_that_fits_no_whole_numbers_stands_apart_altogether(cost: Cost) -> None:
    figures = figures_of(replace(ENDED, cost=cost), {})

    assert figures["apart"] == 1
    assert not [name for name in figures if name.endswith(("_pico", "_yocto"))]


@given(st.decimals(-200, 200, allow_nan=False) | st.decimals(-99, 99, places=24, allow_nan=False))
def test_money_is_split_exactly_or_not_at_all(dollars: Decimal) -> None:
    halves = split(dollars)

    if halves is not None:
        assert Decimal(halves[0] * 10**12 + halves[1]).scaleb(-24) == dollars
        assert 0 <= halves[1] < 10**12
    elif abs(dollars) < 100:
        assert int(dollars.normalize().as_tuple().exponent) < -24


@given(
    st.integers(0, ABSURD_TOKENS),
    st.dictionaries(st.sampled_from(PARTS), st.integers(-1, LONGEST_PART + 1) | st.none()),
)
def test_parts_are_whole_and_add_up_to_the_input(tokens: int, sent: dict[str, int | None]) -> None:
    figures = figures_of(replace(ENDED, usage=reported(tokens)), sent)

    names = ("system_tokens", "history_tokens", "attachment_tokens", "new_tokens")
    parts = [figures[name] for name in names if name in figures]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == (tokens if parts else 0)
    assert bool(parts) == any(0 < (chars or 0) <= LONGEST_PART for chars in sent.values())
