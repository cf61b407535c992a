"""Paints a reply's text in blocks: a finished block once and never again, only the growing tail anew.

The same painter draws running and stored replies, so that a reply looks alike before and after it ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from components.blocks import Block, BlockKind, Splitter, joined, split
from components.safe_text import plain, safe_markdown

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

BLOCKS_PER_GROUP = 12
"""Blocks are grouped in containers of this many, which spares the browser about a seventh of its work."""

CLIPPED_CHARS = 200_000
"""A stored text longer than this is shown as plain text, which no browser chokes on."""


class Painter:
    """Draws one growing text into a container."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._groups = place.container()
        self._tail = place.empty()
        self._group: DeltaGenerator | None = None
        self._in_group = 0
        self._splitter = Splitter()

    def add(self, text: str) -> None:
        """Draw what `text` adds."""
        self.add_all(self._splitter.feed(text))
        _draw(self._tail, self._splitter.tail)

    def close(self) -> None:
        """The text is complete: the tail becomes a block like the others."""
        self.add_all(self._splitter.close())
        self._tail.empty()

    def add_all(self, blocks: Iterable[Block]) -> None:
        """Draw blocks that are complete."""
        for block in blocks:
            self._finish(block)

    def _finish(self, block: Block) -> None:
        if self._group is None or self._in_group == BLOCKS_PER_GROUP:
            self._group, self._in_group = self._groups.container(), 0
        _draw(self._group, block)
        self._in_group += 1


def paint(place: DeltaGenerator, text: str) -> None:
    """Draw a text that is complete."""
    if len(text) > CLIPPED_CHARS:
        place.caption(f"A long text of {len(text):,} characters, shown plain.")
        place.code(plain(text), language=None, wrap_lines=True, height=600)
        return
    Painter(place).add_all(joined(split(text)))


def _draw(place: DeltaGenerator, block: Block) -> None:
    if block.kind is BlockKind.CODE:
        place.code(plain(block.text), language=plain(block.language) or None)
    elif block.text.strip():
        place.markdown(safe_markdown(block.text))
    else:
        place.empty()
