"""A database that cannot be written: a copy of it, or an empty one, stands in until Parley ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parley.errors import StoreError
from parley.store import Store
from tests.parley.store.turns import ANN, put_turn

NOBODY = 65534


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user of this machine may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user who owns nothing here; root may write whatever a file's mode says."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def made_read_only(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)


def test_d2_a_file_that_may_only_be_read_is_shown_and_added_to_until_the_end(public: Path) -> None:
    first = Store.open(public)
    asked, reply, _ = put_turn(first)
    first.close()
    made_read_only(public)
    before = (public / "parley.db").read_bytes()

    with without_rights():
        store = Store.open_or_stand_in(public)
    shown = store.messages(ANN, reply.conversation_id)
    put_turn(store)
    written = len(store.conversations(ANN))
    store.close()

    assert [message.id for message in shown] == [asked.id, reply.id]
    assert written == 2
    assert store.lasts_until_the_end is not None
    assert "kept only until Parley ends" in store.lasts_until_the_end.advice
    assert str(public / "parley.db") in store.lasts_until_the_end.advice
    assert (public / "parley.db").read_bytes() == before


def test_d2_what_was_still_in_the_log_is_shown_as_well(public: Path) -> None:
    first = Store.open(public)
    _, reply, _ = put_turn(first)
    copy = public / "copy"
    copy.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(public / f"parley.db{suffix}", copy)
    first.close()
    made_read_only(copy)

    with without_rights():
        store = Store.open_or_stand_in(copy)

    assert [thread.id for thread in store.conversations(ANN)] == [reply.conversation_id]
    store.close()
    copy.chmod(0o755)


@pytest.mark.parametrize("in_its_place", ["folder", "missing parent"])
def test_d3_a_place_that_holds_no_file_leaves_an_empty_history(
    folder: Path, in_its_place: str
) -> None:
    if in_its_place == "folder":
        (folder / "parley.db").mkdir(parents=True)
    else:
        folder.write_text("mine")

    store = Store.open_or_stand_in(folder)
    asked, _, _ = put_turn(store)

    assert store.place == str(folder / "parley.db")
    assert store.messages(ANN, asked.conversation_id)[0] == asked
    assert store.lasts_until_the_end is not None
    assert str(folder) in store.lasts_until_the_end.advice
    store.close()


def test_a_damaged_file_that_may_only_be_read_stays_as_it_is(public: Path) -> None:
    (public / "parley.db").write_bytes(os.urandom(8_192))
    made_read_only(public)
    before = (public / "parley.db").read_bytes()

    with without_rights():
        store = Store.open_or_stand_in(public)

    assert store.conversations(ANN) == []
    assert store.recovered is None
    store.close()
    assert (public / "parley.db").read_bytes() == before


def test_the_stand_in_goes_with_its_store(folder: Path) -> None:
    folder.write_text("mine")
    store = Store.open_or_stand_in(folder)
    with store._engine.begin() as connection:
        name = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
    was_there = Path(name).exists()

    store.close()

    assert was_there
    assert not Path(name).parent.exists()


def test_a_file_that_can_be_written_is_used_itself(folder: Path) -> None:
    store = Store.open_or_stand_in(folder)

    assert store.lasts_until_the_end is None
    assert store.path == folder / "parley.db"
    store.close()


def test_a_server_has_no_stand_in(folder: Path) -> None:
    with pytest.raises(StoreError, match="No connection"):
        Store.open_or_stand_in(folder, "postgresql://ann@127.0.0.1:1/parley")
