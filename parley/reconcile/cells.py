"""Days, counts and money as people and exports write them. Nothing is guessed within a cell: the columns say how.

An empty cell is unknown (`None`), never 0; one that cannot be read raises `ValueError` with what it says.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from parley.errors import one_line
from parley.usage import ABSURD_TOKENS

UNSAID = frozenset({"", "-", "–", "—", "n/a", "na", "null", "none", "nan", "unknown"})
MOST_CHARS = 60
MOST_SHOWN_CHARS = 30
MOST_COUNT = ABSURD_TOKENS * 1_000
"""Of a line: a day of many programs may hold more than one reply ever could."""
PLAIN_DIGITS = 11
"""Fewer need no closer look: nearly every count of a file is one of these."""
MOST_DOLLARS = Decimal(10) ** 9
_LEAST_EXPONENT = -30
_SECONDS = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ ,T]+(.+))?")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y", "%Y/%m/%d")
_ZONE = re.compile(r"\s*(?:UTC|GMT)$")
_CURRENCY = re.compile(r"US\$|[A-Z]{3}|[$€£¥₹¢]")
_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:[.'’ _]\d{3})+"),
    ".": re.compile(r"\d{1,3}(?:[,'’ _]\d{3})+"),
}
_DOLLARS = frozenset({"", "$", "US$", "USD"})
_CENTS = "¢"


@dataclass(frozen=True)
class Amount:
    """Money of a cell, as it stands there."""

    value: Decimal
    currency: str
    """As written; empty = not said."""
    step: Decimal
    """1 of the last place that is written."""

    @property
    def is_dollars(self) -> bool:
        return self.currency in _DOLLARS

    @property
    def is_cents(self) -> bool:
        return self.currency == _CENTS


def unreadable(text: str, what: str) -> ValueError:
    """What a line is left out for."""
    shown = one_line(text)
    cut = f"{shown[:MOST_SHOWN_CHARS]}…" if len(shown) > MOST_SHOWN_CHARS else shown
    return ValueError(f"“{cut}” is no {what}")


def is_unsaid(text: str) -> bool:
    return text.strip().casefold() in UNSAID


def read_day(text: str, zone: tzinfo, *, day_first: bool) -> date:
    """The day of a date, of a time with or without its zone, or of seconds since 1970, in `zone`.

    Raises:
        ValueError: it is none of these.
    """
    try:
        return _day(text.strip()[:MOST_CHARS], zone, day_first)
    except (ValueError, OverflowError, OSError):
        raise unreadable(text, "day") from None


def _day(text: str, zone: tzinfo, day_first: bool) -> date:
    if _SECONDS.fullmatch(text):
        seconds = int(text.partition(".")[0]) // (1000 if len(text) == 13 else 1)
        return (
            (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone).date()
        )
    numbers = _NUMBERS.fullmatch(text)
    if numbers is not None:
        one, _, other, year, _ = numbers.groups()
        day, month = (one, other) if day_first else (other, one)
        return date(int(year), int(month), int(day))
    moment = _iso(text)
    if moment is None:
        return _named(text)
    return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_ZONE.sub("Z", text))
    except ValueError:
        return None


def _named(text: str) -> date:
    for form in _NAMED:
        with suppress(ValueError):
            return datetime.strptime(text, form).date()
    raise ValueError


def read_count(text: str, decimal_sign: str) -> int | None:
    """A number of tokens or calls.

    Raises:
        ValueError: it is negative, not whole, or more than any line can hold.
    """
    if len(text) < PLAIN_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    if is_unsaid(text):
        return None
    number = _number(text, decimal_sign)
    if number is None or number < 0 or number > MOST_COUNT or number != number.to_integral_value():
        raise unreadable(text, "count")
    return int(number)


def read_amount(text: str, decimal_sign: str) -> Amount | None:
    """Money; below 0 it is a credit.

    Raises:
        ValueError: it is no amount of money.
    """
    if is_unsaid(text):
        return None
    currency = _CURRENCY.search(text)
    bare = text if currency is None else text.replace(currency[0], "", 1)
    number = _number(bare, decimal_sign)
    if number is None or abs(number) > MOST_DOLLARS:
        raise unreadable(text, "amount of money")
    exponent = number.as_tuple().exponent
    places = min(0, exponent) if isinstance(exponent, int) else 0
    return Amount(number, currency[0] if currency else "", Decimal(1).scaleb(places))


def _number(text: str, decimal_sign: str) -> Decimal | None:
    """A number with groups of thousands or without; `None` for anything else."""
    plain = text.strip().replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-")
    if len(plain) > MOST_CHARS:
        return None
    sign = "-" if plain.startswith("-") else ""
    whole, _, fraction = plain.lstrip("+-").strip().partition(decimal_sign)
    if _GROUPED[decimal_sign].fullmatch(whole):
        whole = re.sub(r"\D", "", whole)
    written = f"{whole}.{fraction}" if fraction else whole
    if not re.fullmatch(r"\d{1,20}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,2})?|\.\d{1,40}", written):
        return None
    number = Decimal(f"{sign}{written}")
    return number if number.adjusted() >= _LEAST_EXPONENT or not number else None
