"""Budgets: US dollars per conversation, day and month, each a warning or a stop, and how each of them stands.

What was spent counts with its upper bound, so that a cap that holds by these figures holds whatever comes out later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from parley.budget_note import read_dollars
from parley.errors import Refused
from parley.wanted_calls import QUARTER_MIN, Wanted

NEAR = Decimal("0.8")
"""From this share on a reader is warned."""
MOST_DOLLARS = Decimal(1_000_000)
NO_AMOUNT = "A budget is an amount in US dollars above 0, and at most 1,000,000."


class Period(StrEnum):
    """What a budget is for."""

    CONVERSATION = "conversation"
    """Each of them has this much."""
    DAY = "day"
    """Of the reader's time zone, as is the month."""
    MONTH = "month"

    @property
    def words(self) -> str:
        """As in "$0.10 a day"."""
        return f"a {self.value}"

    @property
    def now(self) -> str:
        """As in "$0.10 today"."""
        names = {Period.DAY: "today", Period.MONTH: "this month"}
        return names.get(self, "in this conversation")


@dataclass(frozen=True)
class Budget:
    """What may be spent in a period."""

    period: Period
    amount: Decimal
    """US dollars."""
    hard: bool
    """Nothing goes out that might exceed it; else there is a warning."""


@dataclass(frozen=True)
class Tally:
    """What the calls of a period cost. US dollars."""

    least: Decimal = Decimal(0)
    """What is known; 0 when nothing is."""
    most: Decimal = Decimal(0)
    """Each call at its upper bound, those that are running included."""
    unknown: int = 0
    """Calls that may have cost more than is counted: without a price, or without a bound."""
    is_estimate: bool = False
    """Some counts are our own, since no server told them."""


@dataclass(frozen=True)
class Standing:
    """A budget, and what was spent of it."""

    budget: Budget
    spent: Tally

    @property
    def left(self) -> Decimal:
        """US dollars that are certainly left, never below 0."""
        return max(Decimal(0), self.budget.amount - self.spent.most)

    @property
    def is_near(self) -> bool:
        return self.spent.most >= NEAR * self.budget.amount


def calls_of(period: Period, conversation_id: str, now: datetime) -> Wanted:
    """The calls that count against a budget. `now`: in the zone of the reader."""
    if period is Period.CONVERSATION:
        return Wanted(conversation_id=conversation_id)
    first = now.date() if period is Period.DAY else now.date().replace(day=1)
    return Wanted(first_day=first, utc_offset_min=_offset_min(now))


def _offset_min(now: datetime) -> int:
    """To the nearest quarter of an hour, as the sums are kept; no zone of today is further from one."""
    offset = now.utcoffset()
    minutes = 0 if offset is None else offset.total_seconds() / 60
    return round(minutes / QUARTER_MIN) * QUARTER_MIN


def typed_budget(typed: str) -> Decimal | None:
    """US dollars as a person typed them; `None` for an empty field, which means no budget.

    Raises:
        Refused: no number, or one that is no budget.
    """
    cleaned = typed.replace("$", "").strip()
    if not cleaned:
        return None
    amount = read_dollars(cleaned)
    if amount is None or not 0 < amount <= MOST_DOLLARS:
        raise Refused(NO_AMOUNT, advice="Write it with a point, such as 0.50, or leave it empty.")
    return amount
