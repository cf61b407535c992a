"""How a reply ends when its connection, the store or Stop get in the way at the last moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import StoreError
from parley.usage import State
from tests.parley.talk import begin, priced, say
from tests.upstream import (
    Step,
    Upstream,
    body,
    cut,
    done,
    finish,
    reasoning,
    reset,
    role,
    silence,
    status,
    text,
    usage,
)

WHOLE = (role(), text("Whole"), finish(), usage(3, 1))


@pytest.mark.parametrize(
    "ending", [(done(), cut()), (done(), reset()), (cut(),), (reset(),), (silence(),), ()]
)
def test_a_reply_that_was_whole_is_complete_however_its_connection_ends(
    ending: tuple[Step, ...], upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*WHOLE, *ending)

    reply = say(engine, endpoint)

    assert (reply.message.state, reply.message.notice) == (MessageState.COMPLETE, None)
    assert reply.outcome is not None
    assert reply.outcome.usage.output_tokens.value == 1
    assert reply.outcome.usage.output_tokens.state is State.REPORTED


def test_a_page_that_is_no_chat_reply_is_not_costed(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(body(b"<html>", content_type="text/html"))

    reply = say(engine, endpoint, model=priced())

    assert reply.outcome is not None
    assert not reply.outcome.usage.input_tokens.is_known
    assert reply.outcome.cost.amount is None


def test_a_buffered_reply_has_no_measured_speed(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("a " * 400, size=200), finish(), usage(3, 400), done())

    reply = say(engine, endpoint)

    assert reply.outcome is not None
    assert reply.outcome.tokens_per_second is None


def test_a_wait_that_is_too_long_is_told_in_the_advice(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(429, "", headers={"Retry-After": "90"}))

    reply = say(engine, endpoint)

    assert reply.message.notice is not None
    assert "1 min 30 s" in reply.message.notice.advice


@pytest.mark.parametrize("last", [reasoning("hm"), role()])
def test_a_question_without_an_answer_is_not_built_upon(
    last: Step, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(last, finish("length"), usage(3, 9), done())
    first = say(engine, endpoint, "First question")

    say(engine, endpoint, "First question", first.conversation_id)

    assert upstream.chats[1].body["messages"] == [{"role": "user", "content": "First question"}]
    assert len(engine.store.messages(OWNER, first.conversation_id)) == 2


def held_back(
    write: Callable[..., None], began: threading.Event, may_go_on: threading.Event
) -> Callable[..., None]:
    def slow(*values: object) -> None:
        began.set()
        assert may_go_on.wait(5)
        write(*values)

    return slow


@pytest.mark.parametrize("step", ["add_outcome", "add_request"])
def test_stop_while_the_ledger_is_written_leaves_no_false_row(
    step: str,
    upstream: Upstream,
    engine: Engine,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began, may_go_on = threading.Event(), threading.Event()
    write = getattr(engine.store, step)
    monkeypatch.setattr(engine.store, step, held_back(write, began, may_go_on))
    upstream.always(status(429, "", headers={"Retry-After": "0"}))
    reply = begin(engine, endpoint, model=priced())
    assert began.wait(5)

    reply.stop()
    time.sleep(0.05)
    may_go_on.set()

    assert reply.wait_until_ended(5)
    entries = engine.store.ledger(OWNER)
    assert all(entry.outcome is not None for entry in entries)
    first = entries[0].outcome
    assert first is not None
    assert (first.http_status, first.state) == (429, MessageState.FAILED)
    assert all(entry.outcome and entry.outcome.cost.amount is None for entry in entries)


def test_a_refused_call_that_cannot_be_noted_does_not_end_the_reply(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(engine.store, "add_outcome", full)
    upstream.script(status(429, "", headers={"Retry-After": "0"}))

    reply = say(engine, endpoint, "Hi")

    assert reply.message.text == "You said: Hi"
    assert reply.message.notice is None


def test_two_tabs_that_send_at_once_take_turns(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    first = say(engine, endpoint, "Begin")
    conversation_id = first.conversation_id

    def send(number: int) -> None:
        with engine.turns_of(conversation_id):
            engine.settle(OWNER, conversation_id, 5)
            begin(engine, endpoint, f"tab {number}", conversation_id)

    tabs = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(10)
    engine.settle(OWNER, conversation_id, 5)

    shown = [message.text for message in engine.store.messages(OWNER, conversation_id)]
    assert {f"tab {number}" for number in range(8)} <= set(shown)
