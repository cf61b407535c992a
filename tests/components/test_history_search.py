"""The words around a hit: what was found is bold, and nothing else of a message acts."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.history_keys import SHORTCUTS, neighbours
from components.history_search import AFTER_HIT, MOST_HITS, count, excerpt_of
from components.safe_text import safe_label
from parley.conversation import Conversation, Hit

THEN = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


def hit(*pieces: tuple[str, bool], name: str = "one") -> Hit:
    return Hit(Conversation(name, "Title", THEN, THEN), "message", pieces)


def test_what_was_found_is_bold() -> None:
    found = hit(("…the ", False), ("moon", True), (" ", False), ("pulls", True), (" on", False))

    assert excerpt_of(found) == "…the **moon** **pulls** on"


def test_r1_a_message_brings_no_markdown_of_its_own() -> None:
    found = hit(("![a](http://x.y/", False), ("moon", True), (".png) :home: `a` **b**\n# c", False))

    shown = excerpt_of(found)

    assert "![" not in shown
    assert shown.count("**") == 2
    assert "\n" not in shown
    assert "`" not in shown


def test_our_own_marks_in_a_message_are_no_marks() -> None:
    found = hit(("\ue000a\ue001", False), ("moon", True), ("\ue001\ue000b", False))

    assert excerpt_of(found) == "a**moon**b"


def test_a_hit_in_text_without_end_is_still_shown() -> None:
    found = hit(("a" * 9_000, False), ("moon" * 900, True), ("b" * 9_000, False))

    shown = excerpt_of(found)

    assert "**" + ("moon" * 900)[:AFTER_HIT] + "**" in shown
    assert len(shown) < 4 * AFTER_HIT


def test_text_from_right_to_left_is_isolated_as_a_whole() -> None:
    found = hit(("مرحبا ", False), ("كيف", True), (" حالك", False))

    assert excerpt_of(found) == "\u2068مرحبا **كيف** حالك\u2069"


@given(before=st.text(max_size=300), word=WORDS, after=st.text(max_size=300))
def test_whatever_stands_around_it_only_the_hit_is_marked(
    before: str, word: str, after: str
) -> None:
    shown = excerpt_of(hit((before, False), (word, True), (after, False)))

    without_escapes = re.sub(r"\\.", "", shown)
    assert without_escapes.count("**") == 2
    assert not re.search(r"[`$\[\]<>]", without_escapes)


@given(words=st.lists(WORDS, min_size=60, max_size=90))
def test_an_excerpt_that_is_cut_closes_what_it_opened(words: list[str]) -> None:
    shown = excerpt_of(hit(*((word, True) for word in words)))

    assert shown.count("**") % 2 == 0


@pytest.mark.parametrize(
    ("found", "words"),
    [(1, "1 chat found"), (2, "2 chats found"), (MOST_HITS, f"The newest {MOST_HITS} that match")],
)
def test_the_count_is_no_total_where_more_may_have_been_left_out(found: int, words: str) -> None:
    assert count([hit()] * found) == words


@pytest.mark.parametrize(
    ("opened", "above", "below"),
    [("a", None, "b"), ("b", "a", "c"), ("c", "b", None), (None, None, "a"), ("x", None, "a")],
)
def test_the_neighbours_are_those_of_the_list(
    opened: str | None, above: str | None, below: str | None
) -> None:
    listed = [hit(name=name) for name in "abc"]

    found = neighbours(listed, opened)

    assert [one and one.conversation.id for one in found] == [above, below]
    assert neighbours([], opened) == (None, None)


def test_no_two_actions_share_a_shortcut() -> None:
    keys = [keys for _, keys in SHORTCUTS]

    assert len(set(keys)) == len(keys)
    assert all(safe_label(what) == what for what, _ in SHORTCUTS)
