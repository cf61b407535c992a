"""Column types: how text, money, times and JSON are kept so that they come back exactly as they were.

What a database cannot hold never reaches it: NUL is removed, a lone surrogate becomes U+FFFD, a number that
no 64-bit column holds becomes unknown. Money never passes through a float.
"""

# ruff: noqa: ARG002 - SQLAlchemy hands every type the dialect, wanted or not.
from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

LARGEST_WHOLE = 2**63 - 1
MAX_JSON_DEPTH = 32
"""Deeper nesting is dropped: no reader needs it, and the JSON encoder would run out of stack."""

_SURROGATES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text as it can be kept in UTF-8.

    >>> storable("a\\0b\\ud83d")
    'ab�'
    """
    return _SURROGATES.sub("\ufffd", text.replace("\0", ""))


def storable_json(value: Any, depth: int = MAX_JSON_DEPTH) -> Any:
    """The value as JSON can keep it; what it cannot say becomes `None`, a foreign object its text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= 1024 else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping | list | tuple):
        return _nested(value, depth - 1) if depth else None
    return storable(str(value))


def _nested(value: Mapping[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> Any:
    if isinstance(value, Mapping):
        return {storable(str(key)): storable_json(item, depth) for key, item in value.items()}
    return [storable_json(item, depth) for item in value]


class Words(TypeDecorator[str]):
    """Any text, an outsider's included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class OwnerId(TypeDecorator[str]):
    """Whose row it is. Refused instead of mended: two owners must never become one."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if not value or storable(value) != value:
            raise ValueError("not an owner")
        return value


class Whole(TypeDecorator[int]):
    """A whole number; one that no column can hold is unknown."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return value if value is not None and abs(value) <= LARGEST_WHOLE else None


class Money(TypeDecorator[Decimal]):
    """US dollars as text, digit for digit. Add them up in Python: SQLite's SUM goes through a float."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return str(value) if value is not None and value.is_finite() else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite gives it back without its zone.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value; `None` is SQL's NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return storable_json(value)
