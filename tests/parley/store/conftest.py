"""A store in a fresh folder or a fresh PostgreSQL database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.store import Store
from tests.parley.store.postgres_server import a_database

DATABASES = ("sqlite", "postgresql")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "parley"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """What `Store.open` takes besides the folder."""
    if request.param == "sqlite":
        yield None
        return
    with a_database() as fresh:
        yield fresh


@pytest.fixture
def store(folder: Path, url: str | None) -> Iterator[Store]:
    opened = Store.open(folder, url)
    yield opened
    opened.close()


@pytest.fixture
def file_store(folder: Path) -> Iterator[Store]:
    """On SQLite alone, for tests that look at its file."""
    opened = Store.open(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=DATABASES)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """One store for all examples of a property: each example writes under ids of its own."""
    folder = tmp_path_factory.mktemp("shared")
    if request.param == "sqlite":
        opened = Store.open(folder)
        yield opened
        opened.close()
        return
    with a_database() as url:
        opened = Store.open(folder, url)
        yield opened
        opened.close()
