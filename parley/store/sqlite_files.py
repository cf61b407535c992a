"""The files of an SQLite database: their modes, the lock that tells who else is in there, the health check.

A damaged file is renamed, never written to again and never deleted.
"""

from __future__ import annotations

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from parley.errors import Notice, StoreCorrupt
from parley.store.faults import plain_errors
from parley.store.sqlite_engine import for_reading, open_engine


def make_file(path: Path) -> None:
    """Folder and file for nobody but this user; SQLite gives `-wal` and `-shm` the file's mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


class InUse:
    """A lock on `parley.lock`, held while a store is open. It says whether anybody else is in there.

    Every open store shares it; the first one holds it alone for as long as it opens. Only then may a damaged
    file be set aside, or a reply that is still streaming be called interrupted: with another process
    alive, the reply may be that process's own, in full flow. The kernel lets go however a process ends.
    """

    def __init__(self, path: Path) -> None:
        # Not inherited by child processes: a child that outlives us would hold it on.
        self._file = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.alone = True
        except BlockingIOError:
            # Waits while another process opens and migrates.
            fcntl.flock(self._file, fcntl.LOCK_SH)
            self.alone = False

    def share(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def set_aside_if_damaged(path: Path, in_use: InUse, busy_timeout_s: float) -> Notice | None:
    """Check the file; a damaged one makes room for a new one, and the notice says so.

    Raises:
        StoreCorrupt: it is damaged, and another process uses it.
    """
    engine = open_engine(path, busy_timeout_s)
    try:
        _check(engine, path)
    except StoreCorrupt:
        if not in_use.alone:
            raise StoreCorrupt(
                "The database file is damaged.",
                advice=f"Close every Parley that uses {path}, then start one: it sets the file aside.",
            ) from None
    else:
        return None
    finally:
        engine.dispose()
    _set_aside(path)
    make_file(path)
    return StoreCorrupt().notice


def _check(engine: Engine, path: Path) -> None:
    if path.stat().st_size == 0 and _beside(path, "-wal").exists():
        # SQLite would take the file for a new one and delete the log, which holds what was written last.
        raise StoreCorrupt
    with plain_errors(path), for_reading(engine).begin() as connection:
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise StoreCorrupt


def _set_aside(path: Path) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    aside = path.with_name(f"{path.name}.corrupt-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        if _beside(path, suffix).exists():
            _beside(path, suffix).rename(_beside(aside, suffix))


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
