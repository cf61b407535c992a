"""Opening a store: modes, URLs, replies of a process that died, nothing left open."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from parley.conversation import LedgerEntry, MessageState
from parley.errors import StoreError
from parley.store import Store
from tests.parley.store.turns import ANN, ended, filled, outcome_of, put_turn


def test_folder_and_files_are_for_their_owner_alone(file_store: Store, folder: Path) -> None:
    """D-13"""
    put_turn(file_store)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert modes == dict.fromkeys(
        ("parley.db", "parley.db-wal", "parley.db-shm", "parley.lock"), 0o600
    )


def test_a_folder_that_was_there_keeps_its_mode_and_a_file_loses_its_readers(
    tmp_path: Path,
) -> None:
    filled(tmp_path)
    tmp_path.chmod(0o755)
    (tmp_path / "parley.db").chmod(0o644)

    Store.open(tmp_path).close()

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "parley.db").stat().st_mode) == 0o600


def test_a_url_names_another_file(folder: Path, tmp_path: Path) -> None:
    there = tmp_path / "else where" / "100% mine.db"

    store = Store.open(folder, f"sqlite:///{there}")

    assert store.is_reachable()
    assert there.exists()
    assert not folder.exists()
    store.close()


@pytest.mark.parametrize(
    "odd",
    [
        "mysql://u:secret@h/db",
        "postgresql+asyncpg://u:secret@h/db",
        "postgresql://u:secret@h:port/db",
        "sqlite://",
        "nonsense",
        "sqlite:///:memory:",
    ],
)
def test_a_url_of_another_kind_is_refused_without_showing_it(folder: Path, odd: str) -> None:
    with pytest.raises(StoreError, match="no database that Parley can use") as refused:
        Store.open(folder, odd)

    assert "secret" not in f"{refused.value.notice}"
    assert not folder.exists()


def test_a_store_is_reachable_until_its_tables_are_gone(store: Store) -> None:
    assert store.is_reachable()

    with store._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE conversations RENAME TO gone")

    assert not store.is_reachable()


REOPENING = """
import sys
from pathlib import Path
from parley.store import Store
Store.open(Path(sys.argv[1])).close()
sys.exit("alembic" in sys.modules)
"""


def test_a_database_that_is_up_to_date_opens_without_loading_alembic(folder: Path) -> None:
    filled(folder)

    ended_with = subprocess.run([sys.executable, "-c", REOPENING, str(folder)], check=False)

    assert ended_with.returncode == 0


DYING = """
import sys, time
from pathlib import Path
from parley.store import Store
from tests.parley.store.turns import put_turn
store = Store.open(Path(sys.argv[1]), sys.argv[2] or None)
_, reply, _ = put_turn(store)
for part in range(100_000):
    store.checkpoint("ann", reply.id, text="word " * (part + 1), reasoning="")
    sys.stdout.write(reply.id + "\\n")
    sys.stdout.flush()
"""


@pytest.mark.parametrize("lines", [1, 40])
def test_a_killed_process_leaves_the_question_and_what_had_arrived(
    folder: Path, url: str | None, lines: int
) -> None:
    """D-7"""
    child = subprocess.Popen(
        [sys.executable, "-c", DYING, str(folder), url or ""], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    reply_id = [child.stdout.readline().strip() for _ in range(lines)][-1]
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()

    store = Store.open(folder, url)

    reply = store.message(ANN, reply_id)
    assert reply is not None
    assert reply.state is MessageState.INTERRUPTED
    assert reply.text.count("word ") >= lines
    assert [message.text for message in store.messages(ANN, reply.conversation_id)] == [
        "Why?",
        reply.text,
    ]
    (entry,) = store.ledger(ANN)
    assert entry == LedgerEntry(entry.request, None)
    assert store.recovered is None
    store.close()


def test_a_reply_of_a_process_that_lives_is_not_called_interrupted(
    folder: Path, url: str | None
) -> None:
    writer = Store.open(folder, url)
    _, reply, request = put_turn(writer)

    first = Store.open(folder, url)
    seen_by_first = first.message(ANN, reply.id)
    first.close()
    second = Store.open(folder, url)
    seen_by_second = second.message(ANN, reply.id)
    writer.finish_reply(ANN, ended(reply), outcome_of(request))

    assert seen_by_first == seen_by_second == reply
    assert second.message(ANN, reply.id) == ended(reply)
    writer.close()
    second.close()


def test_only_streaming_replies_are_called_interrupted(folder: Path, url: str | None) -> None:
    store = Store.open(folder, url)
    _, done, request = put_turn(store)
    store.finish_reply(ANN, ended(done), outcome_of(request))
    asked, open_reply, _ = put_turn(store)
    store.close()

    store = Store.open(folder, url)

    assert store.message(ANN, done.id) == ended(done)
    assert store.message(ANN, asked.id) == asked
    interrupted = replace(open_reply, state=MessageState.INTERRUPTED)
    assert store.message(ANN, open_reply.id) == interrupted
    store.close()


def test_fifty_rounds_leave_no_file_open(folder: Path) -> None:
    """D-12"""
    descriptors = Path("/proc/self/fd")
    filled(folder)
    before = len(list(descriptors.iterdir()))

    for _ in range(50):
        store = Store.open(folder)
        store.set_preference(ANN, "model", "x")
        store.close()

    assert len(list(descriptors.iterdir())) <= before


def test_a_store_may_be_closed_twice(folder: Path, url: str | None) -> None:
    store = Store.open(folder, url)

    store.close()
    store.close()

    Store.open(folder, url).close()
