"""What differs between two requests, in words: for whoever changes one thing and compares the replies. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

NOT_SET = "not set"

_NOT_TOLD = ("stream", "stream_options")
"""The app's own; they change no reply."""
_WORDS = {
    "system_prompt": "system prompt",
    "top_p": "top-p",
    "max_tokens": "max tokens",
    "max_completion_tokens": "max tokens",
    "response_format.type": "response format",
    "response_format.json_schema": "JSON schema",
    "chat_template_kwargs.enable_thinking": "reasoning",
    "thinking.type": "reasoning",
    "reasoning.enabled": "reasoning",
    "reasoning.effort": "reasoning effort",
    "reasoning_effort": "reasoning effort",
    "chat_template_kwargs.reasoning_effort": "reasoning effort",
}
_SWITCHES = {"enabled": "on", "disabled": "off", True: "on", False: "off"}
_WHOLE = ("response_format.json_schema",)
"""Objects that are told as one: their parts mean nothing by themselves."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name in words, value before, value after, of two bodies (`Request.parameters`); outside text all three.

    >>> differences({"model": "a", "temperature": 0}, {"model": "a", "temperature": 1, "seed": 7})
    [('temperature', '0', '1'), ('seed', 'not set', '7')]
    """
    first, second = _told(before), _told(after)
    return [
        (name, first.get(name, NOT_SET), second.get(name, NOT_SET))
        for name in {**first, **second}
        if first.get(name) != second.get(name)
    ]


def _told(body: Mapping[str, Any]) -> dict[str, str]:
    told: dict[str, str] = {}
    for path, value in _leaves(body, ""):
        if path not in _NOT_TOLD:
            name = _WORDS.get(path, path)
            told[name] = _in_words(name, value)
    return told


def _leaves(body: Mapping[str, Any], above: str) -> Iterator[tuple[str, object]]:
    for name, value in body.items():
        path = f"{above}{name}"
        if path in _NOT_TOLD or path in _WHOLE or not isinstance(value, Mapping) or not value:
            yield path, value
        else:
            yield from _leaves(value, f"{path}.")


def _in_words(name: str, value: object) -> str:
    if name == "reasoning" and isinstance(value, str | bool):
        return _SWITCHES.get(value, str(value))
    if isinstance(value, str) and not _looks_like_another(value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _looks_like_another(text: str) -> bool:
    """`"1"` is not 1 for an endpoint, so it must not read like it."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text == NOT_SET
    return True
