"""Judges the settings of a conversation before anything is sent: what no endpoint could take is refused by name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from parley.chat_settings import FORMATS, RESERVED, ChatSettings
from parley.endpoint import Endpoint
from parley.errors import SettingRefused
from parley.limits import LIMITS
from parley.reasoning import EFFORTS
from parley.reply_format import check_schema
from parley.typed_json import check_object, walk

EXTRA_BODY_FIELD = "The extra body"

MAX_MESSAGES = 1_000_000
MAX_TOKENS = 2**31 - 1
MAX_SEED = 2**53 - 1
"""Beyond that, many readers of JSON round."""

_CREDENTIAL_NAME = re.compile(
    r"(x[-_])?(api[-_]?key|authori[sz]ation|access[-_]?token|auth[-_]?token|token|bearer|password|"
    r"(client[-_]?)?secret|credentials?)",
    re.IGNORECASE,
)
_CREDENTIAL_VALUE = re.compile(r"bearer\s+\S|(sk-|gsk_|hf_|wandb_v1_)[\w-]{16}", re.IGNORECASE)


def checked(settings: ChatSettings, endpoint: Endpoint | None = None) -> ChatSettings:
    """The settings as they can be kept and sent. `endpoint` is the one whose key must not be among them.

    Values of any type may stand in them, as an import brings them.

    Raises:
        SettingRefused: the first setting that cannot be sent, in plain words.
    """
    good = replace(
        settings,
        system_prompt=_prompt(settings.system_prompt),
        temperature=_number("The temperature", settings.temperature, 2),
        top_p=_number("Top-p", settings.top_p, 1),
        max_tokens=_whole("Max tokens", settings.max_tokens, 1, MAX_TOKENS),
        seed=_whole("The seed", settings.seed, -MAX_SEED, MAX_SEED),
        stop=_stop(settings.stop),
        sent_messages=_whole("Messages sent along", settings.sent_messages, 1, MAX_MESSAGES),
    )
    _check_format(good)
    _check_reasoning(good)
    _check_extra_body(good.extra_body)
    _check_for_key(good, endpoint)
    return good


def _prompt(text: Any) -> str:
    if not isinstance(text, str):
        raise SettingRefused("The system prompt is not text.")
    cleaned = _sendable(text)
    if len(cleaned) > LIMITS.system_prompt_chars:
        raise SettingRefused(
            f"The system prompt has {len(cleaned):,} characters; "
            f"at most {LIMITS.system_prompt_chars:,} can be sent."
        )
    return cleaned if cleaned.strip() else ""


def _sendable(text: str) -> str:
    """Unaltered, but for what no request can carry."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _number(field: str, value: Any, highest: int) -> float | None:
    """Comparing says no to NaN and to infinity by itself."""
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= highest:
        raise SettingRefused(f"{field} has to be a number from 0 to {highest}.")
    return float(value)


def _whole(field: str, value: Any, lowest: int, highest: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not lowest <= value <= highest:
        raise SettingRefused(f"{field} has to be a whole number from {lowest:,} to {highest:,}.")
    return value


def _stop(texts: Any) -> tuple[str, ...]:
    if not isinstance(texts, tuple) or not all(isinstance(text, str) for text in texts):
        raise SettingRefused("The stop texts are not a list of texts.")
    cleaned = tuple(_sendable(text) for text in texts)
    if len(cleaned) > LIMITS.stop_texts:
        raise SettingRefused(
            f"There are {len(cleaned):,} stop texts; at most {LIMITS.stop_texts} can be sent."
        )
    if not all(0 < len(text) <= LIMITS.stop_chars for text in cleaned):
        raise SettingRefused(f"A stop text has to have 1 to {LIMITS.stop_chars} characters.")
    return cleaned


def _check_format(settings: ChatSettings) -> None:
    asked = settings.response_format
    if asked is not None and asked not in FORMATS:
        raise SettingRefused("The response format is none that Parley knows.")
    if not isinstance(settings.json_schema_strict, bool):
        raise SettingRefused("Whether the JSON schema is strict has to be yes or no.")
    if asked == "json_schema" and settings.json_schema is None:
        raise SettingRefused("The response format is a JSON schema, but no schema was given.")
    if settings.json_schema is not None:
        check_schema(settings.json_schema)


def _check_reasoning(settings: ChatSettings) -> None:
    reasoning, effort = settings.reasoning, settings.reasoning_effort
    if reasoning is not None and not isinstance(reasoning, bool):
        raise SettingRefused("Reasoning has to be on, off, or not set.")
    if effort is not None and effort not in EFFORTS:
        raise SettingRefused(f"The reasoning effort has to be one of {', '.join(EFFORTS)}.")
    if effort is not None and reasoning is not None and reasoning is (effort == "none"):
        state = "on" if reasoning else "off"
        raise SettingRefused(f"Reasoning is {state}, which the effort “{effort}” contradicts.")


def _check_extra_body(body: Any) -> None:
    check_object(body, EXTRA_BODY_FIELD)
    reserved = next((name for name in RESERVED if name in body), None)
    if reserved:
        raise SettingRefused(
            f"{EXTRA_BODY_FIELD} may not hold “{reserved}”: Parley sets that itself."
        )
    for _, name, value in walk(body):
        if _CREDENTIAL_NAME.fullmatch(name) or _is_credential(value):
            raise SettingRefused(
                f"{EXTRA_BODY_FIELD} seems to hold a key: settings are stored and exported.",
                advice="Remove it; a key belongs into its own field in Settings.",
            )


def _is_credential(value: object) -> bool:
    return isinstance(value, str) and _CREDENTIAL_VALUE.match(value.strip()) is not None


def _check_for_key(settings: ChatSettings, endpoint: Endpoint | None) -> None:
    if endpoint is None or endpoint.key is None:
        return
    everything = json.dumps(settings.to_dict())
    if endpoint.key.redact(everything) != everything:
        raise SettingRefused(
            "The settings hold the endpoint's API key: they are stored and exported.",
            advice="Remove it; a key belongs into its own field in Settings.",
        )
