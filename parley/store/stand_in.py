"""A database for as long as Parley runs, when its own cannot be written: a copy of what can be read, or an empty one.

It lies in a folder for temporary files, for this user alone, and is deleted at the end.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from parley.errors import Notice, ParleyError
from parley.store.sqlite import SqliteFile
from parley.store.sqlite_files import make_file

NAME = "stand-in.db"
KEPT = (
    "Everything works meanwhile, but what you write and receive now is kept only until Parley ends; "
    "Settings exports it."
)


class StandIn(SqliteFile):
    """The file and its folder, which goes when the store is closed."""

    _folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def of(cls, path: Path, busy_timeout_s: float) -> StandIn:
        """Copy the database at `path`, as far as it can be read; otherwise begin with nothing."""
        folder = tempfile.TemporaryDirectory(prefix="parley-")
        copy = Path(folder.name) / NAME
        make_file(copy)
        if path.is_file():
            _copy(path, copy)
        opened = cls.open(copy, busy_timeout_s)
        opened._folder = folder
        opened.place = str(path)
        # A damaged copy is nobody's loss: the file itself lies where it was.
        opened.recovered = None
        return opened

    def close(self) -> None:
        super().close()
        self._folder.cleanup()


def notice_of(refused: ParleyError) -> Notice:
    """Why a stand-in is used, what that means, and how to end it."""
    return replace(refused.notice, advice=f"{KEPT} {refused.advice}")


def _copy(path: Path, copy: Path) -> None:
    """Through SQLite, which sees no half of a write; where it would have to write a log's index, file by file."""
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as there,
            closing(sqlite3.connect(copy)) as here,
        ):
            there.backup(here)
    except sqlite3.Error:
        with suppress(OSError):
            for suffix in ("", "-wal"):
                source = path.with_name(path.name + suffix)
                if source.exists():
                    shutil.copyfile(source, copy.with_name(copy.name + suffix))
