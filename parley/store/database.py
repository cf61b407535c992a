"""The open database: its transactions, and our words for its faults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, select

from parley.errors import Notice, StoreError, StoreNotWritable
from parley.store import statements
from parley.store.backing import Backing
from parley.store.faults import plain_errors
from parley.store.migrating import migrate
from parley.store.opening import BUSY_TIMEOUT_S, file_of, open_backing
from parley.store.spending_kept import catch_up
from parley.store.stand_in import StandIn, notice_of
from parley.store.tables import conversations


class Database:
    """Safe to share between threads: each call takes a connection of its own from the pool."""

    recovered: Notice | None
    """Set when a damaged database was set aside as the store was opened."""
    lasts_until_the_end: Notice | None = None
    """Set when what is written now goes with this process, since the database cannot be written."""
    place: str
    """The file, or the database and its server; for a reader."""

    def __init__(self, backing: Backing) -> None:
        self.place = backing.place
        self.recovered = backing.recovered
        self._backing = backing
        self._engine = backing.engine

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
            StoreTooNew: a newer Parley wrote it; it is left as it is.
            StoreError: it cannot be opened; the error names the file, or the database and its server.
        """
        return cls._opened(open_backing(data_dir, database_url, busy_timeout_s))

    @classmethod
    def open_or_stand_in(cls, data_dir: Path, database_url: str | None = None) -> Self:
        """The same; in place of a file that cannot be written a copy that lasts as long as this process.

        Raises:
            StoreTooNew, StoreError: as `open`, for all other faults.
        """
        try:
            return cls.open(data_dir, database_url)
        except StoreNotWritable as refused:
            path = file_of(data_dir, database_url)
            if path is None:
                raise
            with plain_errors(path):
                store = cls._opened(StandIn.of(path, BUSY_TIMEOUT_S))
            store.lasts_until_the_end = notice_of(refused)
            return store

    @classmethod
    def _opened(cls, backing: Backing) -> Self:
        with ExitStack() as undo:
            undo.callback(backing.close)
            with plain_errors(backing.place):
                _make_current(backing)
            undo.pop_all()
        return cls(backing)

    def close(self) -> None:
        self._backing.close()

    @property
    def path(self) -> Path:
        """The file, when the database is one."""
        return Path(self.place)

    def is_reachable(self) -> bool:
        try:
            with self._reading() as connection:
                connection.execute(select(conversations.c.id).limit(1))
        except StoreError:
            return False
        return True

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One state of the database for all that is read within."""
        with plain_errors(self.place), self._backing.reading.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self, owner: str) -> Iterator[Connection]:
        """One transaction, beside which nothing else writes to what this owner has."""
        with plain_errors(self.place), self._backing.writing(owner) as connection:
            yield connection


def _make_current(backing: Backing) -> None:
    migrate(backing)
    backing.become_current()
    catch_up(backing)
    if backing.alone:
        with backing.writing(None) as connection:
            statements.mark_interrupted(connection)
        backing.share()
