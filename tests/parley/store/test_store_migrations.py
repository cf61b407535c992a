"""Newer schemas are refused, older ones migrated: all of it or nothing, with a copy kept."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from parley.errors import StoreError, StoreTooNew
from parley.store import Store
from parley.store.migrating import SCRIPTS, migrate
from parley.store.sqlite import SqliteFile
from parley.store.tables import SCHEMA_REVISION, metadata
from tests.parley.store.turns import ANN, execute, filled, tables_of


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
    store: Store,
) -> None:
    with store._engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": _is_not_the_search_index}
        )
        differences = compare_metadata(context, metadata)

    assert differences == []
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == SCHEMA_REVISION


def _is_not_the_search_index(name: str | None, kind: str, _: object) -> bool:
    if kind == "table":
        return not (name or "").startswith("message_words")
    return name not in ("words", "messages_by_word", "messages_without_words")


NEXT = f"""
from alembic import op
import sqlalchemy as sa
revision = "next"
down_revision = "{SCHEMA_REVISION}"
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
    opened = SqliteFile.open(path, 1.0)

    migrate(opened, scripts=scripts_with(tmp_path, NEXT), newest="next")

    with opened.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT title, colour FROM conversations").all()
    opened.close()
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
    opened = SqliteFile.open(path, 1.0)

    with pytest.raises(ZeroDivisionError):
        migrate(opened, scripts=broken, newest="next")

    opened.close()
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
