"""Bring a database to the schema of this program, in one transaction; of an SQLite file a copy is kept.

A schema that this program does not know is newer: it is refused, and the database is left as it is.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, inspect, text

from parley.errors import StoreTooNew
from parley.store.backing import Backing
from parley.store.tables import SCHEMA_REVISION

if TYPE_CHECKING:
    from alembic.runtime.migration import RevisionStep

SCRIPTS = Path(__file__).parent / "migrations"

_one_at_a_time = threading.Lock()
"""Alembic's `op` belongs to the whole process."""


def migrate(backing: Backing, *, scripts: Path = SCRIPTS, newest: str = SCHEMA_REVISION) -> None:
    """Upgrade if need be; a database that is up to date costs one query.

    Raises:
        StoreTooNew: a newer Parley wrote it.
    """
    found, is_empty = _state(backing.reading)
    if found == newest:
        return
    _refuse_newer(found, scripts)
    if not is_empty:
        backing.keep_copy()
    with _one_at_a_time:
        _upgrade(backing, scripts)


def _state(reading: Engine) -> tuple[str | None, bool]:
    """The revision of the database, and whether it holds no table at all."""
    with reading.begin() as connection:
        names = inspect(connection).get_table_names()
        if "alembic_version" not in names:
            return None, not names
        return connection.scalar(text("SELECT version_num FROM alembic_version")), False


def _refuse_newer(found: str | None, scripts: Path) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}
    if found is not None and found not in known:
        raise StoreTooNew(f"The data was written by a newer version of Parley (schema {found}).")


def _upgrade(backing: Backing, scripts: Path) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationStep
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(scripts))

    def steps(current: Any, _: object) -> list[RevisionStep]:
        missing = script.iterate_revisions("head", current, implicit_base=True)
        return [
            MigrationStep.upgrade_from_script(script.revision_map, revision)
            for revision in reversed(list(missing))
        ]

    with (
        backing.engine.begin() as connection,
        EnvironmentContext(Config(), script, fn=steps) as environment,
    ):
        # What is missing is looked up after it: another process may just have migrated.
        backing.begin_migration(connection)
        environment.configure(connection=connection)
        environment.run_migrations()
