"""What only a database server does: its faults told in our words, locks, lost connections."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from parley.errors import StoreError
from parley.store import Store, presence
from parley.store.faults import explained
from tests.parley.store.postgres_server import (
    a_database,
    connected,
    name_of,
    run,
)
from tests.parley.store.turns import (
    ANN,
    BOB,
    ended,
    full_outcome_of,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)

HERE = Path("unused")


@pytest.fixture
def url() -> Iterator[str]:
    with a_database() as fresh:
        yield fresh


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(HERE, url, busy_timeout_s=0.2)
    yield opened
    opened.close()


def test_d1_a_full_disk_is_said_and_nothing_is_lost(store: Store, url: str) -> None:
    asked, reply, request = put_turn(store)
    run(
        url,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE disk_full; END $$",
        "CREATE TRIGGER full_disk BEFORE UPDATE ON messages EXECUTE FUNCTION full_disk()",
    )

    with pytest.raises(StoreError, match="no space") as full:
        store.finish_reply(ANN, ended(reply), outcome_of(request))

    assert store.place in full.value.advice
    assert store.messages(ANN, reply.conversation_id) == [asked, reply]
    assert [entry.outcome for entry in store.ledger(ANN)] == [None]


def test_d2_a_read_only_database_is_read_and_says_that_it_cannot_be_written(
    store: Store, url: str
) -> None:
    asked, reply, _ = put_turn(store)
    run(url, f"ALTER DATABASE {name_of(url)} SET default_transaction_read_only = on")
    store._engine.dispose()

    with pytest.raises(StoreError, match="not written"):
        store.checkpoint(ANN, reply.id, text="x", reasoning="")

    assert store.messages(ANN, reply.conversation_id) == [asked, reply]


def test_d4_a_locked_owner_is_read_on_and_a_writer_gives_up_after_its_wait(
    store: Store, url: str
) -> None:
    asked, reply, _ = put_turn(store)
    store.set_preference(BOB, "model", "x")

    other = Store.open(HERE, url)
    with other._writing(ANN):
        began = time.monotonic()
        read = store.messages(ANN, reply.conversation_id)
        read_s = time.monotonic() - began
        store.set_preference(BOB, "model", "not locked out")
        with pytest.raises(StoreError, match="locked"):
            store.checkpoint(ANN, reply.id, text="x", reasoning="")

    assert read == [asked, reply]
    assert read_s < 0.15
    other.close()
    store.checkpoint(ANN, reply.id, text="now", reasoning="")
    assert store.message(ANN, reply.id) == replace(reply, text="now")


def cut_all(url: str) -> None:
    run(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def test_a_connection_that_is_cut_in_the_middle_is_said_and_the_next_call_works(
    store: Store, url: str
) -> None:
    asked, reply, _ = put_turn(store)

    with pytest.raises(StoreError, match="lost"), store._writing(ANN) as connection:
        cut_all(url)
        connection.exec_driver_sql("SELECT 1")

    assert store.messages(ANN, reply.conversation_id) == [asked, reply]
    store.checkpoint(ANN, reply.id, text="goes on", reasoning="")
    kept = store.message(ANN, reply.id)
    assert kept == replace(reply, text="goes on")


def test_after_a_cut_a_running_reply_is_still_not_called_interrupted(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "CHECKED_EVERY_S", 0.0)
    _, reply, _ = put_turn(store)
    cut_all(url)
    store.checkpoint(ANN, reply.id, text="goes on", reasoning="")

    other = Store.open(HERE, url)

    assert other.message(ANN, reply.id) == replace(reply, text="goes on")
    other.close()


@pytest.mark.parametrize("table", ["requests", "outcomes"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET attempt_id = 'x'",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (owner, attempt_id)"
        " DO UPDATE SET attempt_id = 'x'",
    ],
)
def test_a_row_of_the_ledger_is_never_changed(
    store: Store, url: str, table: str, change: str
) -> None:
    _, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply), full_outcome_of(request))
    before = store.ledger(ANN)

    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
        run(url, change.format(table))

    assert store.ledger(ANN) == before


def test_d12_fifty_rounds_leave_no_connection_open(url: str) -> None:
    for _ in range(50):
        store = Store.open(HERE, url)
        store.set_preference(ANN, "model", "x")
        store.close()

    with connected() as direct:
        (left,) = direct.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name_of(url)]
        ).fetchone() or (None,)
    assert left == 0


def test_when_every_connection_is_taken_that_is_said() -> None:
    told = explained(PoolTimeout("its own text"), "notes on db")

    assert told.title == "The database server has no connection left."


def test_what_a_transaction_reads_is_of_one_moment(store: Store, url: str) -> None:
    _, reply, request = put_turn(store)

    with store._reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM messages").scalar()
        asked = question(store.conversations(ANN)[0])
        again = reply_to(asked)
        store.begin_turn(ANN, user=asked, reply=again, request=request_for(again))
        after = connection.exec_driver_sql("SELECT count(*) FROM messages").scalar()

    assert before == after == 2
    store.finish_reply(ANN, ended(reply), outcome_of(request))


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("57014", "took too long"),
        ("40P01", "locked"),
        ("XX001", "is damaged"),
        ("22P02", "could not be saved or read"),
        ("57P01", "lost"),
        (None, "could not be saved or read"),
    ],
)
def test_other_faults_of_the_server_are_told_in_our_words(state: str | None, title: str) -> None:
    kind = psycopg.errors.lookup(state) if state else psycopg.DataError

    told = explained(kind("its own text"), "notes on db")

    assert title in told.title
    assert "notes on db" in told.advice
    assert "its own text" not in f"{told.notice}"
