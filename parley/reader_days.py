"""Days of the reader: which ones a named period has, and by which clock they begin. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from parley.calendar_groups import zone_named
from parley.wanted_calls import QUARTER_MIN

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
"""What may be asked for."""
_UNEVEN = "Your clock differs from UTC by no whole quarters of an hour, so the days below are those of UTC."
_UNKNOWN = "Your browser names no time zone that is known here, so the days below are those of UTC."


class Period(StrEnum):
    """As it stands in an address."""

    TODAY = "today"
    WEEK = "7d"
    MONTH = "30d"
    THIS_MONTH = "month"
    LAST_MONTH = "last-month"
    THIS_YEAR = "year"
    ALL = "all"
    TYPED = "days"
    """From one day to another, both typed."""


@dataclass(frozen=True)
class Clock:
    """By which days begin, all of them, those before a change to summer time too."""

    utc_offset_min: int
    today: date
    remark: str = ""
    """A sentence, where it is not the reader's own."""

    @property
    def name(self) -> str:
        """
        >>> Clock(-210, FIRST_DAY).name, Clock(0, FIRST_DAY).name
        ('UTC−03:30', 'UTC')
        """
        if not self.utc_offset_min:
            return "UTC"
        hours, minutes = divmod(abs(self.utc_offset_min), 60)
        return f"UTC{'−' if self.utc_offset_min < 0 else '+'}{hours:02}:{minutes:02}"


def clock(zone_name: str | None, now: datetime) -> Clock:
    """The reader's, as it runs now; UTC where there is no reckoning with it, and why. `now` has a time zone."""
    zone = zone_named(zone_name)
    offset = now.astimezone(zone).utcoffset() or timedelta()
    minutes, uneven = divmod(offset, timedelta(minutes=1))
    if uneven or minutes % QUARTER_MIN:
        return Clock(0, now.astimezone(UTC).date(), _UNEVEN)
    remark = _UNKNOWN if zone is UTC else ""
    return Clock(minutes, now.astimezone(zone).date(), remark)


def days_of(period: Period, today: date) -> tuple[date | None, date | None]:
    """Its first and its last day; `None` = no such end. What is typed is not known here.

    >>> days_of(Period.LAST_MONTH, date(2026, 1, 31))
    (datetime.date(2025, 12, 1), datetime.date(2025, 12, 31))
    """
    first_of_month = today.replace(day=1)
    if period is Period.LAST_MONTH:
        last = first_of_month - timedelta(days=1)
        return last.replace(day=1), last
    firsts = {
        Period.TODAY: today,
        Period.WEEK: today - timedelta(days=6),
        Period.MONTH: today - timedelta(days=29),
        Period.THIS_MONTH: first_of_month,
        Period.THIS_YEAR: today.replace(month=1, day=1),
    }
    return firsts.get(period), None


def read_day(text: str | None) -> date | None:
    """
    >>> read_day("2026-11-24"), read_day("24.11."), read_day("0001-01-01"), read_day(None)
    (datetime.date(2026, 11, 24), None, None, None)
    """
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
