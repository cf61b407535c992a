"""Does a reply keep the format that was asked for? Works from what was sent, so stored replies can be checked for ever.

Schemas are read in a process of its own (`parley/checker_process.py`), which is ended when it takes too long: neither
a hostile schema nor a hostile reply can hold up the app.
"""

from __future__ import annotations

import functools
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.chat_settings import ChatSettings, format_sent
from parley.checker_process import Answer, CheckerProcess
from parley.errors import SettingRefused, one_line
from parley.limits import LIMITS
from parley.typed_json import check_object, place_of

SCHEMA_FIELD = "The JSON schema"

_REMEMBERED = 128
_FENCE = "```"
_checker = CheckerProcess()
_slow: deque[str] = deque(maxlen=_REMEMBERED)
"""Schemas that a reply took too long with: a page full of such replies would wait for each of them."""


@dataclass(frozen=True)
class FormatCheck:
    """Whether a reply is known to keep the format that was asked for."""

    ok: bool
    problem: str = ""
    """Why it does not, or why that could not be told, in one sentence of plain text; empty when `ok`."""
    checked: bool = True
    """False: it could not be told, so it may keep the format all the same."""


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
    value, unread = _read(text)
    if unread is not None:
        return unread
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
    answer = _asked_once(json.dumps(schema), None)
    if answer.untold is not None:
        raise SettingRefused(f"{SCHEMA_FIELD} could not be checked.")
    if answer.fault:
        raise SettingRefused(f"{SCHEMA_FIELD} is not valid: {answer.fault}.")


def _held_against(schema: object, text: str) -> FormatCheck:
    if len(text) > LIMITS.checked_reply_chars:
        most = LIMITS.checked_reply_chars
        return _untold(f"The reply has more than {most:,} characters, so it was not checked.")
    try:
        check_schema(schema)
    except SettingRefused as refused:
        return _untold(refused.title)
    answer = _asked_once(json.dumps(schema), text)
    if answer.late:
        return _untold(
            f"The reply was not checked: with its schema that takes over {LIMITS.reply_check_s:g} seconds."
        )
    if answer.untold is not None:
        return _untold(f"The reply could not be checked{answer.untold and ': '}{answer.untold}.")
    return FormatCheck(not answer.fault, one_line(answer.fault))


def _untold(why: str) -> FormatCheck:
    return FormatCheck(False, why, checked=False)


def _read(text: str) -> tuple[object, FormatCheck | None]:
    """The value, or why there is none."""
    try:
        return json.loads(text, parse_constant=_no_number), None
    except json.JSONDecodeError as error:
        fence = " It stands in a code fence." if text.lstrip().startswith(_FENCE) else ""
        return None, FormatCheck(False, f"The reply is not JSON: {place_of(error)}.{fence}")
    except _NoNumber:
        return None, FormatCheck(False, "The reply holds a number that JSON does not have.")
    except RecursionError:
        return None, _untold("The reply is nested too deeply to be checked.")
    except ValueError:
        return None, _untold("The reply holds a number with too many digits to be checked.")


class _NoNumber(Exception):
    """NaN or infinity."""


def _no_number(_: str) -> float:
    raise _NoNumber


def _response_format(asked: ChatSettings | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(asked, ChatSettings):
        return format_sent(asked) or {}
    return _mapping(asked.get("response_format"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


@functools.lru_cache(_REMEMBERED)
def _asked_once(schema: str, reply: str | None) -> Answer:
    """The checker's answer. That there was none in time is remembered as well, or each look would wait anew."""
    if schema in _slow:
        return Answer(untold="", late=True)
    answer = _checker.ask(json.loads(schema), reply, LIMITS.reply_check_s)
    if answer.late:
        _slow.append(schema)
    return answer
