"""Conversations, their active path, the ledger's two halves, and what belongs to whom."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from parley.conversation import Conversation, Message, MessageState, Request
from parley.errors import StoreError
from parley.store import SavedEndpoint, Store
from tests.parley.store.turns import (
    ANN,
    NOON,
    conversation,
    ended,
    full_outcome_of,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)


def thread_of(store: Store, message: Message, owner: str = ANN) -> Conversation:
    found = store.conversation(owner, message.conversation_id)
    assert found is not None
    return found


def test_a_new_conversation_is_found_again(store: Store) -> None:
    made = store.create_conversation(ANN, title="Rust?", endpoint="OpenAI", model="gpt")

    assert store.conversation(ANN, made.id) == made
    assert (made.title, made.endpoint, made.model) == ("Rust?", "OpenAI", "gpt")
    assert store.messages(ANN, made.id) == []
    assert store.message_count(ANN, made.id) == 0


def test_conversations_come_with_the_last_written_first_even_if_the_clock_goes_back(
    store: Store,
) -> None:
    """D-17"""
    first, second, third = (conversation(title) for title in ("1", "2", "3"))
    for thread, day in ((first, 3), (second, 2), (third, 1)):
        asked = question(thread)
        reply = reply_to(asked)
        request = replace(request_for(reply), sent_at=NOON + timedelta(days=day))
        store.begin_turn(ANN, user=asked, reply=reply, request=request, conversation=thread)

    put_turn(store, thread=first)

    assert [thread.title for thread in store.conversations(ANN)] == ["1", "3", "2"]
    assert [thread.title for thread in store.conversations(ANN, limit=1)] == ["1"]


def test_a_reply_that_ends_moves_its_conversation_to_the_head(store: Store) -> None:
    _, reply, request = put_turn(store)
    store.create_conversation(ANN, title="Later", endpoint="", model="")

    store.finish_reply(ANN, ended(reply), outcome_of(request))

    (first, _) = store.conversations(ANN)
    assert first.id == reply.conversation_id


def test_a_choice_of_endpoint_and_model_is_remembered(store: Store) -> None:
    made = store.create_conversation(ANN, title="", endpoint="OpenAI", model="gpt")

    store.choose(ANN, made.id, endpoint="Ollama", model="qwen")

    assert store.conversation(ANN, made.id) == replace(made, endpoint="Ollama", model="qwen")


def test_the_active_path_is_that_of_the_newest_message_whatever_the_clock_says(
    store: Store,
) -> None:
    """D-17"""
    asked, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply), outcome_of(request))
    thread = thread_of(store, asked)
    again = replace(reply_to(asked), created_at=NOON - timedelta(days=400))

    store.begin_turn(ANN, user=None, reply=again, request=request_for(again))

    assert store.messages(ANN, thread.id) == [asked, again]
    assert store.message_count(ANN, thread.id) == 2
    assert store.message(ANN, reply.id) == ended(reply)


@pytest.mark.parametrize(("limit", "kept"), [(1, 1), (3, 3), (6, 6), (7, 6), (None, 6)])
def test_the_last_messages_of_the_path_come_in_order(
    store: Store, limit: int | None, kept: int
) -> None:
    asked, reply, _ = put_turn(store)
    thread = thread_of(store, asked)
    path = [asked, reply]
    for _ in range(2):
        path += put_turn(store, thread=thread)[:2]

    assert store.messages(ANN, thread.id, limit=limit) == path[-kept:]


@pytest.mark.parametrize("skip", [0, 1, 3, 4, 5])
def test_the_earliest_messages_of_the_path_can_be_left_out(store: Store, skip: int) -> None:
    asked, reply, _ = put_turn(store)
    thread = thread_of(store, asked)
    path = [asked, reply, *put_turn(store, thread=thread)[:2]]

    assert store.messages(ANN, thread.id, skip=skip) == path[skip:]


def test_the_end_of_a_thousand_messages_is_read_quickly(store: Store) -> None:
    thread = store.create_conversation(ANN, title="", endpoint="", model="")
    parent: Message | None = None
    for _ in range(500):
        asked = question(thread, parent, text="x" * 2000)
        parent = reply_to(asked)
        store.begin_turn(ANN, user=asked, reply=parent, request=request_for(parent))

    began = time.perf_counter()
    last = store.messages(ANN, thread.id, limit=30)
    tail_s = time.perf_counter() - began
    count = store.message_count(ANN, thread.id)
    assert store.messages(ANN, thread.id, skip=970) == last

    assert (len(last), last[-1], count) == (30, parent, 1000)
    assert tail_s < 0.25
    assert time.perf_counter() - began < 0.5


def test_partial_text_is_kept_until_the_reply_has_ended(store: Store) -> None:
    _, reply, request = put_turn(store)

    store.checkpoint(ANN, reply.id, text="Bec", reasoning="H")
    halfway = store.message(ANN, reply.id)
    store.finish_reply(ANN, ended(reply), outcome_of(request))
    store.checkpoint(ANN, reply.id, text="late", reasoning="late")

    assert halfway == replace(reply, text="Bec", reasoning="H")
    assert store.message(ANN, reply.id) == ended(reply)


def test_the_first_end_of_a_reply_stands(store: Store) -> None:
    """D-11"""
    _, reply, request = put_turn(store)
    stopped = full_outcome_of(request)

    store.finish_reply(ANN, ended(reply), stopped)
    store.finish_reply(ANN, replace(ended(reply), text="other"), outcome_of(request))

    assert store.message(ANN, reply.id) == ended(reply)
    assert [entry.outcome for entry in store.ledger(ANN)] == [stopped]


def finish_as(
    state: MessageState, store: Store, reply: Message, request: Request, start: Barrier
) -> None:
    start.wait()
    store.finish_reply(ANN, replace(reply, text=state, state=state), outcome_of(request, state))


def test_stop_and_end_at_the_same_instant_leave_one_of_them_whole(store: Store) -> None:
    """D-11"""
    for _ in range(20):
        _, reply, request = put_turn(store)
        start = Barrier(2)

        racers = [
            Thread(target=finish_as, args=(state, store, reply, request, start))
            for state in (MessageState.STOPPED, MessageState.COMPLETE)
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()

        stored = store.message(ANN, reply.id)
        (entry,) = store.ledger(ANN, reply_ids=[reply.id])
        assert stored is not None
        assert entry.outcome is not None
        assert stored.text == stored.state == entry.outcome.state


def test_each_attempt_at_a_reply_has_its_own_row_in_the_order_of_sending(store: Store) -> None:
    _, reply, first = put_turn(store)
    refused = replace(outcome_of(first, MessageState.FAILED), http_status=429)
    second = replace(request_for(reply), sent_at=NOON - timedelta(hours=1))

    store.add_outcome(ANN, refused)
    store.add_outcome(ANN, outcome_of(first))
    store.add_request(ANN, second)

    ledger = store.ledger(ANN, reply_ids={reply.id})
    assert [(entry.request, entry.outcome) for entry in ledger] == [
        (first, refused),
        (second, None),
    ]


def test_the_ledger_can_be_asked_for_a_conversation_some_replies_or_all(store: Store) -> None:
    _, one, _ = put_turn(store)
    _, two, _ = put_turn(store)

    def replies(**wanted: object) -> list[str]:
        return [entry.request.reply_id for entry in store.ledger(ANN, **wanted)]  # type: ignore[arg-type]

    assert replies() == [one.id, two.id]
    assert replies(conversation_id=two.conversation_id) == [two.id]
    assert replies(reply_ids=[one.id]) == [one.id]
    assert replies(reply_ids=[]) == []
    assert replies(conversation_id=two.conversation_id, reply_ids=[one.id]) == []


def test_an_outcome_needs_its_request(store: Store) -> None:
    _, reply, _ = put_turn(store)
    unsent = request_for(reply)

    with pytest.raises(StoreError):
        store.finish_reply(ANN, ended(reply), outcome_of(unsent))

    assert store.message(ANN, reply.id) == reply


@pytest.mark.parametrize("table", ["requests", "outcomes"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE {} SET attempt_id = 'x'", "DELETE FROM {}", "REPLACE INTO {0} SELECT * FROM {0}"],
)
def test_a_row_of_the_ledger_is_never_changed(
    file_store: Store, folder: Path, table: str, change: str
) -> None:
    _, reply, request = put_turn(file_store)
    file_store.finish_reply(ANN, ended(reply), full_outcome_of(request))
    before = file_store.ledger(ANN)
    direct = sqlite3.connect(folder / "parley.db")
    direct.execute("PRAGMA recursive_triggers=ON")

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        direct.execute(change.format(table))

    direct.close()
    assert file_store.ledger(ANN) == before


def test_endpoints_are_kept_by_name(store: Store) -> None:
    store.save_endpoint(ANN, name="b", base_url="http://b/v1", project=None)
    store.save_endpoint(ANN, name="a", base_url="http://old/v1", project="team/p")

    store.save_endpoint(ANN, name="a", base_url="http://a/v1", project="team/q")

    assert store.endpoints(ANN) == [
        SavedEndpoint("a", "http://a/v1", "team/q"),
        SavedEndpoint("b", "http://b/v1", None),
    ]
    store.delete_endpoint(ANN, "a")
    assert [endpoint.name for endpoint in store.endpoints(ANN)] == ["b"]


def test_a_preference_is_what_was_set_last(store: Store) -> None:
    assert store.preference(ANN, "model") is None

    store.set_preference(ANN, "model", "one")
    store.set_preference(ANN, "model", "")

    assert store.preference(ANN, "model") == ""


def test_what_a_request_is_made_of_is_read_without_the_rest(store: Store) -> None:
    asked, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply), outcome_of(request))
    whole = store.messages(ANN, asked.conversation_id)

    to_send = store.messages_to_send(ANN, asked.conversation_id)
    to_question = store.messages_to_send(ANN, asked.conversation_id, asked.id)

    def sent(message: Message) -> tuple[object, ...]:
        known = message.id, message.parent_id, message.conversation_id, message.role
        return *known, message.text, message.reasoning, message.state, message.tool_calls

    assert [sent(one) for one in to_send] == [sent(one) for one in whole]
    assert [one.id for one in to_question] == [asked.id]
    assert store.messages_to_send("bob", asked.conversation_id) == []
