"""The line that says how many models there are, how old the list is, and what of it could not be used."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from components.model_source import counted, empty_words
from parley.catalog.listing import Listing
from parley.catalog.model import Fact, Model
from parley.errors import TimedOut

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TWO = (Model("a"), Model("b"))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=59), "list fetched just now"),
        (timedelta(minutes=2, seconds=59), "list fetched 2 min ago"),
        (timedelta(hours=3), "list fetched 3 h ago"),
    ],
)
def test_the_age_of_the_list_is_said(age: timedelta, words: str) -> None:
    assert counted(1, Listing(TWO, NOW - age), NOW) == f"1 of 2 models · {words}"


def test_what_could_not_be_used_is_counted() -> None:
    listing = Listing(TWO, NOW, unreadable=3, duplicates=1, truncated=True)

    assert counted(2, listing, NOW) == (
        "2 of 2 models · list fetched just now · 3 entries could not be read"
        " · 1 duplicate left out · the list was longer than Parley reads"
    )


@pytest.mark.parametrize(
    ("listing", "words"),
    [
        (
            Listing((Model("a", (Fact("kind", "chat", "bundled", date(2026, 10, 7)),)),), None),
            "1 of 1 model · list not fetched; these facts come with Parley, the newest of 2026-10-07",
        ),
        (Listing((Model("a"),), None, TimedOut().notice), "1 of 1 model · list not fetched"),
        (Listing((Model("a"),), None), "1 of 1 model"),
    ],
)
def test_a_list_that_was_not_fetched_is_never_taken_for_a_fresh_one(
    listing: Listing, words: str
) -> None:
    assert counted(1, listing, NOW) == words


def test_models_beside_the_list_are_not_counted_as_listed() -> None:
    listing = Listing((Model("a"), Model("b", listed=False)), NOW)

    assert counted(1, listing, NOW) == (
        "1 of 2 models · the endpoint lists 1 · list fetched just now"
    )


@pytest.mark.parametrize(
    ("unreadable", "fault"), [(0, "is empty just now"), (2, "holds no entry that can be read")]
)
def test_a_list_without_a_model_says_what_stands_in_for_it(unreadable: int, fault: str) -> None:
    bundled = Model("a", (Fact("kind", "chat", "bundled", date(2026, 10, 7)),), listed=False)

    words = empty_words(Listing((bundled,), NOW, unreadable=unreadable))

    assert words == (
        f"The endpoint's list {fault}; the facts that come with Parley, the newest of 2026-10-07, "
        "stand in for it."
    )
