"""Careful reads of parsed JSON: a value of the right type, or nothing. Never raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ID_MAX_CHARS = 256
NOTHING: Mapping[str, Any] = {}

_NOT_STORABLE = dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd")


def mapping(value: object) -> Mapping[str, Any]:
    """The object itself, or an empty one."""
    return value if isinstance(value, Mapping) else NOTHING


def items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """The string as it came, or an empty one."""
    return value if isinstance(value, str) else ""


def label(value: object) -> str | None:
    """A short string that can be stored and shown: bounded, no lone surrogate, no NUL; `None` when empty."""
    return text(value)[:ID_MAX_CHARS].translate(_NOT_STORABLE) or None


def number(value: object, at_most: float) -> float | None:
    """A finite number from 0 to `at_most`; the comparison comes first, for integers too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= at_most else None
