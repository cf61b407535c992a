"""What a person set for a conversation: system prompt, sampling, format of the reply, reasoning, extra body.

Only what was set is sent. A setting that no endpoint could take is refused before anything goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
    """`json_object` or `json_schema`."""
    json_schema: Mapping[str, Any] | None = None
    """The schema itself; sent and checked when `response_format` is `json_schema`."""
    reasoning: bool | None = None
    """On, off, or as the model likes it."""
    reasoning_effort: str | None = None
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Sent as it is, over everything else but the messages."""

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
        """What `to_dict` wrote; names that this program does not know are dropped."""
        known = {name: value for name, value in values.items() if name in vars(cls())}
        if "stop" in known:
            known["stop"] = tuple(known["stop"])
        return cls(**known)
