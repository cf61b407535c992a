"""The open database: its connections, its transactions, and our words for its faults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, select, text

from parley.errors import Notice, StoreError
from parley.store import statements
from parley.store.connection import (
    BUSY_TIMEOUT_S,
    for_reading,
    open_engine,
    plain_errors,
    without_transaction,
)
from parley.store.migrating import migrate
from parley.store.opening import InUse, database_path, make_file, set_aside_if_damaged
from parley.store.tables import conversations


class Database:
    """Safe to share between threads: each call takes a connection of its own from the pool."""

    recovered: Notice | None
    """Set when a damaged database was set aside as the store was opened."""

    def __init__(self, path: Path, engine: Engine, in_use: InUse, recovered: Notice | None) -> None:
        self.path = path
        self.recovered = recovered
        self._engine = engine
        self._in_use = in_use

    @classmethod
    def open(
        cls,
        data_dir: Path,
        database_url: str | None = None,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> Self:
        """Make or open the database, and bring it to this program's schema.

        Raises:
            StoreTooNew: a newer Parley wrote it; the file is left as it is.
            StoreError: it cannot be opened; the error names the file.
        """
        path = database_path(data_dir, database_url)
        with plain_errors(path), ExitStack() as undo:
            make_file(path)
            in_use = InUse(path)
            undo.callback(in_use.close)
            recovered = set_aside_if_damaged(path, in_use, busy_timeout_s)
            engine = open_engine(path, busy_timeout_s)
            undo.callback(engine.dispose)
            _make_current(engine, path, in_use)
            undo.pop_all()
            return cls(path, engine, in_use, recovered)

    def close(self) -> None:
        self._engine.dispose()
        self._in_use.close()

    def is_reachable(self) -> bool:
        try:
            with self._reading() as connection:
                connection.execute(select(conversations.c.id).limit(1))
        except StoreError:
            return False
        return True

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with plain_errors(self.path), for_reading(self._engine).begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with plain_errors(self.path), self._engine.begin() as connection:
            yield connection


def _make_current(engine: Engine, path: Path, in_use: InUse) -> None:
    migrate(engine, path)
    # Only after the version is known to be ours: it writes to the file.
    with without_transaction(engine).begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
    if in_use.alone:
        with engine.begin() as connection:
            statements.mark_interrupted(connection)
        in_use.share()
