"""Opening a store: modes, damage, newer and older schemas, replies of a process that died."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from parley.conversation import LedgerEntry, MessageState
from parley.errors import StoreCorrupt, StoreError, StoreTooNew
from parley.store import Store
from parley.store.connection import open_engine
from parley.store.migrating import SCRIPTS, migrate
from parley.store.tables import SCHEMA_REVISION, metadata
from tests.parley.store.turns import ANN, ended, outcome_of, put_turn


def filled(folder: Path) -> str:
    """A closed store of some size; the id of its only conversation."""
    store = Store.open(folder)
    _, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply, "x" * 200_000), outcome_of(request))
    store.close()
    return reply.conversation_id


def execute(path: Path, statement: str) -> None:
    direct = sqlite3.connect(path, isolation_level=None)
    direct.execute(statement)
    direct.close()


def tables_of(path: Path) -> set[str]:
    direct = sqlite3.connect(path)
    names = {name for (name,) in direct.execute("SELECT name FROM sqlite_master")}
    direct.close()
    return names


def test_folder_and_files_are_for_their_owner_alone(store: Store, folder: Path) -> None:
    """D-13"""
    put_turn(store)

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
    "url", ["postgresql://u:secret@h/db", "sqlite://", "nonsense", "sqlite:///:memory:"]
)
def test_a_url_that_is_no_sqlite_file_is_refused_without_showing_it(folder: Path, url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Store.open(folder, url)

    assert "secret" not in f"{refused.value.notice}"
    assert not folder.exists()


def test_a_store_is_reachable_until_its_tables_are_gone(store: Store, folder: Path) -> None:
    assert store.is_reachable()

    execute(folder / "parley.db", "ALTER TABLE conversations RENAME TO gone")

    assert not store.is_reachable()


def _random(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def _half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _few_bytes(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(50)


def _flipped_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 4096)


def _emptied_beside_its_log(path: Path) -> None:
    path.write_bytes(b"")
    path.with_name("parley.db-wal").write_bytes(b"what was written last")


@pytest.mark.parametrize(
    "damage", [_random, _half, _few_bytes, _flipped_page, _emptied_beside_its_log]
)
def test_a_damaged_file_is_set_aside_and_said_so(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    """D-6"""
    filled(folder)
    path = folder / "parley.db"
    damage(path)
    damaged = {file.read_bytes() for file in folder.glob("parley.db*")}

    store = Store.open(folder)
    put_turn(store)

    assert store.recovered == StoreCorrupt().notice
    assert len(store.conversations(ANN)) == 1
    aside = list(folder.glob("parley.db.corrupt-*"))
    assert {file.read_bytes() for file in aside} >= damaged
    store.close()
    again = Store.open(folder)
    assert again.recovered is None
    assert len(again.conversations(ANN)) == 1
    again.close()


def test_a_damaged_file_that_another_process_uses_is_left_alone(folder: Path) -> None:
    other = Store.open(folder)
    _random(folder / "parley.db")
    before = sorted(path.name for path in folder.iterdir())

    with pytest.raises(StoreCorrupt, match="damaged"):
        Store.open(folder)

    assert sorted(path.name for path in folder.iterdir()) == before
    other.close()


def test_an_empty_file_is_a_new_database(folder: Path) -> None:
    """D-6"""
    folder.mkdir()
    (folder / "parley.db").touch()

    store = Store.open(folder)

    assert store.recovered is None
    assert store.is_reachable()
    assert not list(folder.glob("*.before-migration-*"))
    store.close()


def test_without_its_log_a_file_is_an_older_but_whole_state(folder: Path, tmp_path: Path) -> None:
    """D-6"""
    conversation_id = filled(folder)
    store = Store.open(folder)
    put_turn(store)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(folder / "parley.db", copy)
    store.close()

    older = Store.open(copy)

    assert [thread.id for thread in older.conversations(ANN)] == [conversation_id]
    assert older.recovered is None
    older.close()


def test_a_newer_schema_is_refused_and_the_file_untouched(folder: Path) -> None:
    """D-9"""
    filled(folder)
    path = folder / "parley.db"
    execute(path, "UPDATE alembic_version SET version_num = '0099'")
    execute(path, "PRAGMA journal_mode=DELETE")
    before = path.read_bytes()

    with pytest.raises(StoreTooNew, match="0099"):
        Store.open(folder)

    assert path.read_bytes() == before
    assert sorted(file.name for file in folder.iterdir()) == ["parley.db", "parley.lock"]


def test_an_empty_database_gets_the_tables_that_the_program_knows(
    store: Store, folder: Path
) -> None:
    engine = open_engine(folder / "parley.db")
    with engine.begin() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert differences == []
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == SCHEMA_REVISION


NEXT = """
from alembic import op
import sqlalchemy as sa
revision = "next"
down_revision = "0001"
def upgrade():
    op.add_column("conversations", sa.Column("colour", sa.Text))
"""


def scripts_with(tmp_path: Path, script: str) -> Path:
    scripts = tmp_path / "scripts"
    shutil.copytree(SCRIPTS, scripts)
    (scripts / "versions" / "next.py").write_text(script)
    return scripts


def test_an_older_schema_is_migrated_with_its_rows_and_a_copy_is_kept(
    folder: Path, tmp_path: Path
) -> None:
    """D-9"""
    filled(folder)
    path = folder / "parley.db"
    engine = open_engine(path)

    migrate(engine, path, scripts=scripts_with(tmp_path, NEXT), newest="next")

    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT title, colour FROM conversations").all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("Motörhead", None)]
    (copy,) = folder.glob("parley.db.before-migration-*")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copy.rename(path)
    older = Store.open(folder)
    assert [thread.title for thread in older.conversations(ANN)] == ["Motörhead"]
    older.close()


def test_a_migration_that_fails_half_way_leaves_the_old_schema(
    folder: Path, tmp_path: Path
) -> None:
    """D-10"""
    filled(folder)
    path = folder / "parley.db"
    before = tables_of(path)
    broken = scripts_with(
        tmp_path, NEXT + '    op.create_table("extra", sa.Column("x", sa.Text))\n    1 / 0\n'
    )
    engine = open_engine(path)

    with pytest.raises(ZeroDivisionError):
        migrate(engine, path, scripts=broken, newest="next")

    engine.dispose()
    assert tables_of(path) == before
    store = Store.open(folder)
    assert [thread.title for thread in store.conversations(ANN)] == ["Motörhead"]
    store.close()


def test_a_foreign_database_in_our_place_is_not_half_taken_over(folder: Path) -> None:
    """D-10"""
    folder.mkdir()
    path = folder / "parley.db"
    execute(path, "CREATE TABLE preferences (mine TEXT)")

    with pytest.raises(StoreError):
        Store.open(folder)

    assert tables_of(path) == {"preferences"}


DYING = """
import sys, time
from pathlib import Path
from parley.store import Store
from tests.parley.store.turns import put_turn
store = Store.open(Path(sys.argv[1]))
_, reply, _ = put_turn(store)
for part in range(100_000):
    store.checkpoint("ann", reply.id, text="word " * (part + 1), reasoning="")
    sys.stdout.write(reply.id + "\\n")
    sys.stdout.flush()
"""


@pytest.mark.parametrize("lines", [1, 40])
def test_a_killed_process_leaves_the_question_and_what_had_arrived(
    folder: Path, lines: int
) -> None:
    """D-7"""
    child = subprocess.Popen(
        [sys.executable, "-c", DYING, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    reply_id = [child.stdout.readline().strip() for _ in range(lines)][-1]
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()

    store = Store.open(folder)

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


def test_a_reply_of_a_process_that_lives_is_not_called_interrupted(folder: Path) -> None:
    writer = Store.open(folder)
    _, reply, request = put_turn(writer)

    first = Store.open(folder)
    seen_by_first = first.message(ANN, reply.id)
    first.close()
    second = Store.open(folder)
    seen_by_second = second.message(ANN, reply.id)
    writer.finish_reply(ANN, ended(reply), outcome_of(request))

    assert seen_by_first == seen_by_second == reply
    assert second.message(ANN, reply.id) == ended(reply)
    writer.close()
    second.close()


def test_only_streaming_replies_are_called_interrupted(folder: Path) -> None:
    store = Store.open(folder)
    _, done, request = put_turn(store)
    store.finish_reply(ANN, ended(done), outcome_of(request))
    asked, open_reply, _ = put_turn(store)
    store.close()

    store = Store.open(folder)

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


def test_a_store_may_be_closed_twice(folder: Path) -> None:
    store = Store.open(folder)

    store.close()
    store.close()

    Store.open(folder).close()
