"""Days of the reader: which ones a period has, and by which clock they begin."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import reader_days
from parley.reader_days import FIRST_DAY, LAST_DAY, Period, clock, days_of, read_day
from parley.wanted_calls import Wanted

LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("zone", "name", "today"),
    [
        ("Europe/Vienna", "UTC+01:00", date(2026, 11, 25)),
        ("America/St_Johns", "UTC−03:30", TODAY),
        ("Asia/Kathmandu", "UTC+05:45", date(2026, 11, 25)),
        ("UTC", "UTC", TODAY),
    ],
)
def test_days_begin_by_the_clock_of_the_reader(zone: str, name: str, today: date) -> None:
    found = clock(zone, LATE)

    assert (found.name, found.today, found.remark) == (name, today, "")
    assert Wanted(utc_offset_min=found.utc_offset_min)


def test_in_summer_the_clock_of_summer_counts() -> None:
    assert clock("Europe/Vienna", datetime(2026, 7, 1, tzinfo=UTC)).name == "UTC+02:00"


@pytest.mark.parametrize("zone", [None, "", "Not/AZone", "../../etc/passwd"])
def test_without_a_known_zone_the_days_are_those_of_utc_and_it_says_so(zone: str | None) -> None:
    found = clock(zone, LATE)

    assert (found.utc_offset_min, found.today) == (0, TODAY)
    assert "no time zone that is known here" in found.remark


@pytest.mark.parametrize("year", [1960, 1900])
def test_a_clock_that_is_off_by_no_quarters_falls_back_to_utc_and_says_so(year: int) -> None:
    found = clock("Africa/Monrovia", datetime(year, 1, 1, 12, tzinfo=UTC))

    assert (found.name, found.today) == ("UTC", date(year, 1, 1))
    assert "no whole quarters of an hour" in found.remark


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (Period.TODAY, (TODAY, None)),
        (Period.WEEK, (date(2026, 11, 18), None)),
        (Period.MONTH, (date(2026, 10, 26), None)),
        (Period.THIS_MONTH, (date(2026, 11, 1), None)),
        (Period.LAST_MONTH, (date(2026, 10, 1), date(2026, 10, 31))),
        (Period.THIS_YEAR, (date(2026, 1, 1), None)),
        (Period.ALL, (None, None)),
        (Period.TYPED, (None, None)),
    ],
)
def test_a_period_has_these_days(period: Period, days: tuple[date | None, date | None]) -> None:
    assert days_of(period, TODAY) == days


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert read_day(day.isoformat()) == day


@given(st.text())
def test_whatever_is_typed_is_a_day_that_may_be_asked_for_or_none(text: str) -> None:
    day = read_day(text)

    assert day is None or FIRST_DAY <= day <= LAST_DAY


def test_the_examples_of_days_are_true() -> None:
    assert doctest.testmod(reader_days).failed == 0
