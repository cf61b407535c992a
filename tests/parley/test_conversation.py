"""The title of a conversation, and ids that nobody can guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversation import TITLE_MAX_CHARS, new_id, title_from

LONG = "why does the weather in the north change so much more often than at home"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Why?", "Why?"),
        ("  Why\n\nnot \t now?  ", "Why not now?"),
        ("", "New chat"),
        (" \n ", "New chat"),
        ("x" * 60, "x" * 60),
        (LONG, "why does the weather in the north change so much more often…"),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_a_conversation_is_called_by_its_first_words(text: str, title: str) -> None:
    assert title_from(text) == title


@given(st.text())
def test_a_title_is_one_line_and_never_empty_or_long(text: str) -> None:
    title = title_from(text)

    assert 0 < len(title) <= TITLE_MAX_CHARS
    assert "\n" not in title


def test_ids_are_long_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(len(id_) == 32 and int(id_, 16) for id_ in ids)
