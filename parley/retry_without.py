"""After a refusal that names a parameter: the settings without it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from parley.chat_settings import ChatSettings
from parley.endpoint import Endpoint

_WRAPPERS = ("body", "extra_body")

_FIELDS: dict[str, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "top_p": ("top_p",),
    "max_tokens": ("max_tokens",),
    "max_completion_tokens": ("max_tokens",),
    "seed": ("seed",),
    "stop": ("stop",),
    "response_format": ("response_format",),
    "json_schema": ("response_format",),
    "reasoning_effort": ("reasoning_effort", "reasoning"),
    "reasoning.effort": ("reasoning_effort",),
    "chat_template_kwargs.reasoning_effort": ("reasoning_effort",),
    "reasoning": ("reasoning", "reasoning_effort"),
    "thinking": ("reasoning",),
    "enable_thinking": ("reasoning",),
    "chat_template_kwargs.enable_thinking": ("reasoning",),
    "chat_template_kwargs": ("reasoning", "reasoning_effort"),
}
"""What an endpoint calls a parameter → the settings that it may come from, likeliest first.

A switch may travel as an effort and an effort beside a switch, so no more of them is taken away than has to be.
"""


def without(settings: ChatSettings, parameter: str, endpoint: Endpoint) -> ChatSettings | None:
    """The settings without what a refusal of this endpoint names; `None` when it names nothing that was set.

    `parameter` as in `ParameterRejected.suggestion`: `temperature`, `chat_template_kwargs.enable_thinking`,
    `stop[0]`, the name of an entry of the extra body.
    """
    path = [part for part in re.split(r"[.\[\]]+", parameter) if part and not part.isdigit()]
    while path[1:] and path[0] in _WRAPPERS:
        path = path[1:]
    if not path:
        return None
    before = settings.parameters(endpoint)
    for names in (path, path[-1:], path[:1]):
        for lighter in _lighter(settings, names):
            sent = lighter.parameters(endpoint)
            if sent != before and not _holds(sent, names):
                return lighter
    return None


def _lighter(settings: ChatSettings, path: list[str]) -> Iterator[ChatSettings]:
    """Without the entry of the extra body, then without more and more of the settings it may come from."""
    extra = _dropped(settings.extra_body, path)
    yield replace(settings, extra_body=extra)
    fields = _FIELDS.get(".".join(path), ())
    for count in range(1, len(fields) + 1):
        yield _reset(replace(settings, extra_body=extra), fields[:count])


def _reset(settings: ChatSettings, names: tuple[str, ...]) -> ChatSettings:
    default = ChatSettings()
    changes: dict[str, Any] = {name: getattr(default, name) for name in names}
    return replace(settings, **changes)


def _dropped(body: Mapping[str, Any], path: list[str]) -> dict[str, Any]:
    """The body without what stands at the end of the path, and without the objects that are empty then."""
    first, rest = path[0], path[1:]
    kept = {name: value for name, value in body.items() if name != first}
    inner = body.get(first)
    if rest and first in body:
        left = _dropped(inner, rest) if isinstance(inner, Mapping) else inner
        if left:
            kept[first] = left
    return kept


def _holds(body: Mapping[str, Any], path: list[str]) -> bool:
    inner: object = body
    for name in path:
        if not isinstance(inner, Mapping) or name not in inner:
            return False
        inner = inner[name]
    return True
