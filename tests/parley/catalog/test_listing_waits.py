"""How long a model list is waited for: briefly, by nobody else, and soon again after a failure."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from parley.catalog.listing import CatalogCache, Listing
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.limits import Limits
from parley.store import Store
from tests.conftest import SHORT
from tests.parley.catalog.lists import ids, lists, with_limits
from tests.parley.talk import wait_until
from tests.upstream import Upstream, silence, status, wait_for


@pytest.fixture
def catalog(engine: Engine) -> CatalogCache:
    return CatalogCache(engine)


@pytest.fixture
def silent() -> Iterator[Endpoint]:
    """An endpoint that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield Endpoint("Silent", f"http://127.0.0.1:{listener.getsockname()[1]}/v1")


def test_what_is_at_hand_is_shown_at_once_and_the_list_comes_later(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    may_answer = threading.Event()
    upstream.models_steps = (wait_for(may_answer), status(200, {"data": [{"id": "a"}]}))

    now = catalog.at_hand(endpoint)
    may_answer.set()
    wait_until(lambda: catalog.peek(endpoint) is not None)

    assert now == Listing((), None)
    assert ids(catalog.at_hand(endpoint)) == ["a"]
    assert len(upstream.requests) == 1


def test_a_silent_endpoint_is_given_up_in_time(
    catalog: CatalogCache, upstream: Upstream, endpoint: Endpoint
) -> None:
    upstream.models_steps = (silence(),)

    listing = catalog.get(endpoint)

    assert listing.notice is not None
    assert listing.notice.kind == "TimedOut"


def test_a_list_is_not_waited_for_as_long_as_a_reply(store: Store, silent: Endpoint) -> None:
    engine, catalog = with_limits(store, Limits(model_list_s=0.3))
    began = time.monotonic()

    listing = catalog.get(silent)

    assert time.monotonic() - began < 3
    assert listing.notice is not None
    assert (listing.notice.kind, "billed" in listing.notice.advice) == ("TimedOut", False)
    engine.close()


def test_a_silent_endpoint_holds_up_no_other_list(
    store: Store, upstream: Upstream, endpoint: Endpoint, silent: Endpoint
) -> None:
    engine, catalog = with_limits(store, Limits())
    lists(upstream, "a")
    asker = threading.Thread(target=catalog.get, args=(silent,), daemon=True)
    asker.start()
    began = time.monotonic()

    for _ in range(6):
        catalog.at_hand(silent)
    in_the_background = catalog.at_hand(endpoint, wait_s=5)
    refreshed = catalog.get(endpoint, refresh=True)

    assert time.monotonic() - began < 3
    assert ids(in_the_background) == ids(refreshed) == ["a"]
    assert asker.is_alive()
    engine.close()
    asker.join(5)


def test_a_slow_list_is_given_a_moment_once_and_then_comes_meanwhile(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine, catalog = with_limits(store, Limits())
    may_answer = threading.Event()
    upstream.models_steps = (wait_for(may_answer), status(200, {"data": [{"id": "a"}]}))
    moments = [time.monotonic()]

    for _ in range(3):
        assert catalog.at_hand(endpoint, wait_s=0.5) == Listing((), None)
        moments.append(time.monotonic())
    may_answer.set()
    wait_until(lambda: catalog.peek(endpoint) is not None)

    assert 0.45 <= moments[1] - moments[0] < 2
    assert moments[3] - moments[1] < 0.25
    assert ids(catalog.at_hand(endpoint)) == ["a"]
    assert len(upstream.requests) == 1
    engine.close()


def test_a_list_that_failed_is_soon_asked_for_again(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine, catalog = with_limits(store, replace(SHORT, catalog_failed_s=0.01))
    upstream.models_steps = (status(503, "busy"),)
    failed = catalog.get(endpoint)
    upstream.models_steps = ()
    lists(upstream, "a")
    time.sleep(0.02)

    well = catalog.get(endpoint)

    assert failed.notice is not None
    assert (ids(well), well.notice) == (["a"], None)
    assert catalog.get(endpoint) is well
    engine.close()


def test_a_fetch_that_never_returns_is_given_up_too(
    catalog: CatalogCache, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.catalog.listing.WAIT_EXTRA_S", -1.5)

    listing = catalog.get(endpoint)

    assert listing.notice is not None
    assert listing.notice.kind == "TimedOut"


def test_closing_the_engine_ends_a_fetch_that_is_under_way(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine, catalog = with_limits(store, Limits())
    upstream.models_steps = (silence(),)
    catalog.at_hand(endpoint)
    wait_until(lambda: len(upstream.requests) == 1)
    began = time.monotonic()

    engine.close()
    engine.connecting.shutdown(wait=True)

    assert time.monotonic() - began < 3
    assert upstream.requests[0].wait_for_disconnect(2)
