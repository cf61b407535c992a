"""The SQLAlchemy engine for one SQLite file, and our words for what can go wrong with it.

A write begins with BEGIN IMMEDIATE: a transaction that reads first and writes later would fail at once
when another writer came in between, however long it may wait. No error leaves with the driver's own text.
"""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from parley.errors import StoreCorrupt, StoreError

BUSY_TIMEOUT_S = 5.0

BEGIN = "parley_begin"
"""Execution option: the statement that opens a transaction; empty for none at all."""

_CANNOT_OPEN = (
    StoreError,
    "The database cannot be opened.",
    "Check that {path} is a file, in a folder that you may write to.",
)
_FULL = (
    StoreError,
    "There is no space left to save the conversation.",
    "Free some space on the disk that holds {path}, then try again.",
)
_READ_ONLY = (
    StoreError,
    "The database can be read but not written.",
    "Make {path} and its folder writable, or set PARLEY_DATA_DIR to another folder.",
)
_LOCKED = (
    StoreError,
    "Another program keeps the database locked.",
    "Close the program that uses {path}, then try again.",
)
_DAMAGED = (
    StoreCorrupt,
    "The database file is damaged.",
    "Close Parley and start it again: it sets {path} aside and begins a new one.",
)
_OTHER = (
    StoreError,
    "The conversation could not be saved or read.",
    "Check that {path} can be written and its disk has space, then try again.",
)

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def open_engine(path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """An engine whose threads each get a connection of their own; nothing is opened yet."""
    engine = create_engine(
        "sqlite://",
        creator=partial(_connect, path, busy_timeout_s),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,
        json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    # mode=rw: a file that vanished is an error, not a new empty database that anybody may read.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,
    )


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # Without it REPLACE deletes a ledger row past the trigger that refuses DELETE.
    connection.execute("PRAGMA recursive_triggers=ON")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(BEGIN, "BEGIN IMMEDIATE")
    if statement:
        connection.exec_driver_sql(statement)


def for_reading(engine: Engine) -> Engine:
    """The same pool; transactions that only read do not wait for a writer."""
    return engine.execution_options(**{BEGIN: "BEGIN"})


def without_transaction(engine: Engine) -> Engine:
    """The same pool, for the few statements that SQLite refuses inside a transaction."""
    return engine.execution_options(**{BEGIN: ""})


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Whatever the driver or the file system raises leaves as a `StoreError` that names the file."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise _explained(error, path) from None


def _explained(error: Exception, path: Path) -> StoreError:
    kind, title, advice = _cause(error.orig if isinstance(error, DBAPIError) else error)
    return kind(title, advice=advice.format(path=path))


def _cause(error: Any) -> tuple[type[StoreError], str, str]:
    if isinstance(error, OSError):
        return _FULL if error.errno == errno.ENOSPC else _CANNOT_OPEN
    # The low byte is the cause, the rest its variety; errors of the module itself have no code.
    return _BY_SQLITE_CODE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _OTHER)
