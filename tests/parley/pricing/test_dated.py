"""Which of several prices is in force on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.pricing.dated import DatedPrice, Standing, standings
from parley.pricing.price import Price

DAY = date(2026, 11, 24)
PAST, IN_FORCE, TO_COME = Standing


def dated(offset: int) -> DatedPrice:
    set_at = datetime(2026, 1, 1, tzinfo=UTC)
    return DatedPrice(DAY + timedelta(days=offset), Price(Decimal(1), Decimal(2)), set_at)


@pytest.mark.parametrize(
    ("offsets", "found"),
    [
        ([], []),
        ([0], [IN_FORCE]),
        ([1], [TO_COME]),
        ([-9], [IN_FORCE]),
        ([5, -1, -2, 0, 1], [PAST, PAST, IN_FORCE, TO_COME, TO_COME]),
    ],
)
def test_the_last_that_has_begun_is_in_force(offsets: list[int], found: list[Standing]) -> None:
    assert [how for _, how in standings([dated(one) for one in offsets], DAY)] == found


@given(st.sets(st.integers(-40, 40)))
def test_in_force_is_one_wherever_one_has_begun_and_their_days_are_in_order(
    offsets: set[int],
) -> None:
    found = standings([dated(one) for one in offsets], DAY)

    assert [one.since for one, _ in found] == sorted(one.since for one, _ in found)
    in_force = [how for _, how in found].count(IN_FORCE)
    assert in_force == (1 if min(offsets, default=1) <= 0 else 0)
