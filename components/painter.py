"""Paints a reply's text in blocks: a finished block once and never again, only the growing tail anew.

Running and stored replies are cut and drawn by the same code, so that a reply looks alike before and after it ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
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
    """Draws one growing text into a container.

    The tail grows in the very element that it will keep as a finished block: moved, it would stand there twice for
    a moment, and be sent twice.
    """

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place
        self._group = place
        self._slots = 0
        self._slot: DeltaGenerator | None = None
        self._shown: tuple[BlockKind, str] | None = None
        self._splitter = Splitter()

    def add(self, text: str) -> None:
        """Draw what `text` adds."""
        self._finish(self._splitter.feed(text))
        self._put(self._splitter.tail)

    def close(self) -> None:
        """The text is complete: the tail becomes a block like the others."""
        self._finish(self._splitter.close())

    def _finish(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._put(block)
            self._slot = self._shown = None

    def _put(self, block: Block) -> None:
        """Draw a block into the current slot; nothing is sent when it stands there already."""
        if (block.kind, block.text) == self._shown or not block.text.strip():
            return
        if self._slot is None:
            if self._slots % BLOCKS_PER_GROUP == 0:
                self._group = self._place.container()
            self._slots += 1
        self._slot = _draw(self._slot or self._group, block)
        self._shown = (block.kind, block.text)


def paint(text: str) -> None:
    """Draw a text that is complete, right here: every container would be one more message to the browser."""
    if len(text) > CLIPPED_CHARS:
        st.caption(f"A long text of {len(text):,} characters, shown plain.")
        st.code(plain(text), language=None, wrap_lines=True, height=600)
        return
    for blocks in _batched(joined(split(text)), BLOCKS_PER_GROUP):
        with st.container() if len(blocks) == BLOCKS_PER_GROUP else contextlib.nullcontext():
            for block in blocks:
                if block.text.strip():
                    _draw(st, block)


def _batched(blocks: list[Block], size: int) -> list[list[Block]]:
    return [blocks[start : start + size] for start in range(0, len(blocks), size)]


def _draw(place: Any, block: Block) -> DeltaGenerator:
    if block.kind is BlockKind.CODE:
        code: DeltaGenerator = place.code(plain(block.text), language=plain(block.language) or None)
        return code
    text: DeltaGenerator = place.markdown(safe_markdown(block.text))
    return text
