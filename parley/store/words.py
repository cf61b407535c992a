"""What a word is: in what is looked for, in titles, in the index of PostgreSQL, and in what is shown of a hit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

EXCERPT_WORDS = 14
MAX_WORDS = 64
"""More are not looked for: a person does not type them, and no index is made for it."""

Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is what was searched for."""

_WORD = re.compile(r"[^\W_]+")
_WORD_AS_WRITTEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def words_of(text: str) -> list[str]:
    """The words of a text without case and accents, as the index knows them.

    >>> words_of('Motörhead -"1916" AND')
    ['motorhead', '1916', 'and']
    """
    folded = text.casefold()
    if not folded.isascii():
        marked = unicodedata.normalize("NFKD", folded)
        folded = "".join(char for char in marked if not unicodedata.combining(char))
    return _WORD.findall(folded)


def as_written(text: str) -> list[str]:
    """The same words with their case and accents.

    >>> as_written('Motörhead -"1916" AND')
    ['Motörhead', '1916', 'AND']
    """
    return _WORD_AS_WRITTEN.findall(text)


def is_beginning(wanted: Sequence[str]) -> bool:
    """Whether the last word may be the beginning of one: nearly every text has a word with any one letter."""
    return len(wanted[-1]) > 1


def excerpt(text: str, wanted: Sequence[str]) -> Pieces:
    """The part of a text that has most of the wanted words, at most `EXCERPT_WORDS` long.

    >>> excerpt("an Öld one", ["old"])
    (('an ', False), ('Öld', True), (' one', False))
    """
    spans = [(match.start(), match.end()) for match in _WORD_AS_WRITTEN.finditer(text)]
    found_by = _finder(wanted)
    hits = {at: word for at, span in enumerate(spans) if (word := found_by(text[slice(*span)]))}
    first = _best_window(sorted(hits), hits, len(spans))
    last = min(first + EXCERPT_WORDS, len(spans))
    begins = spans[first][0] if first else 0
    ends = spans[last - 1][1] if last < len(spans) else len(text)
    return _cut(text, begins, ends, [spans[at] for at in range(first, last) if at in hits])


def _finder(wanted: Sequence[str]) -> Callable[[str], str | None]:
    """From a word as it is written to the wanted one that it is, or begins with."""
    *whole, last = wanted

    @cache
    def found_by(written: str) -> str | None:
        for word in words_of(written):
            if word in whole:
                return word
            if word == last or (is_beginning(wanted) and word.startswith(last)):
                return last
        return None

    return found_by


def _best_window(places: list[int], hits: dict[int, str], length: int) -> int:
    """Number of the first word to show: most different words first, then the earliest, in its middle."""
    best, first, last = 0, 0, 0
    for number, place in enumerate(places):
        within = [
            at for at in places[number : number + EXCERPT_WORDS] if at < place + EXCERPT_WORDS
        ]
        if len({hits[at] for at in within}) > best:
            best, first, last = len({hits[at] for at in within}), place, within[-1]
    before = (EXCERPT_WORDS - (last - first + 1)) // 2
    return max(0, min(first - before, length - EXCERPT_WORDS))


def _cut(text: str, begins: int, ends: int, hits: list[tuple[int, int]]) -> Pieces:
    pieces, at, lead = [], begins, "…" if begins else ""
    for start, end in hits:
        pieces += [(lead + text[at:start], False), (text[start:end], True)]
        at, lead = end, ""
    pieces.append((lead + text[at:ends] + ("…" if ends < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece[0])
