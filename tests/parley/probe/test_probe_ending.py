"""How a probe ends: by Stop, with the app, by a full disk, by a fault of our own. What was measured is kept."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from parley.endpoint import ApiKey, Endpoint
from parley.engine import Engine
from parley.errors import StoreError
from parley.pricing.price import Price
from parley.probe import ProbeRun, Step, begin
from parley.store import Store
from tests.conftest import SHORT
from tests.parley.probe.probing import ANSWER, order, probed, result_of, rows
from tests.parley.talk import wait_until
from tests.upstream import (
    Upstream,
    role,
    silence,
    text,
)

A, B, C = Model("a"), Model("b"), Model("c")


def full(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.")


def no_price(_: Engine, __: str) -> Price | None:
    return None


def test_stop_ends_the_call_and_keeps_what_was_measured(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*ANSWER)
    upstream.script(*ANSWER)
    upstream.script(role(), text("so far"), silence())
    run = begin(engine, order(endpoint, A, B, C, steps=(Step.SCHEMA,)))
    upstream.wait_for_requests(3)
    wait_until(lambda: run.reply is not None and run.reply.written()[0] == "so far")

    run.stop()

    assert run.wait(5)
    assert run.was_stopped
    assert list(run.results) == ["a", "b"]
    assert Step.SCHEMA not in result_of(run, "b").checks
    assert set(engine.store.probes(OWNER, endpoint.name)) == {"a", "b"}
    assert upstream.chats[2].wait_for_disconnect(2)
    last = rows(engine)[-1].outcome
    assert last is not None
    assert last.state is MessageState.STOPPED


def test_a_stop_in_the_middle_of_a_step_keeps_the_steps_before_it(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*ANSWER)
    upstream.script(*ANSWER)
    upstream.script(silence())
    run = begin(engine, order(endpoint, A, steps=(Step.TOOLS, Step.VISION, Step.CACHE)))
    upstream.wait_for_requests(3)

    run.stop()

    assert run.wait(5)
    assert list(result_of(run, "a").checks) == [Step.TOOLS]
    assert len(upstream.chats) == 3
    assert set(engine.store.probes(OWNER, endpoint.name)) == {"a"}


def test_a_stop_between_two_calls_of_a_step_keeps_the_second_from_going_out(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.always(*ANSWER)
    finish_reply, runs = engine.store.finish_reply, list[ProbeRun]()
    may_finish = threading.Event()

    def stopped_meanwhile(*values: Any) -> None:
        may_finish.wait(5)
        if len(upstream.chats) == 2:
            runs[0].stop()
        finish_reply(*values)

    monkeypatch.setattr(engine.store, "finish_reply", stopped_meanwhile)
    runs.append(begin(engine, order(endpoint, A, steps=(Step.CACHE,))))
    may_finish.set()

    assert runs[0].wait(5)
    assert len(upstream.chats) == 2


def test_a_stop_before_the_first_word_leaves_no_result(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(silence())
    run = begin(engine, order(endpoint, A, B))
    upstream.wait_for_requests(1)

    run.stop()

    assert run.wait(5)
    assert run.results == {}
    assert engine.store.probes(OWNER, endpoint.name) == {}


def test_a_stop_after_the_first_word_keeps_its_time(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("one"), silence())
    run = begin(engine, order(endpoint, A, steps=(Step.TOOLS,)))
    wait_until(lambda: run.reply is not None and bool(run.reply.written()[0]))

    run.stop()

    assert run.wait(5)
    found = result_of(run, "a")
    assert (found.reached, found.notice, found.has_usage) == (True, None, None)
    assert found.time_to_first_token_s is not None


def test_a_probe_that_is_stopped_before_it_began_sends_nothing(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.always(*ANSWER)
    may_begin = threading.Event()
    engine.call_soon(lambda: may_begin.wait(5))
    run = begin(engine, order(endpoint, A, B, steps=(Step.TOOLS, Step.CACHE)))

    run.stop()
    may_begin.set()

    assert run.wait(5)
    assert upstream.requests == []
    assert run.results == {}


def test_stop_after_the_end_changes_nothing(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*ANSWER)
    run = probed(engine, endpoint)

    run.stop()

    assert not run.was_stopped


def test_an_app_that_ends_stops_its_probe_and_keeps_what_came(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=SHORT)
    upstream.script(*ANSWER)
    upstream.script(silence())
    run = begin(engine, order(endpoint, A, B))
    upstream.wait_for_requests(2)

    engine.close()

    assert run.ended
    assert set(store.probes(OWNER, endpoint.name)) == {"a"}
    assert [entry.outcome is not None for entry in store.ledger(OWNER)] == [True, True]


def test_d_what_cannot_be_stored_is_shown_all_the_same(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.script(*ANSWER)
    monkeypatch.setattr(engine.store, "save_probe", full)

    run = probed(engine, endpoint)

    assert run.unsaved == StoreError("The disk is full.").notice
    assert result_of(run).reached


def test_where_no_ledger_can_be_written_nothing_is_sent(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.store, "add_request", full)

    run = probed(engine, endpoint, A, B)

    assert upstream.requests == []
    assert run.notice is not None
    assert run.notice.kind == "StoreError"


def test_a_fault_of_our_own_ends_the_probe_and_is_said(
    engine: Engine,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("parley.probe.prober.exchange", lambda *_: None)
    caplog.set_level(logging.CRITICAL)

    run = probed(engine, endpoint)

    assert run.notice is not None
    assert run.notice.title == "Something went wrong."


def test_a_probe_that_has_ended_keeps_no_engine_alive(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    upstream.script(*ANSWER)
    engine = Engine(store, limits=SHORT)
    asked = replace(order(endpoint), price_of=partial(no_price, engine))
    run = begin(engine, asked)
    assert run.wait(5)
    engine.close()
    gone = weakref.ref(engine)

    del engine, asked
    gc.collect()

    assert gone() is None
    assert result_of(run).reached


def test_a_probe_that_has_ended_holds_no_key(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*ANSWER)

    run = probed(engine, endpoint.with_key(ApiKey("canary-key")))

    assert upstream.chats[0].headers["authorization"] == "Bearer canary-key"
    assert run.order.endpoint == endpoint
