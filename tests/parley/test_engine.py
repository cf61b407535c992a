"""The life of a reply: stored at once, stopped at once, never lost, never sent twice."""

from __future__ import annotations

import json
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parley.catalog.model import Fact, Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState, Role
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from parley.errors import LocalModelError, PromptRefused, StoreError
from parley.gateway import ChatCall
from parley.pricing.price import Price
from parley.reply import Phase
from parley.store import Store
from parley.turns import checked_prompt, wire_messages
from parley.usage import State
from tests.conftest import SHORT
from tests.parley.talk import MODEL, begin, say
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


def priced(window: int | None = None) -> Model:
    price = Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03"), source="a test")
    facts = [Fact("price", price, "a test")]
    if window:
        facts.append(Fact("context_window", window, "a test"))
    return Model("test-model", tuple(facts))


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


def test_the_next_message_carries_the_conversation_but_no_reasoning(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("<think>secret</think>Four"), finish(), usage(1, 1), done())

    first = say(engine, endpoint, "Two and two?")
    say(engine, endpoint, "And three?", first.conversation_id)

    assert first.message.reasoning == "secret"
    assert upstream.chats[1].body["messages"] == [
        {"role": "user", "content": "Two and two?"},
        {"role": "assistant", "content": "Four"},
        {"role": "user", "content": "And three?"},
    ]


def test_stop_reaches_the_endpoint_and_keeps_what_arrived(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(tokens(2000, 200))
    reply = begin(engine, endpoint, model=priced(4096))
    assert reply.wait(20, 5)

    reply.stop()

    assert reply.wait_until_ended(5)
    assert upstream.chats[0].wait_for_disconnect(2)
    assert reply.message.state is MessageState.STOPPED
    assert reply.message.text.startswith("w0 w1")
    assert engine.store.messages(OWNER, reply.conversation_id)[1].text == reply.message.text
    assert reply.outcome is not None
    output = reply.outcome.usage.output_tokens
    assert output.state is State.PARTIAL
    assert output.value is not None
    assert output.at_most is not None
    assert 0 < output.value < output.at_most
    assert reply.outcome.cost.state is State.PARTIAL


def test_stop_works_before_the_first_word_and_while_waiting_to_try_again(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(silence())
    upstream.script(status(429, "", headers={"Retry-After": "20"}))
    quiet = begin(engine, endpoint)
    upstream.wait_for_requests(1, 5)

    quiet.stop()

    assert quiet.wait_until_ended(2)
    busy = begin(engine, endpoint)
    wait_until(lambda: busy.phase is Phase.RETRYING)
    busy.stop()
    assert busy.wait_until_ended(2)
    assert [reply.message.state for reply in (quiet, busy)] == [MessageState.STOPPED] * 2


def wait_until(holds: Any, timeout_s: float = 5.0) -> None:
    until = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.005)


def test_a_stopped_reply_is_part_of_the_next_request(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(tokens(500, 100))
    first = begin(engine, endpoint, "Count")
    first.wait(5, 5)
    first.stop()
    first.wait_until_ended(5)

    say(engine, endpoint, "Go on", first.conversation_id)

    roles = [message["role"] for message in upstream.chats[1].body["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert upstream.chats[1].body["messages"][1]["content"] == first.message.text


def test_a_question_that_failed_without_a_word_is_replaced_when_it_is_sent_again(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(500, "no"))
    failed = say(engine, endpoint, "Hello?")

    again = say(engine, endpoint, "Hello?", failed.conversation_id)

    assert [message["content"] for message in upstream.chats[1].body["messages"]] == ["Hello?"]
    shown = engine.store.messages(OWNER, failed.conversation_id)
    assert [message.text for message in shown] == ["Hello?", again.message.text]


def test_another_question_after_a_failure_leaves_the_failed_one_on_the_page_but_does_not_send_it(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(500, "no"))
    failed = say(engine, endpoint, "First")

    say(engine, endpoint, "Second", failed.conversation_id)

    assert [message["content"] for message in upstream.chats[1].body["messages"]] == ["Second"]
    assert len(engine.store.messages(OWNER, failed.conversation_id)) == 4


def test_two_questions_in_a_row_go_out_as_one_message(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(silence())
    first = begin(engine, endpoint, "Wait")
    upstream.wait_for_requests(1, 5)
    first.stop()
    first.wait_until_ended(5)

    say(engine, endpoint, "More", first.conversation_id)

    assert upstream.chats[1].body["messages"] == [{"role": "user", "content": "Wait\n\nMore"}]


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
    from dataclasses import replace

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


def test_nothing_is_sent_when_the_question_cannot_be_stored(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(engine.store, "begin_turn", full)

    with pytest.raises(StoreError):
        begin(engine, endpoint)

    assert not upstream.requests


def test_closing_the_engine_stops_and_stores_what_runs(
    tmp_path: Path, upstream: Upstream, endpoint: Endpoint
) -> None:
    store = Store.open(tmp_path)
    engine = Engine(store, limits=SHORT)
    upstream.script(tokens(2000, 100))
    reply = begin(engine, endpoint)
    reply.wait(5, 5)

    engine.close()

    assert reply.ended
    assert store.messages(OWNER, reply.conversation_id)[1].state is MessageState.STOPPED
    reply.stop()
    store.close()


def test_fifty_replies_stopped_by_the_next_message_are_all_kept_in_order(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.always(tokens(400, 400))
    conversation_id = None
    for number in range(50):
        running = engine.running(OWNER, conversation_id) if conversation_id else None
        if running is not None:
            running.stop()
            assert running.wait_until_ended(5)
        reply = begin(engine, endpoint, f"message {number}", conversation_id)
        conversation_id = reply.conversation_id
        reply.wait(1 + number % 3, 5)
    reply.stop()
    assert reply.wait_until_ended(5)

    messages = engine.store.messages(OWNER, reply.conversation_id)

    asked = [message.text for message in messages if message.role is Role.USER]
    assert asked == [f"message {number}" for number in range(50)]
    assert len(messages) == 100
    assert len(engine.store.ledger(OWNER)) == len(upstream.chats) == 50


def test_connections_are_used_again(upstream: Upstream, engine: Engine, endpoint: Endpoint) -> None:
    first = say(engine, endpoint)
    for number in range(4):
        say(engine, endpoint, f"{number}", first.conversation_id)

    assert len({received.port for received in upstream.chats}) == 1


@pytest.mark.parametrize("typed", ["", "   \n", "\u200b\u200d", "\x00"])
def test_i_1_nothing_readable_is_not_sent(typed: str) -> None:
    with pytest.raises(PromptRefused):
        checked_prompt(typed)


def test_i_2_too_long_a_message_is_refused_with_its_length() -> None:
    with pytest.raises(PromptRefused, match="4,000,001"):
        checked_prompt("x" * 4_000_001)

    assert checked_prompt("x" * 4_000_000)


def test_what_is_sent_is_what_was_typed(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    typed = "  <script>alert(1)</script> $5 :red[x] \u202e![x](http://x)\n\ttab  "

    say(engine, endpoint, typed)

    assert upstream.chats[0].body["messages"][0]["content"] == typed
    assert wire_messages([]) == []


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


def test_further_parameters_reach_the_endpoint_as_they_are(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    call = ChatCall("m", ({"role": "user", "content": "x"},), {"temperature": 0.5, "my_own": [1]})

    class Deaf:
        def accepted(self, answer: object) -> None: ...
        def value(self, value: object) -> None: ...
        def done(self) -> None: ...

    engine.call(engine.gateway.stream_reply(endpoint, call, Deaf()), 5)

    body = json.loads(json.dumps(upstream.chats[0].body))
    assert (body["temperature"], body["my_own"]) == (0.5, [1])
    assert body["stream_options"] == {"include_usage": True}


def test_a_call_that_takes_too_long_is_given_up(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.models_steps = (silence(),)

    with pytest.raises(TimeoutError):
        engine.call(engine.gateway.list_models(endpoint), 0.2)

    assert MODEL.id == "test-model"
