"""Paints a reply's text in blocks: a finished block once and never again, only the growing tail anew.

Running and stored replies are cut and drawn by the same code, so that a reply looks alike before and after it ended.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import streamlit as st

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
        for block in self._splitter.feed(text):
            self._finish(block)
        _draw(self._tail, self._splitter.tail)

    def close(self) -> None:
        """The text is complete: the tail becomes a block like the others."""
        for block in self._splitter.close():
            self._finish(block)
        self._tail.empty()

    def _finish(self, block: Block) -> None:
        if self._group is None or self._in_group == BLOCKS_PER_GROUP:
            self._group, self._in_group = self._groups.container(), 0
        _draw(self._group, block)
        self._in_group += 1


def paint(text: str) -> None:
    """Draw a text that is complete, right here: every container would be one more message to the browser."""
    if len(text) > CLIPPED_CHARS:
        st.caption(f"A long text of {len(text):,} characters, shown plain.")
        st.code(plain(text), language=None, wrap_lines=True, height=600)
        return
    for blocks in _batched(joined(split(text)), BLOCKS_PER_GROUP):
        with st.container() if len(blocks) == BLOCKS_PER_GROUP else contextlib.nullcontext():
            for block in blocks:
                _draw(st, block)


def _batched(blocks: list[Block], size: int) -> list[list[Block]]:
    return [blocks[start : start + size] for start in range(0, len(blocks), size)]


def _draw(place: Any, block: Block) -> None:
    if block.kind is BlockKind.CODE:
        place.code(plain(block.text), language=plain(block.language) or None)
    elif block.text.strip():
        place.markdown(safe_markdown(block.text))
    else:
        place.empty()
