"""The public catalog for tests: served at an upstream's `/v1/models`, looked at, and waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from parley.catalog import catalog_file
from parley.catalog.service_fetch import CatalogState, PublicCatalog
from parley.endpoint import Endpoint
from parley.engine import Engine
from tests.parley.talk import wait_until
from tests.upstream import Upstream

UNREACHED = "could not be reached"
UNREAD = "gave no answer that can be read"


def served(engine: Engine, upstream: Upstream, folder: Path, **how: Any) -> PublicCatalog:
    return PublicCatalog(engine, folder, address=f"{upstream.base_url}/models", **how)


def fetched(public: PublicCatalog, endpoint: Endpoint) -> CatalogState:
    """How it stands when the fetch that is due has ended."""
    public.look(endpoint)
    wait_until(lambda: not public.state().is_fetching)
    return public.state()


def catalog_ids(public: PublicCatalog, endpoint: Endpoint) -> list[str]:
    catalog = public.at_hand(endpoint)
    return list(catalog.models) if catalog else []


def kept(folder: Path) -> Path:
    return folder / catalog_file.FILE_NAME


def put(folder: Path, public: PublicCatalog, age: timedelta, content: bytes) -> None:
    """Keep an answer as if it had been fetched so long ago."""
    catalog_file.write(folder, public.address, datetime.now(UTC) - age, content)
