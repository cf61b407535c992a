"""What a person set for a conversation: system prompt, sampling, format of the reply, reasoning, extra body.

Only what was set is sent. A setting that no endpoint could take is refused before anything goes out
(`parley/setting_checks.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.endpoint import Endpoint, Service
from parley.reasoning import reasoning_parameters

RESERVED = ("messages", "model", "stream", "stream_options")
"""What the app itself puts into a request: no extra body replaces it."""

FORMATS = ("text", "json_object", "json_schema")

_FORMAT_WORDS = {"text": "text", "json_object": "JSON", "json_schema": "JSON schema"}
_LIMITS_OF_TOKENS = ("max_completion_tokens", "max_tokens")


@dataclass(frozen=True)
class ChatSettings:
    """`None` and empty mean: not set, the model's own default holds."""

    system_prompt: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    response_format: str | None = None
    """`text`, `json_object` or `json_schema`."""
    json_schema: Mapping[str, Any] | None = None
    """The schema itself; sent and checked when `response_format` is `json_schema`."""
    json_schema_strict: bool = False
    """Ask the endpoint to hold the model to the schema."""
    reasoning: bool | None = None
    """On, off, or as the model likes it."""
    reasoning_effort: str | None = None
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Sent as it is, over everything else but the messages."""
    sent_messages: int | None = None
    """How many of the last messages go out at most; `None` = all of them."""

    def to_dict(self) -> dict[str, Any]:
        """What was set, by name."""
        default = ChatSettings()
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(self).items()
            if value != getattr(default, name)
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ChatSettings:
        """What `to_dict` wrote; names that this program does not know are dropped.

        Nothing is judged here: values from outside have to pass `checked`.
        """
        known = {name: value for name, value in values.items() if name in vars(cls())}
        if isinstance(known.get("stop"), list):
            known["stop"] = tuple(known["stop"])
        return cls(**known)

    def parameters(self, endpoint: Endpoint) -> dict[str, Any]:
        """The body parameters for this endpoint, exactly as they are sent: only what was set.

        The system prompt is a message, so it is not among them. Of settings that `checked` has passed.
        """
        set_or_not = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            _name_of_the_limit(endpoint): self.max_tokens,
            "seed": self.seed,
            "stop": list(self.stop) or None,
            "response_format": format_sent(self),
            **reasoning_parameters(endpoint, self.reasoning, self.reasoning_effort),
        }
        sent = {name: value for name, value in set_or_not.items() if value is not None}
        extra = {name: value for name, value in self.extra_body.items() if name not in RESERVED}
        return _merged(sent, extra)


def format_sent(settings: ChatSettings) -> dict[str, Any] | None:
    """The `response_format` of the request; `None` = not set."""
    if settings.response_format != "json_schema":
        return {"type": settings.response_format} if settings.response_format else None
    schema = settings.json_schema or {}
    strict = {"strict": True} if settings.json_schema_strict else {}
    described = {"name": _schema_name(schema), "schema": schema, **strict}
    return {"type": "json_schema", "json_schema": described}


def token_limit(parameters: Mapping[str, Any]) -> int | None:
    """The most tokens that a reply to a request with these body parameters may have, if one was set."""
    given = (parameters.get(name) for name in _LIMITS_OF_TOKENS)
    return next((limit for limit in given if type(limit) is int and limit > 0), None)


def in_words(settings: ChatSettings) -> str:
    """What was set, in one short line for the head of a chat; empty when nothing was.

    >>> in_words(ChatSettings("Be brief.", temperature=0.2, response_format="json_object"))
    'system prompt · temperature 0.2 · JSON'
    """
    return " · ".join(
        part for part in (*_sampling_words(settings), *_other_words(settings)) if part
    )


def _sampling_words(settings: ChatSettings) -> list[str]:
    stops = len(settings.stop)
    return [
        "system prompt" if settings.system_prompt else "",
        "" if settings.temperature is None else f"temperature {settings.temperature:.15g}",
        "" if settings.top_p is None else f"top-p {settings.top_p:.15g}",
        "" if settings.max_tokens is None else f"at most {settings.max_tokens:,} tokens",
        "" if settings.seed is None else f"seed {settings.seed}",
        f"{stops} stop {'text' if stops == 1 else 'texts'}" if stops else "",
    ]


def _other_words(settings: ChatSettings) -> list[str]:
    return [
        _FORMAT_WORDS.get(settings.response_format or "", ""),
        {True: "reasoning on", False: "reasoning off", None: ""}[settings.reasoning],
        f"effort {settings.reasoning_effort}" if settings.reasoning_effort else "",
        "extra body" if settings.extra_body else "",
        "" if settings.sent_messages is None else f"last {settings.sent_messages:,} messages",
    ]


def _name_of_the_limit(endpoint: Endpoint) -> str:
    """OpenAI's reasoning models refuse the old name, many other servers do not know the new one."""
    new, old = _LIMITS_OF_TOKENS
    return new if endpoint.service is Service.OPENAI else old


def _schema_name(schema: Mapping[str, Any]) -> str:
    """Endpoints want a name of at most 64 letters, digits, dashes and underscores."""
    title = re.sub(r"[^A-Za-z0-9_-]+", "_", str(schema.get("title", "")))
    return title.strip("_")[:64] or "reply"


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the second over the first; objects under one name are merged, not replaced."""
    merged = dict(below)
    for name, value in above.items():
        beneath = merged.get(name)
        if isinstance(value, Mapping) and isinstance(beneath, Mapping):
            merged[name] = _merged(beneath, value)
        else:
            merged[name] = value
    return merged
