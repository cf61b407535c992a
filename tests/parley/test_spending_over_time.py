"""What was spent over time: every call is in one bar, what is unknown in none, and nothing is counted twice."""

from __future__ import annotations

import doctest
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from parley import spending_over_time
from parley.spending import Group, Spent, TokenSum
from parley.spending_over_time import Sums, course, sums_of, uncosted

DAY = date(2026, 11, 24)


def spent(
    amount: str | None = "0.5",
    calls: int = 1,
    *,
    unpriced: int = 0,
    estimated: int = 0,
    partial: int = 0,
) -> Spent:
    """Calls of known cost, of 100 tokens in and 10 out each, and besides some that are not."""
    return Spent(
        calls=calls + unpriced,
        unfinished=0,
        unused=0,
        free=0,
        priced=calls - estimated - partial,
        estimated=estimated,
        partial=partial,
        unpriced=unpriced,
        unbounded=0,
        amount=None if amount is None else Decimal(amount),
        at_most=None,
        input=TokenSum(100 * calls if calls else None, calls, unpriced, estimated),
        output=TokenSum(10 * calls if calls else None, calls, unpriced, estimated, partial),
    )


def on(day: date, **what: int) -> Group:
    return Group(day.isoformat(), spent(**what))  # type: ignore[arg-type]


def test_the_models_that_are_told_apart_and_the_others_make_the_day() -> None:
    whole = Group(DAY.isoformat(), spent("1.75", 4))

    found = course([whole], {"a": [on(DAY)], "b": [Group(DAY.isoformat(), spent("0.25"))]}, "rest")

    assert [(s.series, s.rank, s.sums.money_words, s.sums.token_words) for s in found.steps] == [
        ("a", 0, "$0.50", "110"),
        ("b", 1, "$0.25", "110"),
        ("rest", 2, "$1.00", "220"),
    ]


def test_without_others_there_is_no_bar_of_them() -> None:
    assert [step.series for step in course([on(DAY)], {"a": [on(DAY)]}, "rest").steps] == ["a"]


def test_a_call_that_came_between_two_looks_is_not_taken_from_the_others() -> None:
    found = course([on(DAY)], {"a": [on(DAY, calls=2), on(DAY + timedelta(1))]}, "rest")

    assert {step.series for step in found.steps} == {"a"}


def test_u41_what_is_unpriced_is_in_no_bar_and_counted() -> None:
    day = Group(DAY.isoformat(), spent(None, 0, unpriced=2))

    found = course([day], {}, "rest")

    assert found.steps[0].sums.money_words == "–"
    assert found.steps[0].sums.token_words == "–"
    assert uncosted(found.steps) == 2


def test_u40_u34_bars_carry_the_sign_of_their_weakest_call() -> None:
    signs = [
        (sums_of(one).money_words, sums_of(one).token_words)
        for one in (spent(estimated=1), spent(partial=1), spent(unpriced=1))
    ]

    assert signs == [("≈$0.50", "≈110"), ("≥$0.50", "≥110"), ("≥$0.50", "≥110")]


def test_more_than_a_quarter_of_a_year_is_drawn_by_months() -> None:
    days = [on(date(2026, 1, 31)), on(date(2026, 8, 1)), on(date(2026, 8, 31))]

    found = course(days, {"a": days}, "rest")

    assert found.by_month
    assert [(found.written(step.begins), step.sums.calls) for step in found.steps] == [
        ("2026-01", 1),
        ("2026-08", 2),
    ]


def test_a_quarter_of_a_year_is_drawn_by_days() -> None:
    found = course([on(DAY), on(DAY + timedelta(91))], {}, "rest")

    assert [found.written(step.begins) for step in found.steps] == ["2026-11-24", "2027-02-23"]


def test_nothing_has_no_course() -> None:
    assert course([], {}, "rest").steps == ()


sums = st.builds(Sums, st.integers(0, 9), st.decimals(0, 10**6, places=24), st.integers(0, 10**9))


@given(st.dictionaries(st.dates(date(1970, 1, 1), date(2999, 1, 1)), st.integers(1, 9), max_size=9))
def test_no_call_is_lost_and_none_is_counted_twice(calls: dict[date, int]) -> None:
    days = [on(day, calls=number + 1) for day, number in calls.items()]
    some = [on(day, calls=number) for day, number in calls.items()]

    found = course(days, {"a": some}, "rest")

    assert sum(step.sums.calls for step in found.steps) == sum(calls.values()) + len(calls)


@given(st.lists(sums), sums)
def test_what_is_taken_away_again_leaves_the_same_to_the_last_digit(
    all_sums: list[Sums], other: Sums
) -> None:
    together = reduce(Sums.plus, all_sums, Sums())

    assert together.plus(other).plus(other, -1) == together


def test_the_examples_of_the_course_are_true() -> None:
    assert doctest.testmod(spending_over_time).failed == 0
