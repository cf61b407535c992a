"""SQLite as the database below a store: one file that belongs to this user, and its lock."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine

from parley.errors import Notice
from parley.store.sqlite_engine import for_reading, open_engine, without_transaction
from parley.store.sqlite_files import InUse, make_file, set_aside_if_damaged


class SqliteFile:
    """A file that is open; one writer at a time, so nothing more is needed to write."""

    def __init__(self, path: Path, engine: Engine, in_use: InUse, recovered: Notice | None) -> None:
        self.path = path
        self.place = str(path)
        self.engine = engine
        self.reading = for_reading(engine)
        self.alone = in_use.alone
        self.recovered = recovered
        self._in_use = in_use

    @classmethod
    def open(cls, path: Path, busy_timeout_s: float) -> Self:
        """Make or open the file; a damaged one is set aside first."""
        with ExitStack() as undo:
            make_file(path)
            in_use = InUse(path)
            undo.callback(in_use.close)
            recovered = set_aside_if_damaged(path, in_use, busy_timeout_s)
            opened = cls(path, open_engine(path, busy_timeout_s), in_use, recovered)
            undo.pop_all()
            return opened

    def begin_write(self, connection: Connection, owner: str) -> None:
        """The transaction itself began as the only one that writes."""

    def end_write(self, connection: Connection, owner: str | None) -> None:
        """Triggers keep the search index."""

    def keep_copy(self) -> None:
        """A whole copy, what is still in the write-ahead log included."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        copy = self.path.with_name(f"{self.path.name}.before-migration-{stamp}")
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with without_transaction(self.engine).begin() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))

    def begin_migration(self, connection: Connection) -> None:
        """As `begin_write`."""

    def become_current(self) -> None:
        # Only now: it writes to the file, which a newer Parley may have written.
        with without_transaction(self.engine).begin() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def share(self) -> None:
        self._in_use.share()

    def close(self) -> None:
        self.engine.dispose()
        self._in_use.close()
