"""Bring a database file to the schema of this program, in one transaction, with a copy of the old file kept.

A schema that this program does not know is newer: it is refused, and the file is left as it is.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, inspect, text

from parley.errors import StoreTooNew
from parley.store.connection import for_reading, without_transaction
from parley.store.tables import SCHEMA_REVISION

if TYPE_CHECKING:
    from alembic.runtime.migration import RevisionStep

SCRIPTS = Path(__file__).parent / "migrations"

_one_at_a_time = threading.Lock()
"""Alembic's `op` belongs to the whole process."""


def migrate(
    engine: Engine, path: Path, *, scripts: Path = SCRIPTS, newest: str = SCHEMA_REVISION
) -> None:
    """Upgrade if need be; a database that is up to date costs one query.

    Raises:
        StoreTooNew: a newer Parley wrote it.
    """
    found, is_empty = _state(engine)
    if found == newest:
        return
    _refuse_newer(found, scripts)
    if not is_empty:
        _keep_copy(engine, path)
    with _one_at_a_time:
        _upgrade(engine, scripts)


def _state(engine: Engine) -> tuple[str | None, bool]:
    """The revision of the file, and whether it holds no table at all."""
    with for_reading(engine).begin() as connection:
        names = inspect(connection).get_table_names()
        if "alembic_version" not in names:
            return None, not names
        return connection.scalar(text("SELECT version_num FROM alembic_version")), False


def _refuse_newer(found: str | None, scripts: Path) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}
    if found is not None and found not in known:
        raise StoreTooNew(f"The data was written by a newer version of Parley (schema {found}).")


def _keep_copy(engine: Engine, path: Path) -> None:
    """A whole copy, what is still in the write-ahead log included."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    copy = path.with_name(f"{path.name}.before-migration-{stamp}")
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with without_transaction(engine).begin() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))


def _upgrade(engine: Engine, scripts: Path) -> None:
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
        engine.begin() as connection,
        EnvironmentContext(Config(), script, fn=steps) as environment,
    ):
        environment.configure(connection=connection)
        environment.run_migrations()
