"""The model list as last fetched: fetched once at a time, and never taken for fresh when it is old."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from parley.catalog.listing import CatalogCache, Listing
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from parley.errors import LocalModelError
from parley.store import Store
from tests.conftest import SHORT
from tests.parley.catalog.lists import ids, lists, with_limits
from tests.parley.talk import wait_until
from tests.upstream import Upstream, status, wait_for


@pytest.fixture
def catalog(engine: Engine) -> CatalogCache:
    return CatalogCache(engine)


def test_a_list_is_fetched_once_and_kept(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    upstream.models = {"data": [{"id": "a"}, {"id": "a"}, 7]}
    before = datetime.now(UTC)

    first, again = catalog.get(endpoint), catalog.get(endpoint)

    assert ids(first) == ["a"]
    assert (first.duplicates, first.unreadable, first.truncated) == (1, 1, False)
    assert first.notice is None
    assert first.fetched_at is not None
    assert before <= first.fetched_at <= datetime.now(UTC)
    assert again is first
    assert catalog.peek(endpoint) is first
    assert len(upstream.requests) == 1


def test_nothing_is_at_hand_before_the_first_fetch(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    assert catalog.peek(endpoint) is None
    assert upstream.requests == []


def test_a_refresh_fetches_again(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    lists(upstream, "a")
    catalog.get(endpoint)
    lists(upstream, "a", "b")

    refreshed = catalog.get(endpoint, refresh=True)

    assert ids(refreshed) == ids(catalog.get(endpoint)) == ["a", "b"]
    assert len(upstream.requests) == 2


def test_an_old_list_is_fetched_again(store: Store, upstream: Upstream, endpoint: Endpoint) -> None:
    engine, catalog = with_limits(store, replace(SHORT, catalog_fresh_s=0.01))
    lists(upstream, "a")
    catalog.get(endpoint)
    lists(upstream, "b")
    time.sleep(0.02)

    assert ids(catalog.peek(endpoint)) == ["a"]
    assert ids(catalog.get(endpoint)) == ["b"]

    engine.close()


def test_many_who_ask_at_once_cause_one_fetch(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    may_answer = threading.Event()
    upstream.models_steps = (wait_for(may_answer), status(200, {"data": [{"id": "a"}]}))
    found: list[Listing] = []
    askers = [
        threading.Thread(target=lambda: found.append(catalog.get(endpoint))) for _ in range(5)
    ]
    for asker in askers:
        asker.start()
    wait_until(lambda: len(upstream.requests) == 1)

    may_answer.set()
    for asker in askers:
        asker.join(5)

    assert [ids(listing) for listing in found] == [["a"]] * 5
    assert len(upstream.requests) == 1


def test_c8_a_list_that_cannot_be_fetched_again_keeps_its_age_and_says_why(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    lists(upstream, "a")
    fetched = catalog.get(endpoint)
    upstream.models_steps = (status(503, "busy"),)

    stale = catalog.get(endpoint, refresh=True)

    assert (ids(stale), stale.fetched_at) == (["a"], fetched.fetched_at)
    assert stale.notice is not None
    assert stale.notice.kind == "UpstreamUnavailable"


def test_c8_a_list_that_was_never_fetched_has_no_age(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    upstream.models_steps = (status(401, {"error": {"message": "no"}}),)

    listing = catalog.get(endpoint)
    again = catalog.get(endpoint)

    assert listing.fetched_at is None
    assert listing.notice is not None
    assert listing.notice.kind == "CredentialMissing"
    assert again is listing
    assert len(upstream.requests) == 1


def test_bundled_facts_stand_in_for_a_list_that_cannot_be_fetched(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    upstream.models_steps = (status(503, "busy"),)

    listing = catalog.get(replace(endpoint, service=Service.WANDB))

    assert len(listing.models) > 10
    assert not any(model.listed for model in listing.models)
    assert listing.fetched_at is None


def test_this_machine_is_started_for_its_list(store: Store, upstream: Upstream) -> None:
    lists(upstream, "tiny")
    here = Endpoint("This machine", "", service=Service.LOCAL)
    engine = Engine(store, connect=lambda e: replace(e, base_url=upstream.base_url), limits=SHORT)

    listing = CatalogCache(engine).get(here)

    assert ids(listing) == ["tiny"]
    engine.close()


def test_this_machine_that_cannot_start_is_a_notice(store: Store) -> None:
    def fail(_: Endpoint) -> Endpoint:
        raise LocalModelError

    engine = Engine(store, connect=fail, limits=SHORT)

    listing = CatalogCache(engine).get(Endpoint("This machine", "", service=Service.LOCAL))

    assert listing.notice == LocalModelError().notice
    engine.close()


@pytest.mark.parametrize(
    "other",
    [{"key": ApiKey("sk-2")}, {"key": None}, {"project": "a/b"}, {"name": "Other"}],
    ids=str,
)
def test_s2_each_key_and_project_has_a_list_of_its_own(
    other: dict[str, object], catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    mine = endpoint.with_key(ApiKey("sk-1"))
    lists(upstream, "for me only")
    catalog.get(mine)
    lists(upstream, "for another")

    theirs = catalog.get(replace(mine, **other))  # type: ignore[arg-type]

    assert ids(theirs) == ["for another"]
    assert ids(catalog.get(mine)) == ["for me only"]
    assert len(upstream.requests) == 2


def test_the_same_key_typed_again_finds_the_same_list(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    catalog.get(endpoint.with_key(ApiKey("sk-1")))

    catalog.get(endpoint.with_key(ApiKey(" sk-1\n")))

    assert len(upstream.requests) == 1


def test_only_so_many_lists_are_kept_and_the_oldest_goes_first(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine, catalog = with_limits(store, replace(SHORT, catalog_entries=2))
    first, second, third = (replace(endpoint, name=name) for name in "abc")

    for asked in (first, second, first, third):
        catalog.get(asked, refresh=True)

    assert catalog.peek(second) is None
    assert catalog.peek(first) is not None
    assert catalog.peek(third) is not None
    engine.close()
