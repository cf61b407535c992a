"""What the disk and other programs do to an SQLite file: a sentence, and the data intact."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import event

from parley.errors import StoreCorrupt, StoreError
from parley.store import Store
from parley.store.faults import plain_errors
from tests.parley.store.turns import ANN, ended, outcome_of, put_turn


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


def with_pragma(store: Store, pragma: str) -> None:
    """Every connection from now on begins with this pragma."""
    store._engine.dispose()
    event.listen(store._engine, "connect", lambda opened, _: opened.execute(pragma).fetchall())


def is_whole(folder: Path) -> bool:
    direct = sqlite3.connect(folder / "parley.db")
    answer = direct.execute("PRAGMA integrity_check").fetchone()
    direct.close()
    return bool(answer == ("ok",))


def test_a_full_disk_is_said_and_nothing_is_lost(store: Store, folder: Path) -> None:
    """D-1"""
    asked, reply, request = put_turn(store)
    with_pragma(store, "PRAGMA max_page_count=1")

    with pytest.raises(StoreError, match="no space") as full:
        store.finish_reply(ANN, ended(reply, "x" * 200_000), outcome_of(request))

    assert str(folder / "parley.db") in full.value.advice
    assert full.value.__cause__ is None
    assert full.value.__suppress_context__
    assert store.messages(ANN, reply.conversation_id) == [asked, reply]
    assert [entry.outcome for entry in store.ledger(ANN)] == [None]
    assert is_whole(folder)


def test_a_read_only_database_can_be_read_and_says_that_it_cannot_be_written(store: Store) -> None:
    """D-2"""
    asked, reply, _ = put_turn(store)
    with_pragma(store, "PRAGMA query_only=ON")

    with pytest.raises(StoreError, match="not written"):
        store.checkpoint(ANN, reply.id, text="x", reasoning="")

    assert store.messages(ANN, reply.conversation_id) == [asked, reply]


def test_a_folder_in_the_place_of_the_file_is_named(folder: Path) -> None:
    """D-3"""
    (folder / "parley.db").mkdir(parents=True)

    with pytest.raises(StoreError, match="cannot be opened") as refused:
        Store.open(folder)

    assert str(folder / "parley.db") in refused.value.advice


def test_a_file_in_the_place_of_the_folder_is_named(folder: Path) -> None:
    """D-3"""
    folder.write_text("mine")

    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(folder)

    assert folder.read_text() == "mine"


def test_a_file_that_vanished_is_not_silently_begun_anew(store: Store, folder: Path) -> None:
    """D-3"""
    store._engine.dispose()
    (folder / "parley.db").unlink()

    with pytest.raises(StoreError, match="cannot be opened"):
        store.set_preference(ANN, "model", "x")

    assert not (folder / "parley.db").exists()


def test_a_locked_database_is_read_on_and_a_writer_gives_up_after_its_wait(folder: Path) -> None:
    """D-4"""
    store = Store.open(folder, busy_timeout_s=0.2)
    asked, reply, _ = put_turn(store)
    other = sqlite3.connect(folder / "parley.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE conversations SET title = 'theirs'")

    began = time.monotonic()
    read = store.messages(ANN, reply.conversation_id)
    read_s = time.monotonic() - began
    with pytest.raises(StoreError, match="locked"):
        store.checkpoint(ANN, reply.id, text="x", reasoning="")
    waited_s = time.monotonic() - began

    assert read == [asked, reply]
    assert read_s < 0.15
    assert 0.2 <= waited_s < 2
    other.execute("COMMIT")
    other.close()
    store.checkpoint(ANN, reply.id, text="now", reasoning="")
    kept = store.message(ANN, reply.id)
    assert kept == replace(reply, text="now")
    store.close()


def test_d4_a_thread_that_waits_too_long_for_another_gives_up(folder: Path) -> None:
    store = Store.open(folder, busy_timeout_s=0.2)
    other = Store.open(folder)

    with store._writing(ANN), pytest.raises(StoreError, match="locked"):
        store.set_preference(ANN, "model", "x")

    store.set_preference(ANN, "model", "now")
    assert other.preference(ANN, "model") == "now"
    assert other.path == folder / "parley.db"
    store.close()
    other.close()


def test_a_writer_waits_for_another_instead_of_failing_at_once(store: Store, folder: Path) -> None:
    """D-5"""
    _, reply, request = put_turn(store)
    other = sqlite3.connect(folder / "parley.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE conversations SET title = 'theirs'")
    release = Timer(0.3, other.execute, ["COMMIT"])
    release.start()

    store.finish_reply(ANN, ended(reply), outcome_of(request))

    release.join()
    other.close()
    assert store.message(ANN, reply.id) == ended(reply)
    found = store.conversation(ANN, reply.conversation_id)
    assert found is not None
    assert found.title == "theirs"


def test_damage_met_while_running_is_called_damage(store: Store, folder: Path) -> None:
    """D-6"""
    store._engine.dispose()
    (folder / "parley.db").write_bytes(b"not a database at all" * 400)

    with pytest.raises(StoreCorrupt, match="damaged") as damaged:
        store.set_preference(ANN, "model", "x")

    assert "sets" in damaged.value.advice


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (OSError(28, "No space left on device"), "no space"),
        (PermissionError(13, "Permission denied"), "cannot be opened"),
        (sqlite3.InterfaceError("text of the driver"), "could not be saved or read"),
    ],
)
def test_other_errors_are_told_in_our_words(error: Exception, title: str) -> None:
    with pytest.raises(StoreError, match=title) as told, plain_errors(Path("/data/parley.db")):
        raise error

    assert "/data/parley.db" in told.value.advice
    assert str(error) not in f"{told.value.notice}"
