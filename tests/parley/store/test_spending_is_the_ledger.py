"""What the database adds up is what a plain loop over the ledger adds up, to the last digit, whatever is in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from sqlalchemy import insert

from parley.conversation import LedgerEntry, new_id
from parley.store import Store
from parley.store.ledger_rows import outcome_values, request_values
from parley.store.migrating import SCRIPTS, migrate
from parley.store.opening import open_backing
from parley.store.tables import outcomes, requests
from parley.wanted_calls import Dimension, Wanted
from tests.parley.store import plain_spending as plain
from tests.parley.store.conftest import DATABASES
from tests.parley.store.ledgers import LEDGERS, wishes
from tests.parley.store.postgres_server import an_empty_database
from tests.parley.store.turns import ANN, BOB

EVERYTHING = Wanted(utc_offset_min=345)


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """A database without a table."""
    if request.param == "sqlite":
        yield None
        return
    with an_empty_database() as fresh:
        yield fresh


def keep(store: Store, owner: str, entries: Sequence[LedgerEntry]) -> None:
    """All requests first, as when many calls run at once."""
    for entry in entries:
        store.add_request(owner, entry.request)
    for entry in entries:
        if entry.outcome is not None:
            store.add_outcome(owner, entry.outcome)


def assert_sums_are_those_of_the_ledger(store: Store, owner: str, wanted: Wanted) -> None:
    entries = [entry for entry in store.ledger(owner) if plain.is_wanted(entry, wanted)]
    assert store.spent(owner, wanted) == plain.spent(entries)
    assert store.where_tokens_went(owner, wanted) == plain.where_tokens_went(entries)
    assert store.cache_use(owner, wanted) == plain.cache_use(entries)
    for dimension in Dimension:
        found = store.spent_by(owner, dimension, wanted)
        expected = plain.spent_by(entries, dimension, wanted)
        assert len(found) == len(expected)
        assert {group.key: group.spent for group in found} == expected


@given(ledger=LEDGERS, wanted=wishes())
@settings(max_examples=120)
def test_every_sum_is_that_of_a_plain_loop_over_the_ledger(
    shared: Store, ledger: list[LedgerEntry], wanted: Wanted
) -> None:
    owner = new_id()

    keep(shared, owner, ledger)

    assert_sums_are_those_of_the_ledger(shared, owner, wanted)


@given(ledger=LEDGERS, wanted=wishes())
def test_pages_hold_every_wanted_call_once_the_newest_first(
    shared: Store, ledger: list[LedgerEntry], wanted: Wanted
) -> None:
    owner = new_id()
    keep(shared, owner, ledger)
    entries = [entry for entry in shared.ledger(owner) if plain.is_wanted(entry, wanted)]

    pages = [shared.calls_page(owner, wanted, limit=2)]
    while pages[-1].next is not None:
        pages.append(shared.calls_page(owner, wanted, after=pages[-1].next, limit=2))

    oldest_first = sorted(entries, key=lambda one: one.request.sent_at)
    assert [call for page in pages for call in page.calls] == oldest_first[::-1]
    assert {page.total for page in pages} == {len(entries)}


def test_d9_a_ledger_of_before_is_added_up_when_it_is_migrated_and_goes_on(
    folder: Path, empty_url: str | None, tmp_path: Path
) -> None:
    ledger = many_calls()
    older = tmp_path / "older"
    shutil.copytree(SCRIPTS, older, ignore=shutil.ignore_patterns("__pycache__", "r000[4-9]*"))
    opened = open_backing(folder, empty_url, 1.0)
    migrate(opened, scripts=older, newest="0003")
    with opened.engine.begin() as connection:
        for entry in ledger:
            connection.execute(insert(requests).values(request_values(ANN, entry.request)))
            if entry.outcome is not None:
                connection.execute(insert(outcomes).values(outcome_values(ANN, entry.outcome)))
    opened.close()

    store = Store.open(folder, empty_url)

    assert len(store.ledger(ANN)) == store.spent(ANN).calls == len(ledger) > 100
    assert_sums_are_those_of_the_ledger(store, ANN, EVERYTHING)
    keep(store, BOB, ledger)
    assert store.spent_by(BOB, Dimension.MODEL) == store.spent_by(ANN, Dimension.MODEL)
    assert store.cache_use(BOB) == store.cache_use(ANN)
    store.close()


def many_calls() -> list[LedgerEntry]:
    found: list[LedgerEntry] = []

    @given(ledger=LEDGERS)
    @settings(database=None, derandomize=True, max_examples=80)
    def gather(ledger: list[LedgerEntry]) -> None:
        found.extend(ledger)

    gather()
    return found
