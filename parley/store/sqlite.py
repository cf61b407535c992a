"""SQLite as the database below a store: one file that belongs to this user, and its lock."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from parley.errors import Notice
from parley.store.faults import locked
from parley.store.sqlite_engine import for_reading, open_engine, without_transaction
from parley.store.sqlite_files import InUse, make_file, set_aside_if_damaged


class SqliteFile:
    """A file that is open. One transaction at a time writes to it; triggers keep the search index."""

    def __init__(
        self,
        path: Path,
        busy_timeout_s: float,
        in_use: InUse,
        recovered: Notice | None,
    ) -> None:
        engine = open_engine(path, busy_timeout_s)
        self.path = path
        self.place = str(path)
        self.engine = engine
        self.reading = for_reading(engine)
        self.alone = in_use.alone
        self.recovered = recovered
        self._in_use = in_use
        self._wait_s = busy_timeout_s
        self._turn = threading.Lock()

    @classmethod
    def open(cls, path: Path, busy_timeout_s: float) -> Self:
        """Make or open the file; a damaged one is set aside first."""
        with ExitStack() as undo:
            make_file(path)
            in_use = InUse(path)
            undo.callback(in_use.close)
            recovered = set_aside_if_damaged(path, in_use, busy_timeout_s)
            opened = cls(path, busy_timeout_s, in_use, recovered)
            undo.pop_all()
            return opened

    @contextmanager
    def writing(
        self,
        owner: str | None,  # noqa: ARG002 - here all wait for all
    ) -> Iterator[Connection]:
        # SQLite looks again now and then whether the file is free, so one of many threads may never find it so.
        if not self._turn.acquire(timeout=self._wait_s):
            raise locked(self.path)
        try:
            with self.engine.begin() as connection:
                yield connection
        finally:
            self._turn.release()

    def keep_copy(self) -> None:
        """A whole copy, what is still in the write-ahead log included."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        copy = self.path.with_name(f"{self.path.name}.before-migration-{stamp}")
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with without_transaction(self.engine).begin() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))

    def begin_migration(self, connection: Connection) -> None:
        """It began as the only one that writes."""

    def become_current(self) -> None:
        # Only now: it writes to the file, which a newer Parley may have written.
        with without_transaction(self.engine).begin() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def share(self) -> None:
        self._in_use.share()

    def close(self) -> None:
        self.engine.dispose()
        self._in_use.close()
