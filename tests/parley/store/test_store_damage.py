"""A damaged file is set aside and said so; an empty one is new."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from parley.errors import StoreCorrupt
from parley.store import Store
from tests.parley.store.turns import ANN, filled, put_turn


def _random(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def _half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _few_bytes(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(50)


def _flipped_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 4096)


def _emptied_beside_its_log(path: Path) -> None:
    path.write_bytes(b"")
    path.with_name("parley.db-wal").write_bytes(b"what was written last")


@pytest.mark.parametrize(
    "damage", [_random, _half, _few_bytes, _flipped_page, _emptied_beside_its_log]
)
def test_a_damaged_file_is_set_aside_and_said_so(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    """D-6"""
    filled(folder)
    path = folder / "parley.db"
    damage(path)
    damaged = {file.read_bytes() for file in folder.glob("parley.db*")}

    store = Store.open(folder)
    put_turn(store)

    assert store.recovered == StoreCorrupt().notice
    assert len(store.conversations(ANN)) == 1
    aside = list(folder.glob("parley.db.corrupt-*"))
    assert {file.read_bytes() for file in aside} >= damaged
    store.close()
    again = Store.open(folder)
    assert again.recovered is None
    assert len(again.conversations(ANN)) == 1
    again.close()


def test_a_damaged_file_that_another_process_uses_is_left_alone(folder: Path) -> None:
    other = Store.open(folder)
    _random(folder / "parley.db")
    before = sorted(path.name for path in folder.iterdir())

    with pytest.raises(StoreCorrupt, match="damaged"):
        Store.open(folder)

    assert sorted(path.name for path in folder.iterdir()) == before
    other.close()


def test_an_empty_file_is_a_new_database(folder: Path) -> None:
    """D-6"""
    folder.mkdir()
    (folder / "parley.db").touch()

    store = Store.open(folder)

    assert store.recovered is None
    assert store.is_reachable()
    assert not list(folder.glob("*.before-migration-*"))
    store.close()


def test_without_its_log_a_file_is_an_older_but_whole_state(folder: Path, tmp_path: Path) -> None:
    """D-6"""
    conversation_id = filled(folder)
    store = Store.open(folder)
    put_turn(store)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(folder / "parley.db", copy)
    store.close()

    older = Store.open(copy)

    assert [thread.id for thread in older.conversations(ANN)] == [conversation_id]
    assert older.recovered is None
    older.close()
