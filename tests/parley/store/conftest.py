"""A store in a fresh folder for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "parley"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = Store.open(folder)
    yield opened
    opened.close()
