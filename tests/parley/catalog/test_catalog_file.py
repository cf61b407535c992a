"""The public catalog on disk: kept for the next start, for nobody else, and ignored when it is damaged."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from parley.catalog.service_fetch import PublicCatalog
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from parley.limits import MEGABYTE
from tests.parley.catalog.catalog_rows import FLASH, NEW, body, row
from tests.parley.catalog.public import catalog_ids, fetched, kept, put, served
from tests.upstream import Upstream

Make = Callable[..., PublicCatalog]


@pytest.fixture
def wandb(endpoint: Endpoint) -> Endpoint:
    return replace(endpoint, key=ApiKey("canary-key"), project="a/b", service=Service.WANDB)


@pytest.fixture
def make(engine: Engine, upstream: Upstream, tmp_path: Path) -> Make:
    """The catalog of an upstream that answers at its `/v1/models`."""
    upstream.models = {"models": [row()]}
    return partial(served, engine, upstream, tmp_path)


def test_what_was_fetched_is_kept_for_the_next_start_and_for_nobody_else(
    make: Make, upstream: Upstream, wandb: Endpoint, tmp_path: Path
) -> None:
    first = fetched(make(), wandb)

    second = make()
    again = fetched(second, wandb)

    assert stat.S_IMODE(kept(tmp_path).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["service-catalog.json"]
    assert (again.fetched_at, catalog_ids(second, wandb)) == (first.fetched_at, [FLASH])
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("age", [timedelta(hours=7), timedelta(days=-1)], ids=["old", "future"])
def test_a_kept_catalog_of_another_time_is_used_and_fetched_anew(
    make: Make, upstream: Upstream, wandb: Endpoint, tmp_path: Path, age: timedelta
) -> None:
    put(tmp_path, make(), age, body(row(NEW)))
    public = make()
    before = catalog_ids(public, wandb)

    fetched(public, wandb)

    assert (before, catalog_ids(public, wandb)) == ([NEW], [FLASH])
    assert len(upstream.requests) == 1


NOW = datetime.now(UTC).isoformat()
DAMAGED = {
    "empty": b"",
    "random": b"\x00\xff\xfe not a catalog",
    "no-body": json.dumps({"address": "{address}", "fetched_at": NOW}).encode(),
    "half-a-body": json.dumps({"address": "{address}", "fetched_at": NOW}).encode()
    + b'\n{"models"',
    "other-address": json.dumps({"address": "http://other", "fetched_at": NOW}).encode() + b"\n{}",
    "no-zone": json.dumps({"address": "{address}", "fetched_at": "2026-11-24"}).encode() + b"\n{}",
    "no-day": json.dumps({"address": "{address}", "fetched_at": 7}).encode() + b"\n{}",
    "a-list": b"[]\n{}",
    "deep": b"[" * 3_999 + b"\n{}",
    "too-large": json.dumps({"address": "{address}", "fetched_at": NOW}).encode()
    + b"\n"
    + b" " * (8 * MEGABYTE + 1),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_d6_a_damaged_file_is_ignored_and_written_anew(
    make: Make, upstream: Upstream, wandb: Endpoint, tmp_path: Path, content: bytes
) -> None:
    public = make()
    kept(tmp_path).write_bytes(content.replace(b"{address}", public.address.encode()))

    before = catalog_ids(public, wandb)
    fetched(public, wandb)

    assert (before, catalog_ids(public, wandb)) == ([], [FLASH])
    assert catalog_ids(make(), wandb) == [FLASH]


def test_d3_where_it_cannot_be_kept_it_lives_as_long_as_the_process(
    make: Make, wandb: Endpoint, tmp_path: Path
) -> None:
    kept(tmp_path).mkdir()
    public = make()

    found = fetched(public, wandb)

    assert (found.trouble, catalog_ids(public, wandb)) == ("", [FLASH])
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
