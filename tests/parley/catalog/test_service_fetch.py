"""The public catalog over a real socket: without a key, seldom, bounded, kept on disk, and only for whom it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from parley import transport
from parley.catalog.service_fetch import PublicCatalog
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from parley.errors import ReplyTooLarge, StoreError, WrongBaseUrl
from parley.limits import MEGABYTE
from parley.store import Store
from tests.conftest import SHORT
from tests.parley.catalog.catalog_rows import FLASH, NEW, body, row
from tests.parley.catalog.public import (
    UNREACHED,
    UNREAD,
    catalog_ids,
    fetched,
    kept,
    put,
    served,
)
from tests.parley.talk import wait_until
from tests.upstream import (
    Step,
    Upstream,
    begin,
    cut,
    raw,
    redirect,
    silence,
    status,
    text,
    wait_for,
)

Make = Callable[..., PublicCatalog]


@pytest.fixture
def wandb(endpoint: Endpoint) -> Endpoint:
    return replace(endpoint, key=ApiKey("canary-key"), project="a/b", service=Service.WANDB)


@pytest.fixture
def make(engine: Engine, upstream: Upstream, tmp_path: Path) -> Make:
    """The catalog of an upstream that answers at its `/v1/models`."""
    upstream.models = {"models": [row()]}
    return partial(served, engine, upstream, tmp_path)


def test_the_catalog_is_fetched_once_and_without_any_key(
    make: Make, upstream: Upstream, wandb: Endpoint
) -> None:
    public = make()
    before = datetime.now(UTC)

    found = fetched(public, wandb)
    public.look(wandb)

    assert catalog_ids(public, wandb) == [FLASH]
    assert found.fetched_at is not None
    assert before <= found.fetched_at <= datetime.now(UTC)
    assert (found.host, found.trouble, found.is_off) == ("127.0.0.1", "", False)
    (request,) = upstream.requests
    assert set(request.headers) == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert "canary" not in str(request)


@pytest.mark.parametrize("service", [each for each in Service if each is not Service.WANDB])
def test_nothing_is_fetched_for_another_service(
    make: Make, upstream: Upstream, endpoint: Endpoint, service: Service
) -> None:
    public = make()
    other = replace(endpoint, service=service)

    fetched(public, other)

    assert public.known(other) == (None, None)
    assert upstream.requests == []


def test_nothing_is_fetched_before_somebody_looks(
    make: Make, upstream: Upstream, wandb: Endpoint
) -> None:
    assert make().at_hand(wandb) is None
    assert upstream.requests == []


def test_switched_off_nothing_is_fetched_and_what_was_fetched_before_counts(
    make: Make, upstream: Upstream, wandb: Endpoint, tmp_path: Path
) -> None:
    put(tmp_path, make(), timedelta(days=9), body(row(NEW)))
    public = make(is_wanted=lambda: False)

    found = fetched(public, wandb)

    assert (catalog_ids(public, wandb), found.is_off) == ([NEW], True)
    assert upstream.requests == []


def test_a_choice_that_cannot_be_read_counts_as_off(
    make: Make, upstream: Upstream, wandb: Endpoint
) -> None:
    def unreadable() -> bool:
        raise StoreError

    assert fetched(make(is_wanted=unreadable), wandb).is_off
    assert upstream.requests == []


FAULTS = {
    "silence": ((silence(),), UNREACHED),
    "silence-after-the-head": ((begin(), text("x"), silence()), UNREACHED),
    "cut": ((begin(), text("x"), cut()), UNREACHED),
    "500": ((status(500, "no"),), UNREAD),
    "404": ((status(404, {"error": "no"}),), UNREAD),
    "html": ((status(200, "<html>Sign in</html>"),), UNREAD),
    "no-catalog": ((status(200, {"data": [{"id": "a"}]}),), UNREAD),
    "no-model": ((status(200, {"models": [{"id": "a"}, 7]}),), UNREAD),
    "deep": ((status(200, "[" * 100_000),), UNREAD),
    "redirect": ((redirect("http://127.0.0.1:9/secret"),), UNREAD),
    "8-mb": ((begin(), raw(b"x" * MEGABYTE, times=9)), UNREAD),
    "compressed": ((status(200, "x", {"Content-Encoding": "gzip"}),), UNREAD),
}


@pytest.mark.parametrize(("script", "trouble"), FAULTS.values(), ids=FAULTS)
def test_a_fetch_that_fails_says_why_keeps_what_there_was_and_waits_before_the_next(
    make: Make,
    upstream: Upstream,
    wandb: Endpoint,
    tmp_path: Path,
    script: tuple[Step, ...],
    trouble: str,
) -> None:
    put(tmp_path, make(), timedelta(days=2), body(row(NEW)))
    public = make()
    upstream.models_steps = script

    found = fetched(public, wandb)
    public.look(wandb)

    assert (found.trouble, catalog_ids(public, wandb)) == (trouble, [NEW])
    assert found.fetched_at is not None
    assert datetime.now(UTC) - found.fetched_at > timedelta(days=1)
    assert len(upstream.requests) == 1


def test_a_fault_of_our_own_ends_the_fetch_and_keeps_what_there_was(
    make: Make,
    wandb: Endpoint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    public = make()
    put(tmp_path, public, timedelta(days=2), body(row(NEW)))
    assert catalog_ids(public, wandb) == [NEW]
    monkeypatch.setattr("parley.catalog.service_fetch.parse_catalog", lambda *_: 1 / 0)
    caplog.set_level(logging.CRITICAL)

    found = fetched(public, wandb)

    assert (found.trouble, catalog_ids(public, wandb)) == (UNREAD, [NEW])


def test_a_server_that_is_not_there_is_no_more_than_trouble(
    engine: Engine, wandb: Endpoint, tmp_path: Path
) -> None:
    public = PublicCatalog(engine, tmp_path, address="http://127.0.0.1:9/models")

    assert fetched(public, wandb).trouble == UNREACHED
    assert not kept(tmp_path).exists()


def test_e5_a_redirect_is_not_followed(engine: Engine, upstream: Upstream) -> None:
    upstream.models_steps = (redirect(f"{upstream.origin}/elsewhere"),)

    with pytest.raises(WrongBaseUrl):
        engine.call(transport.fetch_public(f"{upstream.base_url}/models", SHORT), 5)

    assert [request.path for request in upstream.requests] == ["/v1/models"]


def test_e9_no_more_is_read_than_a_model_list_may_have(engine: Engine, upstream: Upstream) -> None:
    upstream.models_steps = (begin(), raw(b"x" * MEGABYTE, times=9))

    with pytest.raises(ReplyTooLarge):
        engine.call(transport.fetch_public(f"{upstream.base_url}/models", SHORT), 5)


def test_after_a_failure_it_is_asked_for_again_later(
    make: Make, upstream: Upstream, wandb: Endpoint
) -> None:
    public = make(failed_s=0.05)
    upstream.models_steps = (status(500, "no"),)
    failed = fetched(public, wandb)
    upstream.models_steps = ()
    time.sleep(0.06)

    well = fetched(public, wandb)

    assert (failed.trouble, failed.fetched_at) == (UNREAD, None)
    assert (well.trouble, catalog_ids(public, wandb)) == ("", [FLASH])


def test_an_old_catalog_counts_until_the_new_one_has_come(
    make: Make, upstream: Upstream, wandb: Endpoint
) -> None:
    public = make(fresh_s=0.0)
    fetched(public, wandb)
    may_answer = threading.Event()
    upstream.models_steps = (wait_for(may_answer), status(200, {"models": [row(NEW)]}))

    public.look(wandb)
    public.wait(wandb, 30)
    meanwhile, is_fetching = catalog_ids(public, wandb), public.state().is_fetching
    may_answer.set()
    wait_until(lambda: catalog_ids(public, wandb) == [NEW])

    assert (meanwhile, is_fetching) == ([FLASH], True)
    assert len(upstream.requests) == 2


def test_while_there_is_none_a_fetch_is_given_a_moment_once(
    make: Make, upstream: Upstream, wandb: Endpoint
) -> None:
    public = make()
    may_answer = threading.Event()
    upstream.models_steps = (wait_for(may_answer), status(200, {"models": [row()]}))
    moments = [time.monotonic()]

    for _ in range(3):
        public.look(wandb)
        public.wait(wandb, 0.3)
        moments.append(time.monotonic())
    may_answer.set()
    public.wait(wandb, 5)

    assert 0.25 <= moments[1] - moments[0] < 2
    assert moments[3] - moments[1] < 0.25
    assert catalog_ids(public, wandb) == [FLASH]
    assert len(upstream.requests) == 1


def test_entries_that_cannot_be_read_are_counted(
    make: Make, upstream: Upstream, wandb: Endpoint
) -> None:
    upstream.models = {"models": [row(), 7, None]}

    assert fetched(make(), wandb).unreadable == 2


def test_closing_the_engine_ends_a_fetch_that_is_under_way(
    store: Store, upstream: Upstream, wandb: Endpoint, tmp_path: Path
) -> None:
    closing = Engine(store)
    public = PublicCatalog(closing, tmp_path, address=f"{upstream.base_url}/models")
    upstream.models_steps = (silence(),)
    public.look(wandb)
    wait_until(lambda: len(upstream.requests) == 1)
    began = time.monotonic()

    closing.close()
    closing.connecting.shutdown(wait=True)

    assert time.monotonic() - began < 3
    assert public.state().trouble == UNREACHED
