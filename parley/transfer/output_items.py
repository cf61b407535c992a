"""A reply as a list of items, in the shape of OpenAI's Responses: newer versions of Open WebUI keep it like that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parley.transfer.imported import LeftOut
from parley.transfer.part import Part

_ANSWERS_OF_TOOLS = ("function_call_output", "custom_tool_call_output")


@dataclass(frozen=True)
class Said:
    """What of a reply can be kept."""

    text: str
    reasoning: str
    tool_calls: tuple[str, ...]
    """Names of the tools that it asked for."""


def said_in(items: Sequence[Part], left_out: LeftOut) -> Said:
    """The words, the thoughts and the names of tools; what tools gave back and what else was called is counted.

    Raises:
        ImportRefused: an item of another shape.
    """
    found: dict[str, list[str]] = {"message": [], "reasoning": [], "function_call": []}
    for item in items:
        kind = item.text("type")
        if kind == "function_call":
            found[kind].append(item.name("name"))
        elif kind in found:
            found[kind].append(_words(item, "summary") or _words(item, "content"))
        elif kind in _ANSWERS_OF_TOOLS:
            left_out.add("message of a tool", "messages of tools")
        else:
            left_out.add("call of a tool", "calls of tools")
    return Said(
        "\n\n".join(filter(str.strip, found["message"])),
        "\n\n".join(filter(str.strip, found["reasoning"])),
        tuple(filter(None, found["function_call"])),
    )


def _words(item: Part, name: str) -> str:
    """Parts with texts; older items have the text itself."""
    if isinstance(item.values.get(name), str):
        return item.text(name)
    return "".join(part.text("text") for part in item.parts(name, "part"))
