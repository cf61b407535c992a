"""Errors carry whole sentences, bound what an endpoint said, and survive the store as notices."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import errors
from parley.errors import DETAIL_MAX_CHARS, Notice, ParleyError, TooManyRequests, one_line


def leaves(kind: type[ParleyError] = ParleyError) -> Iterator[type[ParleyError]]:
    for below in kind.__subclasses__():
        yield below
        yield from leaves(below)


EVERY = sorted(set(leaves()), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_says_in_whole_sentences_what_happened_and_what_to_do(
    kind: type[ParleyError],
) -> None:
    notice = kind().notice

    for sentence in (notice.title, notice.advice):
        assert re.fullmatch(r"[A-Z`].{10,}\.", sentence)
    assert notice.kind == kind.__name__
    assert (notice.detail, notice.suggestion) == ("", "")
    assert str(kind()) == notice.title


def test_no_two_causes_are_told_in_the_same_words() -> None:
    titles = [kind.title for kind in EVERY]

    assert len(set(titles)) == len(titles)


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")

    assert sorted(drawn) == [kind.__name__ for kind in EVERY]


def test_a_notice_comes_back_from_the_store_as_it_was() -> None:
    notice = TooManyRequests("Wait.", advice="A while.", detail="slow", suggestion="later").notice

    assert Notice.from_dict(notice.to_dict()) == notice


def test_a_notice_of_an_older_parley_is_still_read() -> None:
    stored = {"kind": "EmptyReply", "title": "Nothing.", "advice": "Again.", "colour": "red"}

    assert Notice.from_dict(stored) == Notice("EmptyReply", "Nothing.", "Again.")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("  two\r\n lines\t ", "two lines"),
        ("\x1b[31mred\x00\x07", "[31mred"),
        ("a\u202eb\u2028c\ud800d", "a b c d"),
        ("x" * 301, "x" * DETAIL_MAX_CHARS),
        (" " * 2_000 + "too late", ""),
        ("<b>&amp;</b> ![x](y)", "<b>&amp;</b> ![x](y)"),
    ],
)
def test_u10_what_an_endpoint_said_becomes_one_bounded_line(said: str, kept: str) -> None:
    assert ParleyError(detail=said).detail == kept


@given(st.text())
def test_any_text_becomes_one_printable_line(said: str) -> None:
    line = one_line(said)

    assert len(line) <= DETAIL_MAX_CHARS
    assert line.isprintable()
    assert one_line(line) == line
