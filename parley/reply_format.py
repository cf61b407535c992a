"""Does a reply keep the format that was asked for? Works from what was sent, so stored replies can be checked for ever.

Schemas are read by `parley/schema_check.py` in a process of its own, which is ended after a few seconds: neither a
hostile schema nor a hostile reply can hold up the app.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.chat_settings import ChatSettings, format_sent
from parley.errors import SettingRefused, one_line
from parley.limits import LIMITS
from parley.typed_json import check_object, place_of

SCHEMA_FIELD = "The JSON schema"

_CHECKER = (sys.executable, "-P", str(Path(__file__).with_name("schema_check.py")))
_ENVIRONMENT = {"PYTHONUTF8": "1"}
"""All that the checker gets to see: the app's own environment may hold keys."""
_REMEMBERED = 128
_FENCE = "```"


@dataclass(frozen=True)
class FormatCheck:
    """Whether a reply is known to keep the format that was asked for."""

    ok: bool
    problem: str = ""
    """Why it does not, or why that could not be told, in one sentence of plain text; empty when `ok`."""
    checked: bool = True
    """False: it could not be told, so it may keep the format all the same."""


class _NotChecked(Exception):
    """The checker had no answer. Its text is a sentence of ours."""


def asked_format(asked: ChatSettings | Mapping[str, Any]) -> str | None:
    """`json_object` or `json_schema` when replies can be checked, else `None`. `asked` as for `check_reply`."""
    kind = _response_format(asked).get("type")
    return kind if kind in ("json_object", "json_schema") else None


def check_reply(asked: ChatSettings | Mapping[str, Any], text: str) -> FormatCheck:
    """Hold the whole text of a reply against the format asked for, in the settings or in `Request.parameters`.

    Of a schema the first fault is told, with its path: `$.items[2].price: 'x' is not of type 'number'`.
    Where no JSON was asked for, any text will do. Never raises.
    """
    kind = asked_format(asked)
    if kind is None:
        return FormatCheck(True)
    value, problem = _read(text)
    if problem:
        return FormatCheck(False, problem)
    if kind == "json_object":
        is_object = isinstance(value, dict)
        return FormatCheck(is_object, "" if is_object else "The reply is JSON, but not an object.")
    return _held_against(_mapping(_response_format(asked).get("json_schema")).get("schema"), text)


def check_schema(schema: object) -> None:
    """See that a JSON schema can be sent: valid, and complete in itself, because nothing is ever fetched.

    Raises:
        SettingRefused: the sentence says where the fault is.
    """
    check_object(schema, SCHEMA_FIELD)
    try:
        fault = _fault(json.dumps(schema), None)
    except _NotChecked:
        raise SettingRefused(f"{SCHEMA_FIELD} could not be checked.") from None
    if fault:
        raise SettingRefused(f"{SCHEMA_FIELD} is not valid: {fault}.")


def _held_against(schema: object, text: str) -> FormatCheck:
    if len(text) > LIMITS.checked_reply_chars:
        most = LIMITS.checked_reply_chars
        return _untold(f"The reply has more than {most:,} characters, so it was not checked.")
    try:
        check_schema(schema)
        fault = _fault(json.dumps(schema), text)
    except SettingRefused as refused:
        return _untold(refused.title)
    except _NotChecked:
        return _untold(f"The reply could not be checked within {LIMITS.reply_check_s:g} seconds.")
    return FormatCheck(not fault, one_line(fault))


def _untold(why: str) -> FormatCheck:
    return FormatCheck(False, why, checked=False)


def _read(text: str) -> tuple[object, str]:
    """The value, and why there is none."""
    try:
        return json.loads(text, parse_constant=_no_number), ""
    except json.JSONDecodeError as error:
        fence = " It stands in a code fence." if text.lstrip().startswith(_FENCE) else ""
        return None, f"The reply is not JSON: {place_of(error)}.{fence}"
    except RecursionError:
        return None, "The reply is nested too deeply to be read."
    except ValueError:
        return None, "The reply holds a number that JSON does not have."


def _no_number(_: str) -> float:
    raise ValueError


def _response_format(asked: ChatSettings | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(asked, ChatSettings):
        return format_sent(asked) or {}
    return _mapping(asked.get("response_format"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _fault(schema: str, reply: str | None) -> str:
    answer = _asked_once(schema, reply)
    if answer is None:
        raise _NotChecked
    return answer


@functools.lru_cache(_REMEMBERED)
def _asked_once(schema: str, reply: str | None) -> str | None:
    """The checker's answer; `None` = it had none in time. That too is remembered, or each look would wait anew."""
    question = json.dumps({"schema": json.loads(schema), "reply": reply})
    try:
        checker = subprocess.run(
            _CHECKER,
            input=question,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=_ENVIRONMENT,
            timeout=LIMITS.reply_check_s,
            check=True,
        )
        return str(json.loads(checker.stdout))
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
