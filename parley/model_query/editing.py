"""Rewrites the text of a question: takes parts out, adds words. What is left stands as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from parley.model_query.parsing import parse
from parley.model_query.query import ModelQuery, Part
from parley.model_query.words import Word, words_of


def replaced(text: str, gone: Callable[[Part], bool], added: Iterable[str] = ()) -> str:
    """The text without the parts of which `gone` is true, and with words added.

    >>> replaced("qwen out<1 tools", lambda part: part.field == "out", ["out<=2"])
    'qwen tools out<=2'
    """
    return _with(_without(text, gone).strip(), list(added))


def _with(text: str, words: list[str]) -> str:
    """The words behind the text, or before it where an open quote or a bare < would swallow them."""
    behind, before = (" ".join(filter(None, parts)) for parts in ([text, *words], [*words, text]))
    return behind if all(has_word(behind, word) for word in words) else before


def _without(text: str, gone: Callable[[Part], bool]) -> str:
    query = parse(text)
    spans = {
        (part.start, part.end)
        for part in (*query.conditions, *query.orders, *query.problems)
        if gone(part)
    }
    return _cut(text, spans)


def _cut(text: str, spans: set[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start].rstrip()} {text[end:].lstrip()}"
    return text


def has_word(text: str, word: str) -> bool:
    """Whether the question holds this word or condition.

    >>> has_word("qwen OUT<1", "out<1"), has_word("qwen !tools", "tools")
    (True, False)
    """
    return any(_is(text, each, word) for each in words_of(text))


def toggled(text: str, word: str) -> str:
    """The text with the word, or without it where it was there.

    >>> toggled("qwen", "tools"), toggled("qwen tools large", "tools")
    ('qwen tools', 'qwen large')
    """
    there = {(each.start, each.end) for each in words_of(text) if _is(text, each, word)}
    if not there:
        return _with(text.strip(), [word])
    return _cut(text, there).strip()


def pointed_at(query: ModelQuery, part: Part) -> tuple[str, str, str]:
    """The text before a part, the part, and the text after it."""
    return query.text[: part.start], query.text[part.start : part.end], query.text[part.end :]


def _is(text: str, found: Word, word: str) -> bool:
    return _plain(text[found.start : found.end]) == _plain(word)


def _plain(word: str) -> str:
    return re.sub(r"\s+", "", word).casefold()
