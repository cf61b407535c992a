"""In which field of a chunk a server writes what its model thinks. Pure and total, like the rest of this package."""

from __future__ import annotations

from parley.chunks.delta import read_whole
from parley.chunks.wire import items, mapping, text

CONTENT_PARTS = "content parts"


def is_whole(value: object) -> bool:
    """Whether this is a completion that was not streamed."""
    return read_whole(value) is not None


def reasoning_field(value: object) -> str | None:
    """The field with reasoning in it, as the server names it; `None` = this value has none.

    Tags in the text are not looked for: whoever reads the whole reply sees them.
    """
    for choice in items(mapping(value).get("choices")):
        said = mapping(mapping(choice).get("delta")) or mapping(mapping(choice).get("message"))
        for name in ("reasoning", "reasoning_content"):
            if text(said.get(name)):
                return name
        if any(mapping(part).get("thinking") for part in items(said.get("content"))):
            return CONTENT_PARTS
    return None
