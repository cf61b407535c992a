"""Stop: it reaches the endpoint at once, in any phase, and what had arrived stays part of the conversation."""

from __future__ import annotations

from pathlib import Path

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState, Role
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.reply import Phase
from parley.store import Store
from parley.usage import State
from tests.conftest import SHORT
from tests.parley.talk import begin, priced, say, wait_until
from tests.upstream import Upstream, silence, status, tokens


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
    conversation_id: str | None = None
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
