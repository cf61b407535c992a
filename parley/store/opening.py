"""From the settings to an open database: SQLite in the data folder, or what `PARLEY_DATABASE_URL` names."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from parley.errors import StoreError
from parley.store.backing import Backing
from parley.store.faults import plain_errors
from parley.store.sqlite import SqliteFile

DATABASE_NAME = "parley.db"
POSTGRES_SCHEMES = ("postgresql", "postgresql+psycopg", "postgres")
BUSY_TIMEOUT_S = 5.0


def open_backing(data_dir: Path, database_url: str | None, busy_timeout_s: float) -> Backing:
    """Open the database; a writer waits so many seconds for another.

    Raises:
        StoreError: it cannot be opened, or the URL names no database that Parley knows.
    """
    path = file_of(data_dir, database_url)
    if path is not None:
        return _open_file(path, busy_timeout_s)
    url = _parsed(str(database_url))
    if url.drivername in POSTGRES_SCHEMES:
        # Its driver takes a while to load, and most people have no server.
        from parley.store.postgres import PostgresDatabase

        return PostgresDatabase.open(url, busy_timeout_s)
    raise _unknown()


def file_of(data_dir: Path, database_url: str | None) -> Path | None:
    """The SQLite file that would be opened; `None` = it is none."""
    if database_url is None:
        return data_dir / DATABASE_NAME
    url = _parsed(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def _open_file(path: Path, busy_timeout_s: float) -> SqliteFile:
    with plain_errors(path):
        return SqliteFile.open(path, busy_timeout_s)


def _parsed(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except (ArgumentError, ValueError):
        raise _unknown() from None


def _unknown() -> StoreError:
    return StoreError(
        "PARLEY_DATABASE_URL names no database that Parley can use.",
        advice="Use a URL such as sqlite:////home/me/parley.db or postgresql://me:password@host/parley, "
        "or leave it out.",
    )
