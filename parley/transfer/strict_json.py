"""JSON read strictly: nothing twice under one name, only numbers that exist; text is cleaned of what cannot be kept."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from parley.errors import ImportRefused
from parley.typed_json import place_of

NOT_JSON = "Choose a JSON file; nothing of this one was imported."

_UNKEPT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATES = re.compile("[\ud800-\udfff]")


class _CannotKeep(Exception):
    """A value that JSON readers disagree about; the text says what it is."""


def strict_value(text: str, line: int) -> Any:
    """The value of a text that begins on this line of the file. Its depth has been checked.

    NUL is taken out and a lone surrogate becomes U+FFFD: no database keeps either.

    Raises:
        ImportRefused: no JSON, a name twice in one object, or a number beyond all bounds.
    """
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        blank = text[: error.pos].count("\n") - text[: _start(text)].count("\n")
        reason = place_of(error).split(" at line ")[0].removesuffix(" at")
        raise not_json(reason, line + max(blank, 0)) from None
    except _CannotKeep as reason:
        raise ImportRefused(f"What begins at line {line:,} holds {reason.args[0]}.") from None
    except ValueError:
        number = "a whole number of thousands of digits"
        raise ImportRefused(f"What begins at line {line:,} holds {number}.") from None
    return _cleaned(value, line) if _UNKEPT.search(text) else value


def not_json(reason: str, line: int) -> ImportRefused:
    """The refusal of a file that is no JSON from this line on."""
    return ImportRefused(f"Line {line:,}: the file is not JSON, {reason}.", advice=NOT_JSON)


def _start(text: str) -> int:
    return len(text) - len(text.lstrip())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _CannotKeep(f"“{twice[:60]}” twice in one object")
    return read


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _CannotKeep("a number beyond all bounds")
    return number


def _no_number(name: str) -> NoReturn:
    raise _CannotKeep(f"{name}, which is no number of JSON")


def _cleaned(value: Any, line: int) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value.replace("\0", ""))
    if isinstance(value, list):
        return [_cleaned(each, line) for each in value]
    if not isinstance(value, dict):
        return value
    clean = {_cleaned(name, line): _cleaned(each, line) for name, each in value.items()}
    if len(clean) < len(value):
        raise ImportRefused(f"What begins at line {line:,} holds a name twice in one object.")
    return clean


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_no_number)
