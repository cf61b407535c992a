"""The SQLAlchemy engine for one SQLite file.

A write begins with BEGIN IMMEDIATE: a transaction that reads first and writes later would fail at once
when another writer came in between, however long it may wait.
"""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

BEGIN = "parley_begin"
"""Execution option: the statement that opens a transaction; empty for none at all."""


def open_engine(path: Path, busy_timeout_s: float) -> Engine:
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
