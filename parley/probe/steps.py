"""What each step of a probe sends, and how much of it an endpoint can bill at most. Pure."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from PIL import Image

from parley.chat_settings import ChatSettings
from parley.endpoint import Endpoint
from parley.gateway import ChatCall

COLOURS = {
    "red": (220, 20, 20),
    "green": (20, 160, 20),
    "blue": (20, 40, 220),
    "yellow": (250, 230, 20),
    "purple": (130, 20, 150),
    "orange": (250, 140, 10),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
}
"""Of the picture; one is chosen for each probe, so that a model which does not look can only guess."""
IMAGE_PX = 64

TOOL_NAME = "note_number"
SCHEMA = {
    "title": "parley_probe",
    "type": "object",
    "properties": {"parley_place": {"type": "string"}, "parley_letters": {"type": "integer"}},
    "required": ["parley_place", "parley_letters"],
    "additionalProperties": False,
}
"""Its names are in no prompt: a reply that has them was held to the schema."""

CHARS_PER_TOKEN_AT_LEAST = 3.0
TEMPLATE_TOKENS = 200
"""What a model's own template may add to a message."""
TOOL_TEMPLATE_TOKENS = 500
IMAGE_TOKENS = 3_000
"""The most that a service is known to count for a small picture (OpenAI's gpt-4o-mini: 2,833)."""


class Step(StrEnum):
    """The parts of a probe; the values are kept in the database."""

    REPLY = "reply"
    """Always made, and first: where it fails the others are left out."""
    SCHEMA = "json_schema"
    TOOLS = "tools"
    VISION = "vision"
    CACHE = "cache"
    """The same long message twice."""


@dataclass(frozen=True)
class Exchange:
    """What one step sends, `calls` times over."""

    prompt: str
    max_tokens: int
    more: Mapping[str, Any] = field(default_factory=dict)
    """Body parameters besides the limit of tokens."""
    image: str = ""
    """A data URL; empty = none is sent."""
    template_tokens: int = TEMPLATE_TOKENS
    calls: int = 1

    @property
    def input_at_most(self) -> int:
        """Tokens of one call, estimated upwards: how a model counts is its own affair."""
        written = math.ceil(len(self.prompt) / CHARS_PER_TOKEN_AT_LEAST)
        return written + self.template_tokens + (IMAGE_TOKENS if self.image else 0)

    def call(self, endpoint: Endpoint, model_id: str, limit_name: str | None = None) -> ChatCall:
        """`limit_name`: what this model calls the limit of tokens, where it refused the usual name."""
        limit = ChatSettings(max_tokens=self.max_tokens).parameters(endpoint)
        if limit_name is not None:
            limit = {limit_name: self.max_tokens}
        message = {"role": "user", "content": self._content()}
        return ChatCall(model_id, (message,), {**limit, **self.more})

    def _content(self) -> str | list[dict[str, Any]]:
        if not self.image:
            return self.prompt
        picture = {"type": "image_url", "image_url": {"url": self.image}}
        return [{"type": "text", "text": self.prompt}, picture]


def exchange(step: Step, colour: str = "red") -> Exchange:
    """What a step sends. `colour` is that of the picture, a key of `COLOURS`."""
    if step is Step.VISION:
        question = "Which colour has this picture? Answer with one word."
        return Exchange(question, max_tokens=128, image=_picture(colour))
    return _WITHOUT_IMAGE[step]


def _tool() -> dict[str, Any]:
    number = {"type": "object", "properties": {"number": {"type": "integer"}}}
    return {
        "type": "function",
        "function": {
            "name": TOOL_NAME,
            "description": "Notes a number for the user.",
            "parameters": {**number, "required": ["number"]},
        },
    }


def _long_text() -> str:
    """Over 1,024 tokens for every model: services cache nothing that is shorter."""
    lines = " ".join(f"Line {number} of a text that is sent twice." for number in range(1, 121))
    return f"{lines} Answer with OK."


def _schema_sent() -> dict[str, Any]:
    described = {"name": "parley_probe", "schema": SCHEMA, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


_WITHOUT_IMAGE = {
    Step.REPLY: Exchange("Write the numbers from one to forty as words.", max_tokens=128),
    Step.SCHEMA: Exchange(
        "Name a city and say how many letters its name has. Answer in JSON.",
        max_tokens=256,
        more=_schema_sent(),
    ),
    Step.TOOLS: Exchange(
        f"Note the number 7 with the tool {TOOL_NAME}.",
        max_tokens=256,
        more={"tools": [_tool()]},
        template_tokens=TOOL_TEMPLATE_TOKENS,
    ),
    Step.CACHE: Exchange(_long_text(), max_tokens=16, calls=2),
}


def _picture(colour: str) -> str:
    written = io.BytesIO()
    Image.new("RGB", (IMAGE_PX, IMAGE_PX), COLOURS[colour]).save(written, "PNG")
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode('ascii')}"
