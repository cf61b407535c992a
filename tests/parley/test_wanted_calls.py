"""Which calls are asked about: days of the reader, and a time zone that can be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from parley.errors import Refused
from parley.spending import WhereTokensWent
from parley.wanted_calls import Wanted, beginning_of

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("offset_min", "begins", "ends"),
    [
        (0, datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        (60, datetime(2026, 11, 21, 23, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC)),
        (
            345,
            datetime(2026, 11, 21, 18, 15, tzinfo=UTC),
            datetime(2026, 11, 22, 18, 15, tzinfo=UTC),
        ),
        (-300, datetime(2026, 11, 22, 5, tzinfo=UTC), datetime(2026, 11, 23, 5, tzinfo=UTC)),
    ],
    ids=["utc", "vienna", "kathmandu", "new-york"],
)
def test_a_day_begins_and_ends_with_the_readers_clock(
    offset_min: int, begins: datetime, ends: datetime
) -> None:
    wanted = Wanted(DAY, DAY, offset_min)

    assert wanted.first_quarter is not None
    assert wanted.end_quarter is not None
    assert (beginning_of(wanted.first_quarter), beginning_of(wanted.end_quarter)) == (begins, ends)


@pytest.mark.parametrize("offset_min", [1, -7, 24 * 60 + 15])
def test_an_offset_that_no_clock_has_is_refused(offset_min: int) -> None:
    with pytest.raises(Refused, match="quarters of an hour"):
        Wanted(utc_offset_min=offset_min)


def test_a_share_of_nothing_is_unknown() -> None:
    assert WhereTokensWent(0, 0, 0, 0, 9, 0, 0, 0).share_of_input(0) is None
