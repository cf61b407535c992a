"""Readers of untrusted JSON values: each takes any object and gives the value or `None`, and never raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from parley.usage import ABSURD_TOKENS

NAME_MAX_CHARS = 200
DESCRIPTION_MAX_CHARS = 2_000
NUMBER_MAX_CHARS = 40
LIST_MAX_ITEMS = 200

_EPOCHS = range(1_000_000_000, 4_000_000_000)
"""Seconds that are a plausible date: 2001 to 2096. Servers without one send 0 or 1."""


def dig(entry: object, *path: str) -> object:
    """What lies at the end of a path of keys.

    >>> dig({"meta": {"n_ctx": 8192}}, "meta", "n_ctx")
    8192
    """
    for key in path:
        if not isinstance(entry, dict):
            return None
        entry = entry.get(key)
    return entry


def text(value: object, limit: int = NAME_MAX_CHARS) -> str | None:
    """One line of printable text, cut to `limit`; blank is None.

    >>> text(" a\\nb "), text(7), text("")
    ('a b', None, None)
    """
    if not isinstance(value, str):
        return None
    readable = value[: 4 * limit]
    if not readable.isprintable():
        readable = "".join(char if char.isprintable() else " " for char in readable)
    return " ".join(readable.split())[:limit] or None


def first_text(*values: object) -> str | None:
    return next((found for found in map(text, values) if found), None)


def tokens(value: object) -> int | None:
    """A positive whole number that can be a number of tokens; 0 is a server's word for "not loaded"."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 < value <= ABSURD_TOKENS or value != int(value):
        return None
    return int(value)


def first_tokens(values: Iterable[object]) -> int | None:
    return next((found for found in map(tokens, values) if found), None)


def mappings(value: object) -> list[Mapping[str, object]]:
    """The objects of a list, the rest skipped."""
    if not isinstance(value, list):
        return []
    return [item for item in value[:LIST_MAX_ITEMS] if isinstance(item, dict)]


def words(value: object) -> list[str]:
    """The strings of a list, the rest skipped."""
    if not isinstance(value, list):
        return []
    return [item[:NAME_MAX_CHARS] for item in value[:LIST_MAX_ITEMS] if isinstance(item, str)]


def day(value: object) -> date | None:
    """A date from ISO text or from seconds since 1970.

    >>> day("2026-10-05T00:00:00Z"), day(1), day("soon")
    (datetime.date(2026, 10, 5), None, None)
    """
    if isinstance(value, str):
        return _day_of_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not _EPOCHS.start <= value < _EPOCHS.stop:
        return None
    return datetime.fromtimestamp(value, UTC).date()


def _day_of_text(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def decimal(value: object) -> Decimal | None:
    """A number or numeric text as an exact `Decimal`; absurd sizes are None.

    >>> decimal("0.0000002"), decimal(0.65), decimal("free"), decimal("1_0")
    (Decimal('2E-7'), Decimal('0.65'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int) and abs(value) > 10**15:
        return None
    digits = str(value)
    return _decimal_of_text(digits) if len(digits) <= NUMBER_MAX_CHARS else None


def _decimal_of_text(digits: str) -> Decimal | None:
    if "_" in digits:
        return None  # Decimal would take 1_0 for 10
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    if number == 0:
        return Decimal(0)
    # Beyond this an exponent alone can overflow later arithmetic.
    return number if abs(number.adjusted()) <= 20 else None
