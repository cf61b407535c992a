"""How a reply is written when something is in the way: a full store, a busy endpoint, a Stop at an odd moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import StoreError
from parley.limits import Limits
from parley.reply import Phase
from parley.store import Store
from parley.usage import UNKNOWN
from tests.conftest import SHORT
from tests.parley.talk import begin, say, wait_until
from tests.upstream import Step, Upstream, done, finish, role, silence, status, text, wait_for

USAGE_REFUSED = {"error": {"message": "Extra inputs are not permitted: stream_options"}}


def full(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.")


def kinds(engine: Engine) -> list[str | None]:
    """How each call in the ledger ended, in order."""
    outcomes = [entry.outcome for entry in engine.store.ledger(OWNER)]
    return [outcome.error_kind if outcome else "none" for outcome in outcomes]


def with_limits(store: Store, **limits: object) -> Engine:
    return Engine(store, limits=replace(SHORT, **limits))  # type: ignore[arg-type]


def test_a_reply_that_is_stopped_before_it_began_sends_nothing(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    may_begin = threading.Event()
    engine.call_soon(lambda: may_begin.wait(5))
    reply = begin(engine, endpoint)

    reply.stop()
    may_begin.set()

    assert reply.wait_until_ended(5)
    assert reply.message.state is MessageState.STOPPED
    assert upstream.requests == []
    (entry,) = engine.store.ledger(OWNER)
    assert entry.outcome is not None
    assert entry.outcome.usage.output_tokens == UNKNOWN


def test_stop_after_the_end_changes_nothing(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    reply = say(engine, endpoint, "Hi")

    reply.stop()
    say(engine, endpoint, "Next", reply.conversation_id)

    stored = engine.store.messages(OWNER, reply.conversation_id)[1]
    assert (stored.text, stored.state) == ("You said: Hi", MessageState.COMPLETE)


def test_a_stop_while_waiting_for_a_place_sends_nothing_and_is_in_no_ledger(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = with_limits(store, requests_at_once=1)
    may_end = threading.Event()
    upstream.script(role(), text("one"), wait_for(may_end), finish(), done())
    first = begin(engine, endpoint)
    upstream.wait_for_requests(1)
    second = begin(engine, endpoint)
    wait_until(lambda: second.phase is Phase.QUEUED)

    second.stop()

    assert second.wait_until_ended(5)
    assert second.message.state is MessageState.STOPPED
    may_end.set()
    assert first.wait_until_ended(5)
    assert len(upstream.chats) == len(store.ledger(OWNER)) == 1
    engine.close()


def test_a_checkpoint_that_fails_is_not_the_end(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def fail(*_: object, **__: object) -> None:
        failed.set()
        raise StoreError("The disk is full.")

    monkeypatch.setattr(engine.store, "checkpoint", fail)
    upstream.script(role(), text("So far"), wait_for(failed), text(", so good"), finish(), done())

    reply = say(engine, endpoint)

    assert reply.message.text == "So far, so good"
    assert (reply.message.notice, reply.unsaved) == (None, None)


def test_a_checkpoint_is_written_only_when_something_came(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    keep = engine.store.checkpoint

    def count(owner: str, reply_id: str, *, text: str, reasoning: str) -> None:
        written.append(text)
        keep(owner, reply_id, text=text, reasoning=reasoning)

    monkeypatch.setattr(engine.store, "checkpoint", count)
    may_end = threading.Event()
    upstream.script(role(), text("So far"), wait_for(may_end), finish(), done())
    reply = begin(engine, endpoint)
    wait_until(lambda: bool(written))

    time.sleep(4 * engine.limits.checkpoint_s)
    may_end.set()

    assert reply.wait_until_ended(5)
    assert written == ["So far"]


def test_nothing_is_sent_when_the_ledger_cannot_be_written(
    store: Store, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Endpoint("This machine", "")
    engine = Engine(
        store,
        connect=lambda endpoint: replace(endpoint, base_url=upstream.base_url),
        is_ready=lambda _: False,
        limits=SHORT,
    )
    monkeypatch.setattr(store, "add_request", full)

    reply = say(engine, here)

    assert reply.message.notice is not None
    assert reply.message.notice.title == "The disk is full."
    assert upstream.chats == []
    engine.close()


@pytest.mark.parametrize(
    "refusal",
    [
        status(400, USAGE_REFUSED),
        status(422, {"detail": [{"loc": ["body", "stream_options"], "msg": "no"}]}),
        status(400, {"error": {"message": "no", "param": "stream_options.include_usage"}}),
    ],
    ids=["words", "fastapi", "parameter"],
)
def test_u38_a_refused_question_for_usage_is_recorded_and_asked_no_more(
    refusal: Step, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(refusal)

    reply = say(engine, endpoint)

    assert reply.message.state is MessageState.COMPLETE
    assert kinds(engine) == ["ParameterRejected", None]
    assert ["stream_options" in received.body for received in upstream.chats] == [True, False]
    last = engine.store.ledger(OWNER)[-1].request
    assert "stream_options" not in last.parameters


def test_u38_a_server_that_refuses_even_without_the_question_is_not_asked_for_ever(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.always(status(400, USAGE_REFUSED))

    reply = say(engine, endpoint)

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "ParameterRejected"
    assert len(upstream.chats) == 2


@pytest.mark.parametrize(
    ("limits", "answer", "requests"),
    [
        ({}, status(503, "busy"), 4),
        ({}, status(500, "broken"), 1),
        ({}, status(400, "no"), 1),
        ({"retry_wait_s": 0.01}, status(429, "busy"), 1),
        ({"retry_total_s": 0.12}, status(429, "busy"), 2),
        ({"retry_attempts": 0}, status(429, "busy"), 1),
    ],
    ids=["503", "500", "400", "too long a pause", "no time left", "never"],
)
def test_u6_only_a_busy_endpoint_is_asked_again_and_only_for_a_while(
    limits: dict[str, object], answer: Step, requests: int, store: Store, upstream: Upstream
) -> None:
    engine = with_limits(store, **limits)
    upstream.always(answer)

    reply = say(engine, Endpoint("Upstream", upstream.base_url))

    assert reply.message.state is MessageState.FAILED
    assert len(upstream.chats) == len(kinds(engine)) == requests
    engine.close()


def test_u6_the_pause_doubles_and_is_shown(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = with_limits(store, retry_default_s=0.1)
    upstream.script(status(429, "busy"))
    upstream.script(status(429, "busy"))
    reply = begin(engine, endpoint)

    wait_until(lambda: reply.phase is Phase.RETRYING)
    shown = reply.retry_at

    assert reply.wait_until_ended(5)
    assert shown is not None
    first, second, third = upstream.chats
    assert second.at - first.at >= 0.1
    assert third.at - second.at >= 0.2
    assert reply.retry_at is None
    engine.close()


def test_u22_a_call_that_was_accepted_is_never_sent_twice(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    busy_inside = {"error": {"code": 429, "message": "busy"}}
    upstream.script(status(200, busy_inside))

    reply = say(engine, endpoint)

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "TooManyRequests"
    assert len(upstream.chats) == 1


def at_once(upstream: Upstream, moment: Callable[[], bool]) -> int:
    wait_until(moment)
    return len(upstream.chats)


def test_s14_an_endpoint_that_says_too_many_at_once_gets_fewer_from_then_on(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=replace(Limits(), requests_at_once=2, retry_attempts=0))
    may_end = threading.Event()
    upstream.script(role(), text("x"), wait_for(may_end), finish(), done())
    upstream.script(status(429, "too many"))
    first = begin(engine, endpoint)
    upstream.wait_for_requests(1, 5)
    say(engine, endpoint)

    third = begin(engine, endpoint)
    running = at_once(upstream, lambda: third.phase is Phase.QUEUED)

    assert running == 2
    may_end.set()
    assert first.wait_until_ended(5)
    assert third.wait_until_ended(5)
    engine.close()


def test_s14_a_refusal_that_came_alone_lowers_nothing(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=replace(Limits(), requests_at_once=2, retry_attempts=0))
    upstream.script(status(429, "a rate limit"))
    say(engine, endpoint)
    may_end = threading.Event()
    upstream.always(role(), text("x"), wait_for(may_end), finish(), done())

    replies = [begin(engine, endpoint) for _ in range(2)]
    upstream.wait_for_requests(3, 5)

    may_end.set()
    assert all(reply.wait_until_ended(5) for reply in replies)
    engine.close()


def test_one_owner_never_finds_the_running_reply_of_another(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), silence())
    reply = begin(engine, endpoint)

    found = engine.running("somebody else", reply.conversation_id)

    assert found is None
    assert engine.running(OWNER, "another conversation") is None
    assert engine.running(OWNER, reply.conversation_id) is reply
