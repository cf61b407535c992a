"""Conversations under the headings of a history: pinned, today, yesterday, the last days, then months.

Days are those of the reader's time zone, so that one with 23 or 25 hours is a day like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from parley.conversation import Conversation

PINNED = "Pinned"
_WEEK, _MONTH = 7, 30


def grouped(
    conversations: Iterable[Conversation], *, now: datetime, zone: tzinfo
) -> list[tuple[str, list[Conversation]]]:
    """Headings from above with what stands under each, in the order in which it was given.

    Each heading comes once: a clock that was wrong for a while puts no second "Today" below "Yesterday".
    """
    today = _day(now, zone)
    groups: dict[tuple[int, str], list[Conversation]] = {}
    for conversation in conversations:
        place = (-1, PINNED) if conversation.pinned else _place(conversation, today, zone)
        groups.setdefault(place, []).append(conversation)
    return [(heading, groups[place, heading]) for place, heading in sorted(groups)]


def zone_named(name: str | None) -> tzinfo:
    """The time zone that a browser names, such as `Europe/Vienna`; UTC for one that nobody knows here."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def _place(conversation: Conversation, today: date, zone: tzinfo) -> tuple[int, str]:
    """A number that grows downwards, and the heading."""
    day = _day(conversation.updated_at, zone)
    days_ago = (today - day).days
    if days_ago <= 0:
        return 0, "Today"
    if days_ago == 1:
        return 1, "Yesterday"
    for place, days in enumerate((_WEEK, _MONTH), 2):
        if days_ago <= days:
            return place, f"Previous {days} days"
    months_ago = (today.year - day.year) * 12 + today.month - day.month
    return 4 + months_ago, f"{day:%B} {day.year}"


def _day(moment: datetime, zone: tzinfo) -> date:
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        # At either end of what a date can be, where an import may lie, no zone can shift it.
        return moment.date()
