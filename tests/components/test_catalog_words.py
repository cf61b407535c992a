"""How old the public catalog is said to be, and why there is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from components.catalog_words import age
from parley.catalog.service_fetch import CatalogState

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOST = "trace.wandb.ai"
FETCHED = "catalog of trace.wandb.ai fetched "
MISSING = "catalog of trace.wandb.ai {}; facts come with Parley, the newest of 2026-10-07"


def at(**ago: int) -> datetime:
    return NOW - timedelta(**ago)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CatalogState(HOST, at(seconds=59)), FETCHED + "just now"),
        (CatalogState(HOST, at(minutes=3)), FETCHED + "3 min ago"),
        (CatalogState(HOST, at(hours=47)), FETCHED + "47 h ago"),
        (CatalogState(HOST, at(days=9), is_fetching=True), FETCHED + "9 days ago"),
        (
            CatalogState(HOST, at(days=2), trouble="could not be reached"),
            FETCHED + "2 days ago, it could not be reached since",
        ),
        (
            CatalogState(HOST, at(days=2), trouble="could not be reached", is_off=True),
            FETCHED + "2 days ago, fetching is switched off",
        ),
        (
            CatalogState(HOST, at(hours=1), unreadable=1),
            FETCHED + "1 h ago, 1 entry could not be read",
        ),
        (
            CatalogState(HOST, at(hours=1), unreadable=2),
            FETCHED + "1 h ago, 2 entries could not be read",
        ),
        (
            CatalogState(HOST, trouble="could not be reached"),
            MISSING.format("could not be reached"),
        ),
        (CatalogState(HOST, is_fetching=True), MISSING.format("is being fetched")),
        (CatalogState(HOST, is_off=True), MISSING.format("is switched off")),
        (CatalogState(HOST), MISSING.format("was not fetched yet")),
    ],
)
def test_the_age_of_the_catalog_or_its_absence_is_said(state: CatalogState, words: str) -> None:
    assert age(state, NOW, newest_bundled=date(2026, 10, 7)) == words


def test_without_any_bundled_fact_no_date_is_made_up() -> None:
    words = age(CatalogState(HOST), NOW, newest_bundled=None)

    assert words == "catalog of trace.wandb.ai was not fetched yet; facts come with Parley"
