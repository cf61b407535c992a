"""The line that says how many models there are, how old the list is, and what of it could not be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from components.model_source import counted, empty_words
from parley.catalog.listing import Listing
from parley.catalog.model import Fact, Model
from parley.catalog.service_fetch import CatalogState
from parley.errors import TimedOut

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TWO = (Model("a"), Model("b"))
BUNDLED = Model("a", (Fact("kind", "chat", "bundled list: x", date(2026, 10, 7)),), listed=False)
STATE = CatalogState("trace.wandb.ai", NOW - timedelta(minutes=3))


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
            Listing((BUNDLED,), None),
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
    words = empty_words(Listing((BUNDLED,), NOW, unreadable=unreadable))

    assert words == (
        f"The endpoint's list {fault}; the facts that come with Parley, the newest of 2026-10-07, "
        "stand in for it."
    )


def test_a_list_and_the_catalog_beside_it_each_say_their_age() -> None:
    listing = Listing(TWO, NOW, catalog=STATE)

    assert counted(2, listing, NOW) == (
        "2 of 2 models · list fetched just now · catalog of trace.wandb.ai fetched 3 min ago"
    )


def test_a_catalog_without_a_list_is_not_called_parleys_own() -> None:
    catalog = (replace(BUNDLED, id="b"), BUNDLED)

    words = counted(2, Listing(catalog, None, TimedOut().notice, catalog=STATE), NOW)

    assert words == (
        "2 of 2 models · list not fetched · catalog of trace.wandb.ai fetched 3 min ago"
    )


def test_without_list_and_catalog_the_facts_are_parleys_own_and_dated() -> None:
    unreached = CatalogState("trace.wandb.ai", trouble="could not be reached")

    words = counted(1, Listing((BUNDLED,), None, TimedOut().notice, catalog=unreached), NOW)

    assert words == (
        "1 of 1 model · list not fetched · catalog of trace.wandb.ai could not be reached; "
        "facts come with Parley, the newest of 2026-10-07"
    )


def test_a_catalog_stands_in_for_a_list_without_a_model() -> None:
    assert empty_words(Listing((BUNDLED,), NOW, catalog=STATE)) == (
        "The endpoint's list is empty just now; the catalog of trace.wandb.ai stands in for it."
    )
