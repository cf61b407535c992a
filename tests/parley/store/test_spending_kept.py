"""The sums follow every row of the ledger, and are made anew where a program of before them wrote past them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given, settings
from sqlalchemy import Connection, Table, delete, insert, select, text, update

from parley.conversation import LedgerEntry, new_id
from parley.errors import StoreError
from parley.store import Store, spending_kept
from parley.store.ledger_rows import outcome_values, request_values
from parley.store.spending_table import KEY, spending, spending_apart, spending_days
from parley.store.stand_in import StandIn
from parley.store.tables import outcomes, requests
from parley.wanted_calls import Dimension
from tests.parley.store.ledgers import LEDGERS
from tests.parley.store.spent_calls import call, costing, keep, request
from tests.parley.store.turns import ANN, BOB

SUMS = (spending, spending_days, spending_apart)

Rows = list[tuple[object, ...]]


def sums_of(store: Store, owner: str) -> dict[str, Rows]:
    with store._reading() as connection:
        return {table.name: rows_of(connection, table, owner) for table in SUMS}


def rows_of(connection: Connection, table: Table, owner: str) -> Rows:
    wanted = select(table).where(table.c.owner == owner)
    ordered = wanted.order_by(*(table.c[name] for name in KEY), *table.primary_key)
    return [tuple(row) for row in connection.execute(ordered)]


def write_past_the_sums(store: Store, *entries: LedgerEntry) -> None:
    """As a Parley of before them does that still runs on the same database."""
    with store._writing(ANN) as connection:
        for entry in entries:
            connection.execute(insert(requests).values(request_values(ANN, entry.request)))
            if entry.outcome is not None:
                connection.execute(insert(outcomes).values(outcome_values(ANN, entry.outcome)))


@pytest.fixture
def again(folder: Path, url: str | None) -> Iterator[list[Store]]:
    """Stores that are opened again on the same database."""
    opened: list[Store] = []
    yield opened
    for one in opened:
        one.close()


@given(ledger=LEDGERS)
@settings(max_examples=40)
def test_adding_up_anew_comes_to_the_very_rows_that_were_kept(
    shared: Store, ledger: list[LedgerEntry]
) -> None:
    owner = new_id()
    keep(shared, *ledger, owner=owner)
    kept = sums_of(shared, owner)

    with shared._writing(owner) as connection:
        for table in SUMS:
            connection.execute(delete(table))
    spending_kept.catch_up(shared._backing)

    assert sums_of(shared, owner) == kept


def test_d9_what_was_written_past_the_sums_is_in_them_once_the_store_is_opened(
    store: Store, folder: Path, url: str | None, again: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spending_kept, "CALLS_AT_ONCE", 2)
    calls = [call(request()) for _ in range(4)]
    keep(store, *calls[:2], costing(request(), "500"))
    write_past_the_sums(
        store, *calls[2:], LedgerEntry(request(), None), costing(request(), "7E-30")
    )
    keep(store, call(request()), owner=BOB)

    again.append(Store.open(folder, url))

    spent = again[0].spent(ANN)
    assert (spent.calls, spent.priced, spent.unfinished) == (7, 6, 1)
    assert str(spent.amount) == "500.000820000000000000000000000007"
    assert again[0].spent(BOB).calls == 1


def test_an_outcome_that_was_written_past_the_sums_is_found_too(
    store: Store, folder: Path, url: str | None, again: list[Store]
) -> None:
    known = call(request())
    keep(store, LedgerEntry(known.request, None))
    assert known.outcome is not None
    with store._writing(ANN) as connection:
        connection.execute(insert(outcomes).values(outcome_values(ANN, known.outcome)))

    again.append(Store.open(folder, url))

    assert (again[0].spent(ANN).priced, again[0].spent(ANN).unfinished) == (1, 0)


def test_sums_that_have_every_call_are_left_as_they_are_when_a_store_is_opened(
    store: Store, folder: Path, url: str | None, again: list[Store]
) -> None:
    keep(store, call(request()), LedgerEntry(request(), None))
    with store._writing(ANN) as connection:
        connection.execute(update(spending).values(output_tokens=7))
    before = sums_of(store, ANN)

    again.append(Store.open(folder, url))

    assert sums_of(again[0], ANN) == before


def test_d2_a_copy_that_stands_in_has_the_sums_of_its_ledger(
    file_store: Store, folder: Path
) -> None:
    keep(file_store, call(request()), costing(request(), "500"))

    copy = Store._opened(StandIn.of(folder / "parley.db", 1.0))

    keep(copy, call(request()))
    assert copy.spent(ANN).calls == 3
    assert file_store.spent(ANN).calls == 2
    copy.close()


def test_a_call_whose_sums_cannot_be_kept_is_not_written_either(store: Store) -> None:
    with store._writing(ANN) as connection:
        connection.execute(text("ALTER TABLE spending_days RENAME TO elsewhere"))

    with pytest.raises(StoreError):
        store.add_request(ANN, request())

    assert store.ledger(ANN) == []


def test_d8_calls_of_many_threads_are_all_in_the_sums(store: Store) -> None:
    start = Barrier(4)

    def write(_: int) -> None:
        start.wait()
        keep(store, *(call(request(model="m", conversation_id="c")) for _ in range(10)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    (group,) = store.spent_by(ANN, Dimension.MODEL)
    assert (group.spent.calls, group.spent.priced, group.spent.unfinished) == (40, 40, 0)
    assert len(sums_of(store, ANN)["spending"]) == 1


def test_nothing_is_left_of_a_call_without_outcome_once_it_has_one(store: Store) -> None:
    keep(store, call(request()))

    found = sums_of(store, ANN)

    assert [row[KEY.index("state")] for row in found["spending"]] == ["complete"]
    assert [row[KEY.index("state")] for row in found["spending_days"]] == ["complete"]


def test_the_newest_calls_come_with_their_outcomes_the_newest_first(store: Store) -> None:
    calls = [call(request(hours=hour)) for hour in (2, 0, 1)]
    keep(store, *calls)
    keep(store, call(request(hours=9)), owner=BOB)

    assert store.newest_calls(ANN, 2) == [calls[0], calls[2]]
    assert store.newest_calls("nobody", 2) == []
