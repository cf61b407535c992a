"""PostgreSQL as the database below a store, by psycopg: its connections, and the locks of its transactions.

Whatever belongs to one owner is written by one transaction at a time, as SQLite does it for the whole file: what
a transaction has read stays true until it has written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, NullPool, bindparam, create_engine, event, text

from parley.errors import Notice
from parley.store import postgres_search
from parley.store.columns import OwnerId
from parley.store.faults import plain_errors
from parley.store.presence import Presence

POOL_SIZE = 8
MOST_CONNECTIONS = 32
"""Of one process; a server has 100 for everybody unless told otherwise."""
POOL_WAIT_S = 10.0
STATEMENT_LIMIT_S = 30
CONNECT_ARGUMENTS = {
    "connect_timeout": 5,
    "application_name": "parley",
    "client_encoding": "utf8",
    # A server that vanished is noticed within a minute.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}

_LOCK_OWNER = text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))").bindparams(
    bindparam("owner", type_=OwnerId)
)
# Two numbers each: such locks never meet those of one number, which are the owners'.
_LOCK_MIGRATION = text("SELECT pg_advisory_xact_lock(1885434476, 1)")
_NO_LIMITS = text(
    "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)"
)


class PostgresDatabase:
    """A database on a server that is open, and the mark that this process uses it."""

    recovered: Notice | None = None

    def __init__(self, place: str, engine: Engine, presence: Presence) -> None:
        self.place = place
        self.engine = engine
        self.reading: Engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self.alone = presence.alone
        self._presence = presence

    @classmethod
    def open(cls, url: URL, lock_wait_s: float) -> Self:
        """Connect, and wait while another process opens or migrates.

        Raises:
            StoreError: no connection; it names the server and the database.
        """
        place = place_of(url)
        with plain_errors(place), ExitStack() as undo:
            engine = open_engine(url, lock_wait_s)
            undo.callback(engine.dispose)
            presence = Presence(_engine(url, lock_wait_s, poolclass=NullPool))
            undo.callback(presence.close)
            opened = cls(place, engine, presence)
            undo.pop_all()
            return opened

    @contextmanager
    def writing(self, owner: str | None) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            self._presence.renew()
            if owner is not None:
                connection.execute(_LOCK_OWNER, {"owner": owner})
            yield connection
            postgres_search.index_new(connection, owner)

    def keep_copy(self) -> None:
        """A server has copies of its own; a migration is one transaction there too."""

    def begin_migration(self, connection: Connection) -> None:
        connection.execute(_NO_LIMITS)
        connection.execute(_LOCK_MIGRATION)

    def become_current(self) -> None:
        """Nothing is left to do."""

    def share(self) -> None:
        self._presence.share()

    def close(self) -> None:
        self._presence.close()
        self.engine.dispose()


def place_of(url: URL) -> str:
    """Database and server, without user and password.

    >>> from sqlalchemy import make_url
    >>> place_of(make_url("postgresql://ann:secret@db.example.com:5433/parley"))
    'parley on db.example.com:5433'
    """
    known = url.translate_connect_args(database="dbname")
    parts = {**{name: str(value) for name, value in url.query.items()}, **known}
    host = parts.get("host") or "this machine"
    port = f":{parts['port']}" if "port" in parts else ""
    database = parts.get("dbname") or parts.get("username") or "the default database"
    return f"{database} on {host}{port}"


def open_engine(url: URL, lock_wait_s: float) -> Engine:
    """An engine whose threads each get a connection of their own; nothing is opened yet."""
    return _engine(
        url,
        lock_wait_s,
        pool_size=POOL_SIZE,
        max_overflow=MOST_CONNECTIONS - POOL_SIZE,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,
    )


def _engine(url: URL, lock_wait_s: float, **pool: Any) -> Engine:
    # What the URL itself says goes first.
    given = {name: value for name, value in CONNECT_ARGUMENTS.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=given,
        json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        hide_parameters=True,
        **pool,
    )
    event.listen(engine, "connect", partial(_set_limits, lock_wait_s))
    return engine


def _set_limits(lock_wait_s: float, connection: Any, _: object) -> None:
    """By statements, not by the option `options`: that one is the reader's, for a schema say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('TimeZone', 'UTC', false), set_config('lock_timeout', %s, false),"
            " set_config('statement_timeout', %s, false)",
            (f"{lock_wait_s * 1000:.0f}ms", f"{STATEMENT_LIMIT_S}s"),
        )
    connection.commit()
