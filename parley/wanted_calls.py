"""Which calls of the ledger are asked about, and what they are told apart by. Days are those of the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from parley.conversation import Kind
from parley.errors import Refused

QUARTER_MIN = 15
QUARTERS_A_DAY = 96
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Dimension(StrEnum):
    """What spending can be told by."""

    DAY = "day"
    """Of the reader's time zone; keys are ISO dates."""
    ENDPOINT = "endpoint"
    MODEL = "model"
    """As it was asked."""
    KIND = "kind"
    CONVERSATION = "conversation"
    """Its id; empty for probes, which belong to none."""
    STATE = "state"
    """How the call ended; empty for one that has no outcome."""


@dataclass(frozen=True)
class Wanted:
    """Which calls are counted; what is not named is not asked about.

    Raises:
        Refused: an offset that is no number of quarters of an hour.
    """

    first_day: date | None = None
    last_day: date | None = None
    """The last one that is counted."""
    utc_offset_min: int = 0
    """Minutes by which the reader's clock is ahead of UTC: 60 in Vienna in winter, -300 in New York."""
    endpoints: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    conversation_id: str | None = None
    in_conversations: bool = False
    """Without probes, which belong to none."""

    def __post_init__(self) -> None:
        if self.utc_offset_min % QUARTER_MIN or abs(self.utc_offset_min) > 24 * 60:
            raise Refused("A time zone is ahead of UTC or behind it by quarters of an hour.")

    @property
    def first_quarter(self) -> int | None:
        """Of an hour, since 1970 in UTC."""
        return None if self.first_day is None else self._beginning(self.first_day)

    @property
    def end_quarter(self) -> int | None:
        """The first one that is not counted any more."""
        if self.last_day is None:
            return None
        return self._beginning(self.last_day) + QUARTERS_A_DAY

    def _beginning(self, day: date) -> int:
        return (day - _EPOCH.date()).days * QUARTERS_A_DAY - self.offset_quarters

    def has_day(self, number: int) -> bool:
        """Of a day of the reader, counted since 1970."""
        day = _EPOCH.date() + timedelta(days=number)
        return (self.first_day or day) <= day <= (self.last_day or day)

    @property
    def offset_quarters(self) -> int:
        return self.utc_offset_min // QUARTER_MIN


def beginning_of(quarter: int) -> datetime:
    """When a quarter of an hour begins, in UTC."""
    return _EPOCH + timedelta(minutes=QUARTER_MIN * quarter)


def day_of(day_number: int) -> str:
    """
    >>> day_of(0), day_of(20_000)
    ('1970-01-01', '2024-10-04')
    """
    return (_EPOCH.date() + timedelta(days=day_number)).isoformat()
