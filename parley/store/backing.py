"""What a store needs of the database below it, whichever kind it is: SQLite in a file, or PostgreSQL on a server."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine

from parley.errors import Notice


class Backing(Protocol):
    """One database, opened, together with the mark that this process uses it."""

    place: str
    """Where it is, for a reader; never with a password."""
    engine: Engine
    """For migrations; what a store writes goes through `writing`."""
    reading: Engine
    """The same connections; its transactions only read, and wait for no writer."""
    alone: bool
    """Whether no other store is open on it; true at most until `share`."""
    recovered: Notice | None
    """Set when a damaged database was set aside as it was opened."""

    def writing(self, owner: str | None) -> AbstractContextManager[Connection]:
        """A transaction beside which nothing else writes to what this owner has (`None`: while it is alone)."""

    def keep_copy(self) -> None:
        """Before a migration of a database that holds tables."""

    def begin_migration(self, connection: Connection) -> None:
        """Let no other process migrate until this transaction has ended."""

    def become_current(self) -> None:
        """After the schema is known to be this program's."""

    def share(self) -> None:
        """From now on other stores may open it."""

    def close(self) -> None: ...
