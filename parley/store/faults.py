"""Our words for what can go wrong with a database. No error leaves with the driver's own text.

SQLite says the cause by a number. PostgreSQL says it by an SQLSTATE, except while a connection is made: then there
is only a text, in which the server's English words are looked for and everything else is no connection.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from parley.errors import StoreCorrupt, StoreError, StoreNotWritable


@dataclass(frozen=True)
class Fault:
    """A cause; `{place}` stands for the file, or for database and server."""

    title: str
    advice: str
    kind: type[StoreError] = StoreError


_CANNOT_OPEN = Fault(
    "The database cannot be opened.",
    "Check that {place} is a file, in a folder that you may write to.",
    StoreNotWritable,
)
_FULL = Fault(
    "There is no space left to save the conversation.",
    "Free some space on the disk that holds {place}, then try again.",
)
_READ_ONLY = Fault(
    "The database can be read but not written.",
    "Make {place} writable, or set PARLEY_DATA_DIR or PARLEY_DATABASE_URL to another place.",
    StoreNotWritable,
)
_LOCKED = Fault(
    "Another program keeps the database locked.",
    "Close the program that uses {place}, then try again.",
)
_DAMAGED = Fault(
    "The database file is damaged.",
    "Close Parley and start it again: it sets {place} aside and begins a new one.",
    StoreCorrupt,
)
_OTHER = Fault(
    "The conversation could not be saved or read.",
    "Check that {place} can be written and has space, then try again.",
)
_NO_CONNECTION = Fault(
    "No connection to the database.",
    "Check that {place} runs and can be reached from here, then try again.",
)
_LOST = Fault(
    "The connection to the database was lost.",
    "Check that {place} still runs, then try again.",
)
_NOT_LET_IN = Fault(
    "The database server did not accept the user or the password.",
    "Correct them in PARLEY_DATABASE_URL for {place}, then start Parley again.",
)
_NOT_ALLOWED = Fault(
    "The database user may not do this.",
    "Give the user the right to create and write tables in {place}.",
)
_NO_SUCH_DATABASE = Fault(
    "The database server has no such database.",
    "Create {place}, or correct its name in PARLEY_DATABASE_URL.",
)
_TOO_MANY = Fault(
    "The database server has no connection left.",
    "Wait a moment, or let {place} have more connections.",
)
_TOO_SLOW = Fault(
    "The database took too long to answer.",
    "Wait a moment and try again; if it stays so, look at what else {place} is doing.",
)
_DAMAGED_SERVER = Fault(
    "The database is damaged.",
    "Restore {place} from a copy; Parley leaves it as it is.",
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

_BY_ERRNO = {errno.ENOSPC: _FULL, errno.EROFS: _READ_ONLY}

_BY_SQLSTATE = {
    "08": _LOST,
    "57P": _LOST,
    "25P03": _LOST,
    "28": _NOT_LET_IN,
    "3D000": _NO_SUCH_DATABASE,
    "53300": _TOO_MANY,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "55P03": _LOCKED,
    "40": _LOCKED,
    "57014": _TOO_SLOW,
    "42501": _NOT_ALLOWED,
    "XX001": _DAMAGED_SERVER,
    "XX002": _DAMAGED_SERVER,
}
"""The beginning of an SQLSTATE → what it means."""

_BY_WORDS = {
    'role "': _NOT_LET_IN,
    "password authentication failed": _NOT_LET_IN,
    "no password supplied": _NOT_LET_IN,
    "pg_hba.conf": _NOT_LET_IN,
    "permission denied for database": _NOT_ALLOWED,
    "does not exist": _NO_SUCH_DATABASE,
    "too many connections": _TOO_MANY,
    "too many clients": _TOO_MANY,
    "connection slots": _TOO_MANY,
}


@contextmanager
def plain_errors(place: Path | str) -> Iterator[None]:
    """Whatever a driver or the file system raises leaves as a `StoreError` that names the place."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise explained(error, place) from None


def explained(error: Exception, place: Path | str) -> StoreError:
    return _said(_fault(error), place)


def locked(place: Path | str) -> StoreError:
    """Somebody else has been writing for too long."""
    return _said(_LOCKED, place)


def _said(fault: Fault, place: Path | str) -> StoreError:
    return fault.kind(fault.title, advice=fault.advice.format(place=place))


def _fault(error: Any) -> Fault:
    if isinstance(error, PoolTimeout):
        return _TOO_MANY
    if isinstance(error, DBAPIError):
        return _LOST if error.connection_invalidated else _fault(error.orig)
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, _CANNOT_OPEN)
    if hasattr(error, "sqlstate"):
        return _postgres_fault(error)
    # The low byte is the cause, the rest its variety; errors of the module itself have no code.
    return _BY_SQLITE_CODE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _OTHER)


def _postgres_fault(error: Any) -> Fault:
    if error.sqlstate is not None:
        known = (fault for code, fault in _BY_SQLSTATE.items() if error.sqlstate.startswith(code))
        return next(known, _OTHER)
    if not _is_of_connecting(error):
        return _OTHER
    said = str(error)
    return next((fault for words, fault in _BY_WORDS.items() if words in said), _NO_CONNECTION)


def _is_of_connecting(error: Any) -> bool:
    # By name: the driver is loaded only when the database is PostgreSQL.
    return any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)
