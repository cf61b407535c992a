"""The life of a reply: stored at once, run apart from any page, never lost, its key never kept."""

from __future__ import annotations

import threading
import weakref
from dataclasses import replace
from decimal import Decimal

import pytest

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from parley.errors import LocalModelError, StoreError
from parley.reply import Phase
from parley.store import Store
from tests.conftest import SHORT
from tests.parley.talk import begin, priced, say, wait_until
from tests.upstream import (
    Upstream,
    done,
    finish,
    role,
    silence,
    status,
    text,
    tokens,
    usage,
    wait_for,
)


def test_a_reply_and_its_receipt_are_stored_before_anyone_hears_that_it_ended(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(
        role(), text("Hello"), finish(), usage(1204, 318, cached=900, reasoning=210), done()
    )

    reply = say(engine, endpoint, model=priced(8192))

    assert engine.running(OWNER, reply.conversation_id) is None
    _, answer = engine.store.messages(OWNER, reply.conversation_id)
    assert (answer.text, answer.state) == ("Hello", MessageState.COMPLETE)
    (entry,) = engine.store.ledger(OWNER)
    assert entry.outcome == reply.outcome
    assert entry.outcome is not None
    assert entry.outcome.cost.amount == Decimal("0.0002945")
    assert entry.request.context_window == 8192
    assert entry.request.composition == {"system": 0, "history": 0, "attachments": 0, "new": 5}


def test_the_partial_text_is_in_the_store_while_the_reply_runs(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    may_end = threading.Event()
    upstream.script(role(), text("So far"), wait_for(may_end), finish(), usage(1, 2), done())
    reply = begin(engine, endpoint)

    wait_until(lambda: engine.store.messages(OWNER, reply.conversation_id)[1].text == "So far")

    assert engine.running(OWNER, reply.conversation_id) is reply
    assert engine.running("somebody else", reply.conversation_id) is None
    assert reply.message.text == "So far"
    may_end.set()
    assert reply.wait_until_ended(5)


def test_more_requests_than_places_wait_their_turn(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=replace(SHORT, requests_at_once=1))
    may_end = threading.Event()
    upstream.script(role(), text("one"), wait_for(may_end), finish(), done())
    first = begin(engine, endpoint)
    upstream.wait_for_requests(1, 5)
    second = begin(engine, endpoint)

    wait_until(lambda: second.phase is Phase.QUEUED)

    assert len(upstream.chats) == 1
    assert len(store.ledger(OWNER)) == 1
    may_end.set()
    assert first.wait_until_ended(5)
    assert second.wait_until_ended(5)
    assert len(upstream.chats) == 2
    engine.close()


def test_the_endpoint_is_started_first_when_it_has_to_be(store: Store, upstream: Upstream) -> None:
    may_start = threading.Event()

    def start(_: Endpoint) -> Endpoint:
        assert may_start.wait(5)
        return Endpoint("This machine", upstream.base_url)

    engine = Engine(store, connect=start, is_ready=lambda _: False, limits=SHORT)
    reply = begin(engine, Endpoint("This machine", "", service=Service.LOCAL))
    wait_until(lambda: reply.phase is Phase.STARTING)

    may_start.set()

    assert reply.wait_until_ended(5)
    assert reply.message.state is MessageState.COMPLETE
    assert len(store.ledger(OWNER)) == 1
    engine.close()


def test_an_endpoint_that_runs_already_is_asked_at_once_and_is_in_the_ledger_before(
    store: Store, upstream: Upstream
) -> None:
    phases: list[Phase] = []

    def connect(endpoint: Endpoint) -> Endpoint:
        phases.append(reply.phase)
        return replace(endpoint, base_url=upstream.base_url)

    engine = Engine(store, connect=connect, limits=SHORT)
    may_connect = threading.Event()
    engine.call_soon(lambda: may_connect.wait(5))
    reply = begin(engine, Endpoint("This machine", "", service=Service.LOCAL))
    recorded = len(store.ledger(OWNER))
    may_connect.set()

    assert reply.wait_until_ended(5)
    assert (recorded, phases) == (1, [Phase.WAITING])
    assert reply.message.state is MessageState.COMPLETE
    engine.close()


def test_an_endpoint_that_cannot_be_started_is_a_notice_and_no_call(store: Store) -> None:
    def fail(_: Endpoint) -> Endpoint:
        raise LocalModelError

    engine = Engine(store, connect=fail, is_ready=lambda _: False, limits=SHORT)

    reply = say(engine, Endpoint("This machine", "", service=Service.LOCAL))

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "LocalModelError"
    assert store.ledger(OWNER) == []
    assert store.messages(OWNER, reply.conversation_id)[1] == reply.message
    engine.close()


def test_a_bug_of_ours_still_ends_the_reply(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Endpoint) -> Endpoint:
        raise KeyError("a bug")

    engine = Engine(store, connect=fail, is_ready=lambda _: False, limits=SHORT)

    reply = say(engine, Endpoint("This machine", "", service=Service.LOCAL))

    assert reply.message.state is MessageState.FAILED
    assert "a reply failed in our own code" in caplog.text
    engine.close()


def test_a_reply_that_cannot_be_stored_is_still_shown_and_says_so(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(engine.store, "finish_reply", full)

    reply = say(engine, endpoint, "Hi")

    assert reply.message.text == "You said: Hi"
    assert reply.unsaved is not None
    assert reply.unsaved.title == "The disk is full."


def test_a_reply_that_could_not_be_stored_is_stored_before_the_next_message(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(engine.store, "finish_reply", full)
        unsaved = say(engine, endpoint, "Hi")
        found = engine.running(OWNER, unsaved.conversation_id)
        with pytest.raises(StoreError, match="The disk is full"):
            engine.settle(OWNER, unsaved.conversation_id, 5)

    engine.settle(OWNER, unsaved.conversation_id, 5)

    assert found is unsaved
    assert engine.running(OWNER, unsaved.conversation_id) is None
    assert engine.store.messages(OWNER, unsaved.conversation_id)[1].text == "You said: Hi"
    assert engine.store.ledger(OWNER)[0].outcome == unsaved.outcome


def test_settling_stops_the_running_reply_and_waits_until_it_is_stored(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(tokens(500, 100))
    reply = begin(engine, endpoint)
    reply.wait(3, 5)

    engine.settle(OWNER, reply.conversation_id, 5)

    assert engine.store.messages(OWNER, reply.conversation_id)[1].state is MessageState.STOPPED
    engine.settle(OWNER, reply.conversation_id, 5)


def test_a_reply_that_does_not_end_in_time_is_told(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.script(tokens(500, 100))
    reply = begin(engine, endpoint)
    with monkeypatch.context() as patched:
        patched.setattr(reply, "stop", lambda: None)

        with pytest.raises(StoreError, match="could not be ended"):
            engine.settle(OWNER, reply.conversation_id, 0.05)

    assert engine.running(OWNER, reply.conversation_id) is reply


def test_a_fault_of_our_own_while_storing_still_ends_the_reply(
    upstream: Upstream,
    engine: Engine,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(engine.store, "finish_reply", broken)

    reply = say(engine, endpoint, "Hi")

    assert reply.unsaved is not None
    assert "could not be stored by a fault of our own" in caplog.text


def test_nothing_is_sent_when_the_question_cannot_be_stored(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(engine.store, "begin_turn", full)

    with pytest.raises(StoreError):
        begin(engine, endpoint)

    assert not upstream.requests


def test_connections_are_used_again(upstream: Upstream, engine: Engine, endpoint: Endpoint) -> None:
    first = say(engine, endpoint)
    for number in range(4):
        say(engine, endpoint, f"{number}", first.conversation_id)

    assert len({received.port for received in upstream.chats}) == 1


def test_the_key_stays_out_of_everything_that_is_kept(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    canary = "sk-canary-0123456789"
    upstream.script(status(401, {"error": {"message": f"bad key {canary}"}}))

    reply = say(engine, endpoint.with_key(ApiKey(canary)))

    assert upstream.chats[0].headers["authorization"] == f"Bearer {canary}"
    assert canary not in caplog.text
    assert canary not in repr(reply.message)
    files = [path.read_bytes() for path in engine.store.path.parent.iterdir() if path.is_file()]
    assert not any(canary.encode() in content for content in files)


def test_a_call_that_takes_too_long_is_given_up(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.models_steps = (silence(),)

    with pytest.raises(TimeoutError):
        engine.call(engine.gateway.list_models(endpoint), 0.2)


def test_what_ran_apart_is_let_go_at_its_end(engine: Engine) -> None:
    async def nothing() -> None: ...

    held = threading.Event()
    gone = weakref.ref(held)

    engine.run_apart(nothing(), held.set)
    del held

    wait_until(lambda: gone() is None)
