"""A listing of W&B and the public catalog of the service: which of them is there, from when, and who waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from parley.catalog.listing import CatalogCache
from parley.catalog.service_fetch import PublicCatalog
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from tests.parley.catalog.catalog_rows import FLASH, NEW, PATH, answer, row
from tests.parley.catalog.lists import ids, lists
from tests.parley.talk import wait_until
from tests.upstream import Upstream, silence, status, wait_for


@pytest.fixture
def wandb(endpoint: Endpoint) -> Endpoint:
    return replace(endpoint, service=Service.WANDB, needs_key=True)


@pytest.fixture
def keyed(wandb: Endpoint) -> Endpoint:
    return wandb.with_key(ApiKey("canary-key"))


@pytest.fixture
def trace() -> Iterator[Upstream]:
    """The host of the public catalog."""
    with Upstream() as server:
        server.models = {"models": [row(), row(NEW)]}
        yield server


@pytest.fixture
def public(engine: Engine, trace: Upstream, tmp_path: Path) -> PublicCatalog:
    return PublicCatalog(engine, tmp_path, address=f"{trace.base_url}/models")


@pytest.fixture
def cache(engine: Engine, public: PublicCatalog) -> CatalogCache:
    return CatalogCache(engine, public)


def test_without_a_key_the_catalog_is_listed_and_nothing_is_asked_of_the_endpoint(
    cache: CatalogCache, upstream: Upstream, wandb: Endpoint
) -> None:
    listing = cache.get(wandb)

    assert ids(listing)[:2] == [FLASH, NEW]
    assert listing.models[1].price is not None
    assert listing.notice is not None
    assert (listing.notice.kind, listing.fetched_at) == ("CredentialMissing", None)
    assert listing.catalog is not None
    assert listing.catalog.fetched_at is not None
    assert upstream.requests == []


def test_the_same_models_stay_the_same_tuple_while_nothing_new_has_come(
    cache: CatalogCache, wandb: Endpoint
) -> None:
    first = cache.get(wandb)

    assert cache.at_hand(wandb).models is first.models
    assert cache.peek(wandb) == first


def test_the_list_and_the_catalog_are_put_together(
    cache: CatalogCache, upstream: Upstream, trace: Upstream, keyed: Endpoint
) -> None:
    lists(upstream, NEW)

    listing = cache.get(keyed)

    (new,) = [model for model in listing.models if model.listed]
    assert (new.id, new.context_window) == (NEW, 1_048_576)
    assert listing.fetched_at is not None
    assert cache.service_catalog(keyed) is not None
    assert all("authorization" not in request.headers for request in trace.requests)


def test_a_catalog_that_comes_late_is_put_to_the_list_that_is_there(
    cache: CatalogCache, upstream: Upstream, trace: Upstream, keyed: Endpoint
) -> None:
    may_answer = threading.Event()
    trace.models_steps = (wait_for(may_answer), status(200, {"models": [row(NEW)]}))
    lists(upstream, NEW)
    early = cache.at_hand(keyed, wait_s=0.3)
    wait_until(lambda: cache.peek(keyed) is not None)
    before = cache.peek(keyed)

    may_answer.set()
    wait_until(lambda: cache.service_catalog(keyed) is not None)
    after = cache.peek(keyed)

    assert early.catalog is not None
    assert before is not None
    assert after is not None
    assert before.models[0].context_window is None
    assert after.models[0].context_window == 1_048_576
    assert after.fetched_at == before.fetched_at
    assert cache.peek(keyed) == after


def test_a_silent_catalog_holds_up_a_list_once_and_not_long(
    cache: CatalogCache,
    upstream: Upstream,
    trace: Upstream,
    keyed: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("parley.catalog.listing.CATALOG_WAIT_S", 0.3)
    trace.models_steps = (silence(),)
    lists(upstream, NEW)
    moments = [time.monotonic()]

    for _ in range(3):
        listing = cache.get(keyed, refresh=True)
        moments.append(time.monotonic())

    assert 0.25 <= moments[1] - moments[0] < 2
    assert moments[3] - moments[1] < 0.5
    assert ids(listing)[0] == NEW
    assert len(trace.requests) == 1


def test_a_list_that_cannot_be_fetched_again_keeps_its_own_models_beside_the_catalog(
    cache: CatalogCache, upstream: Upstream, keyed: Endpoint
) -> None:
    lists(upstream, NEW)
    cache.get(keyed)
    upstream.models_steps = (status(503, "busy"),)

    stale = cache.get(keyed, refresh=True)

    assert stale.notice is not None
    assert [model.id for model in stale.models if model.listed] == [NEW]


def test_when_it_cannot_be_reached_what_is_bundled_stands_in_and_the_listing_says_so(
    cache: CatalogCache, trace: Upstream, wandb: Endpoint
) -> None:
    trace.models_steps = (status(500, "no"),)

    listing = cache.get(wandb)

    assert len(listing.models) == 47
    assert listing.catalog is not None
    assert listing.catalog.fetched_at is None
    assert listing.catalog.trouble == "gave no answer that can be read"


def test_the_lists_of_other_services_have_no_catalog_and_ask_for_none(
    cache: CatalogCache, upstream: Upstream, trace: Upstream, endpoint: Endpoint
) -> None:
    lists(upstream, "a")

    listing = cache.get(endpoint)

    assert (ids(listing), listing.catalog) == (["a"], None)
    assert cache.get(endpoint) is listing
    assert cache.service_catalog(endpoint) is None
    assert trace.requests == []


def test_without_a_public_catalog_the_endpoint_alone_is_asked(
    engine: Engine, upstream: Upstream, keyed: Endpoint
) -> None:
    upstream.answers[PATH] = answer(row())
    lists(upstream, NEW)
    alone = CatalogCache(engine)

    listing = alone.at_hand(keyed, wait_s=5)

    assert listing.catalog is None
    assert alone.service_catalog(keyed) is None
    assert [request.path for request in upstream.requests] == ["/v1/models"]
