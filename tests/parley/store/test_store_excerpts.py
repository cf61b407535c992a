"""The piece of a text that a hit is shown with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.store import Store
from parley.store.words import EXCERPT_WORDS, excerpt, words_of
from tests.parley.store.test_store_search import kept
from tests.parley.store.turns import ANN

LONG = " ".join(["before"] * 40 + ["Äce of spädes"] + ["after"] * 40)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("an Öld one", "old", (("an ", False), ("Öld", True), (" one", False))),
        ("old", "ol", (("old", True),)),
        (
            "*old*, <b>older</b>!",
            "old",
            (("*", False), ("old", True), ("*, <b>", False), ("older", True), ("</b>!", False)),
        ),
    ],
)
def test_the_excerpt_shows_what_was_found(
    store: Store, text: str, words: str, shown: tuple[tuple[str, bool], ...]
) -> None:
    kept(store, text)

    (hit,) = store.search(ANN, words)

    assert hit.excerpt == shown


def test_the_excerpt_of_a_long_text_is_cut_around_the_hit(store: Store) -> None:
    kept(store, LONG)

    (hit,) = store.search(ANN, "spades ace")

    text = "".join(piece for piece, _ in hit.excerpt)
    assert [piece for piece, is_hit in hit.excerpt if is_hit] == ["Äce", "spädes"]
    assert (text[0], text[-1]) == ("…", "…")
    assert len(words_of(text)) == EXCERPT_WORDS


def test_the_excerpt_is_where_most_of_the_words_are() -> None:
    text = "ace " + "x " * 30 + "ace of spades " + "y " * 30 + "spades"

    shown = excerpt(text, ["ace", "spades"])

    assert [piece for piece, is_hit in shown if is_hit] == ["ace", "spades"]


@given(text=st.text(max_size=200), words=st.text(min_size=1, max_size=20))
def test_an_excerpt_is_a_part_of_its_text(text: str, words: str) -> None:
    wanted = words_of(words) or ["x"]

    shown = "".join(piece for piece, _ in excerpt(text, wanted))

    begins, ends = shown.startswith("…") and text[:1] != "…", shown.endswith("…")
    assert shown in text or shown[int(begins) : len(shown) - int(ends)] in text
