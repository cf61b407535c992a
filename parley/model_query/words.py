"""Cuts a question into its words. Quotes hold words together; spaces around < and > do not part a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_CHARS = 500
"""A longer question is cut: nobody types more, and an address has to hold it."""

_VALUE = r'(?:[^\s"]|"[^"]*"?)+'
_COMPARES = r"<=|>=|=<|=>|≤|≥|<|>"
_WORD = re.compile(rf"[!-]?[A-Za-z_]+\s*(?:{_COMPARES})\s*{_VALUE}|{_VALUE}")
_CONDITION = re.compile(
    rf"(?P<name>[A-Za-z_]+)\s*(?P<sign>:?(?:{_COMPARES})|==?|:)\s*(?P<value>.*)", re.DOTALL
)
_LISTED = re.compile(r'(?:[^,"]|"[^"]*"?)+')
_SAME_SIGN = {"=<": "<=", "≤": "<=", "=>": ">=", "≥": ">=", "==": "="}


@dataclass(frozen=True)
class Word:
    """One word, or one condition with its value."""

    text: str
    """Without the sign of negation."""
    start: int
    end: int
    negated: bool

    @property
    def place(self) -> dict[str, Any]:
        """Where it stands, for the condition that it becomes."""
        return {"start": self.start, "end": self.end, "negated": self.negated}

    @property
    def open_quote(self) -> bool:
        return self.text.count('"') % 2 == 1


@dataclass(frozen=True)
class Written:
    """A word that looks like a condition."""

    name: str
    sign: str
    """<, <=, >, >=, = or :"""
    value: str


def words_of(text: str) -> Iterator[Word]:
    """The words with their places in the text.

    >>> [word.text for word in words_of('qwen -"vl 7b" out < 1')]
    ['qwen', '"vl 7b"', 'out < 1']
    """
    for found in _WORD.finditer(text[:MAX_CHARS]):
        negated = len(found[0]) > 1 and found[0][0] in "!-"
        word = found[0][1:] if negated else found[0]
        yield Word(word, found.start(), found.end(), negated)


def written(word: Word) -> Written | None:
    """The word as a condition, where it has the form of one."""
    found = _CONDITION.fullmatch(word.text)
    if found is None:
        return None
    sign = found["sign"].removeprefix(":") or ":"
    return Written(found["name"], _SAME_SIGN.get(sign, sign), found["value"].rstrip(",;"))


def unquoted(text: str) -> str:
    return text.replace('"', "")


def listed(value: str) -> list[str]:
    """The values of a list that is parted by commas; a comma in quotes parts nothing.

    >>> listed('qwen,"Mistral, the firm",,')
    ['qwen', 'Mistral, the firm']
    """
    parts = (unquoted(part).strip() for part in _LISTED.findall(value))
    return [part for part in parts if part]
