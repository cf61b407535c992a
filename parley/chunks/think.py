"""Reasoning that a model writes into its text as `<think>…</think>`, split off while it streams.

Only at the very start of a reply: one that mentions the tag later, or only closes it, is left as it is.
"""

from __future__ import annotations

from enum import Enum, auto

OPEN = "<think>"
CLOSE = "</think>"
BLANK_MAX_CHARS = 200
"""White space before the tag; after more than this, no tag is expected."""


class _At(Enum):
    START = auto()
    THOUGHT_BEGINS = auto()
    THOUGHT = auto()
    TEXT_BEGINS = auto()
    TEXT = auto()


class ThinkSplitter:
    """Feed it the text of one reply in any pieces; what it holds back is at most a tag and some white space."""

    def __init__(self) -> None:
        self._at = _At.START
        self._held = ""

    def feed(self, text: str) -> tuple[str, str]:
        """New text and new reasoning. The tags, and white space right after them, belong to neither."""
        self._held += text
        if self._at is _At.START:
            self._look_for_open()
        thought = self._take_thought()
        return self._take_text(), thought

    def close(self) -> tuple[str, str]:
        """What was held back when the reply ended."""
        held, self._held = self._held, ""
        is_thought = self._at in (_At.THOUGHT_BEGINS, _At.THOUGHT)
        return ("", held) if is_thought else (held, "")

    def _look_for_open(self) -> None:
        begun = self._held.lstrip()
        if len(self._held) - len(begun) > BLANK_MAX_CHARS:
            self._at = _At.TEXT
        elif begun.startswith(OPEN):
            self._at = _At.THOUGHT_BEGINS
            self._held = begun.removeprefix(OPEN)
        elif not OPEN.startswith(begun):
            self._at = _At.TEXT

    def _take_thought(self) -> str:
        if self._at is _At.THOUGHT_BEGINS:
            self._skip_blank(_At.THOUGHT)
        if self._at is not _At.THOUGHT:
            return ""
        thought, closed, rest = self._held.partition(CLOSE)
        if closed:
            self._at = _At.TEXT_BEGINS
            self._held = rest
            return thought
        keep = _begun_tag(thought)
        self._held = thought[len(thought) - keep :]
        return thought[: len(thought) - keep]

    def _take_text(self) -> str:
        if self._at is _At.TEXT_BEGINS:
            self._skip_blank(_At.TEXT)
        if self._at is not _At.TEXT:
            return ""
        text, self._held = self._held, ""
        return text

    def _skip_blank(self, then: _At) -> None:
        self._held = self._held.lstrip()
        if self._held:
            self._at = then


def _begun_tag(text: str) -> int:
    """How many characters at the end could be the beginning of the closing tag."""
    return next(
        (size for size in range(len(CLOSE) - 1, 0, -1) if text.endswith(CLOSE[:size])),
        0,
    )
