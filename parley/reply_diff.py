"""What changed between two texts, sentence by sentence, in the notation of a unified diff."""

from __future__ import annotations

import difflib
import re

COMPARABLE = 4_000_000
"""Sentences of the one times sentences of the other: more would take seconds."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def changed_lines(before: str, after: str) -> str:
    """Lines that begin with `-` (only before), `+` (only after) or a space (both).

    >>> changed_lines("It is blue. Really.", "It is red. Really.")
    '-It is blue.\\n+It is red.\\n Really.'
    """
    old, new = _pieces(before), _pieces(after)
    if len(old) * len(new) > COMPARABLE:
        return "The texts are too long to be compared here."
    lines: list[str] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        mark = " " if kind == "equal" else "-"
        lines += [mark + piece for piece in old[i1:i2]]
        if kind != "equal":
            lines += ["+" + piece for piece in new[j1:j2]]
    return "\n".join(lines) or "Both are empty."


def _pieces(text: str) -> list[str]:
    return [piece for line in text.splitlines() for piece in _SENTENCE.split(line) if piece]
