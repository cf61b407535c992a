"""The headings of a history: right at the edges of days, in every zone, whatever the clocks did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.calendar_groups import PINNED, grouped, zone_named
from parley.conversation import Conversation

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOMENTS = st.datetimes(timezones=st.just(UTC))


def at(moment: datetime, title: str = "", *, pinned: bool = False) -> Conversation:
    return Conversation(title or moment.isoformat(), title, moment, moment, pinned=pinned)


def headings(*conversations: Conversation, now: datetime = NOW) -> list[str]:
    return [heading for heading, _ in grouped(conversations, now=now, zone=UTC)]


@pytest.mark.parametrize(
    ("moment", "heading"),
    [
        (datetime(2026, 11, 24, 12, 0, 1, tzinfo=UTC), "Today"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "Today"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "Yesterday"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "Yesterday"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "Previous 7 days"),
        (datetime(2026, 11, 17, 0, 0, tzinfo=UTC), "Previous 7 days"),
        (datetime(2026, 11, 16, 23, 59, tzinfo=UTC), "Previous 30 days"),
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "Previous 30 days"),
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), "October 2026"),
        (datetime(2025, 10, 31, 0, 0, tzinfo=UTC), "October 2025"),
        (datetime(1, 1, 1, tzinfo=UTC), "January 1"),
        (datetime(2031, 1, 1, tzinfo=UTC), "Today"),
    ],
)
def test_a_conversation_stands_under_the_day_it_was_last_written_to(
    moment: datetime, heading: str
) -> None:
    assert headings(at(moment)) == [heading]


def test_days_are_those_of_the_reader() -> None:
    late = at(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))

    in_vienna = grouped([late], now=NOW, zone=VIENNA)

    assert in_vienna == [("Today", [late])]
    assert headings(late) == ["Yesterday"]


@pytest.mark.parametrize(
    ("now", "before_midnight"),
    [
        (datetime(2026, 3, 29, 23, 30), datetime(2026, 3, 28, 23, 59)),
        (datetime(2026, 10, 25, 23, 30), datetime(2026, 10, 24, 23, 59)),
    ],
    ids=["23 hours", "25 hours"],
)
def test_the_day_on_which_clocks_change_is_a_day_like_any_other(
    now: datetime, before_midnight: datetime
) -> None:
    first = at(now.replace(hour=0, minute=0, tzinfo=VIENNA).astimezone(UTC), "first")
    last = at(before_midnight.replace(tzinfo=VIENNA).astimezone(UTC), "last")

    groups = grouped([first, last], now=now.replace(tzinfo=VIENNA), zone=VIENNA)

    assert groups == [("Today", [first]), ("Yesterday", [last])]


def test_pinned_ones_stand_above_in_the_order_given() -> None:
    old, new = at(NOW - timedelta(days=400), pinned=True), at(NOW, pinned=True)
    today = at(NOW, "today")

    groups = grouped([old, new, today], now=NOW, zone=UTC)

    assert groups == [(PINNED, [old, new]), ("Today", [today])]


def test_a_clock_that_was_wrong_for_a_while_puts_no_heading_twice() -> None:
    today, ahead = at(NOW, "today"), at(NOW + timedelta(days=3), "ahead")
    behind, older = at(NOW - timedelta(days=1), "behind"), at(NOW - timedelta(days=70), "older")

    groups = grouped([behind, today, older, ahead], now=NOW, zone=UTC)

    assert [(heading, [one.title for one in group]) for heading, group in groups] == [
        ("Today", ["today", "ahead"]),
        ("Yesterday", ["behind"]),
        ("September 2026", ["older"]),
    ]


@given(moments=st.lists(MOMENTS), now=MOMENTS, zone=st.sampled_from([UTC, VIENNA]))
def test_whatever_the_times_nothing_is_lost_and_no_heading_comes_twice(
    moments: list[datetime], now: datetime, zone: ZoneInfo
) -> None:
    given_ones = [
        replace(at(moment), id=str(number), pinned=number % 5 == 4)
        for number, moment in enumerate(moments)
    ]

    groups = grouped(given_ones, now=now, zone=zone)

    listed = list(chain.from_iterable(group for _, group in groups))
    assert sorted(one.id for one in listed) == sorted(one.id for one in given_ones)
    assert len({heading for heading, _ in groups}) == len(groups)


def test_a_zone_is_found_by_its_name() -> None:
    assert zone_named("Europe/Vienna") == VIENNA


@pytest.mark.parametrize(
    "name", [None, "", "Mars/Base", "../../etc/passwd", "Europe", "a\0b", "\ud800", "x" * 5_000]
)
def test_a_zone_that_nobody_knows_is_utc(name: str | None) -> None:
    assert zone_named(name) is UTC
