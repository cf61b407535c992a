"""JSON and lists as people type them into a field: read strictly, bounded, and refused with the place of the fault."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from parley.errors import SettingRefused
from parley.limits import LIMITS


def typed_object(text: str, field: str) -> dict[str, Any] | None:
    """The JSON object in a field; `None` when nothing was typed. `field` names it, as in "The extra body".

    Raises:
        SettingRefused: no JSON object, or one that cannot be kept.
    """
    if not text.strip():
        return None
    if len(text) > 2 * LIMITS.setting_json_chars:
        raise _too_long(field, len(text))
    try:
        value = json.loads(
            text, parse_constant=_no_number, object_pairs_hook=lambda pairs: _once(pairs, field)
        )
    except json.JSONDecodeError as error:
        raise _refused(f"{field} is not JSON: {place_of(error)}.") from None
    except RecursionError:
        raise _too_deep(field) from None
    except ValueError:
        raise _refused(f"{field} holds a number that cannot be sent.") from None
    if not isinstance(value, dict):
        raise _refused(f"{field} is not a JSON object: it has to begin with {{ and end with }}.")
    check_object(value, field)
    return value


def typed_lines(text: str) -> tuple[str, ...]:
    r"""One entry per line; empty lines count for nothing, and `\n` typed out stands for a line's end.

    >>> typed_lines("END\n\n\\n\\n")
    ('END', '\n\n')
    """
    return tuple(line.replace("\\n", "\n") for line in text.splitlines() if line)


def as_lines(entries: tuple[str, ...]) -> str:
    """What `typed_lines` reads back."""
    return "\n".join(entry.replace("\n", "\\n") for entry in entries)


def check_object(value: object, field: str) -> None:
    """See that a value is a JSON object that can be kept and sent.

    Raises:
        SettingRefused: another type, too deep, too long, or with numbers that JSON does not have.
    """
    if not isinstance(value, Mapping):
        raise _refused(f"{field} is not a JSON object.")
    for depth, _, inner in walk(value):
        if depth > LIMITS.setting_json_depth:
            raise _too_deep(field)
        if isinstance(inner, float) and not math.isfinite(inner):
            raise _refused(f"{field} holds a number that cannot be sent.")
    try:
        chars = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    except (TypeError, ValueError):
        raise _refused(f"{field} holds something that is not JSON.") from None
    if chars > LIMITS.setting_json_chars:
        raise _too_long(field, chars)


def walk(value: object) -> Iterator[tuple[int, str, object]]:
    """Every value inside, with its depth and the name that it stands under; without recursion."""
    waiting: list[tuple[int, str, object]] = [(0, "", value)]
    while waiting:
        depth, name, inner = found = waiting.pop()
        yield found
        if isinstance(inner, Mapping):
            waiting += [(depth + 1, str(key), each) for key, each in inner.items()]
        elif isinstance(inner, list | tuple):
            waiting += [(depth + 1, name, each) for each in inner]


def place_of(error: json.JSONDecodeError) -> str:
    """What is wrong and where, in the words of the reader of JSON: they quote nothing of the text."""
    message = error.msg[:1].lower() + error.msg[1:]
    return f"{message} at line {error.lineno:,}, column {error.colno:,}"


def _once(pairs: list[tuple[str, Any]], field: str) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise _refused(f"{field} holds “{name[:60]}” twice in one object.")
        read[name] = value
    return read


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _too_long(field: str, chars: int) -> SettingRefused:
    return _refused(
        f"{field} has {chars:,} characters; at most {LIMITS.setting_json_chars:,} can be kept."
    )


def _too_deep(field: str) -> SettingRefused:
    return _refused(f"{field} is nested more than {LIMITS.setting_json_depth} levels deep.")


def _refused(sentence: str) -> SettingRefused:
    return SettingRefused(sentence)
