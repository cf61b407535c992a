"""Usage and cost of a whole conversation: the same figures as in the ledger, without its long parts."""

from __future__ import annotations

import time
from dataclasses import replace

from parley.store import CallUsage, Store
from tests.parley.store.turns import (
    ANN,
    conversation,
    ended,
    full_outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)

LONG_TRACK = tuple((number * 20, number * 5) for number in range(300))


def test_each_call_has_its_figures_in_the_order_of_sending(store: Store) -> None:
    thread = conversation()
    asked = question(thread)
    reply = reply_to(asked)
    first, second = request_for(reply), request_for(reply)
    store.begin_turn(ANN, user=asked, reply=reply, request=first, conversation=thread)
    store.add_request(ANN, second)
    outcome = full_outcome_of(second)
    store.finish_reply(ANN, ended(reply), outcome)

    bare_cost = replace(outcome.cost, lines=(), source="", as_of=None)
    assert store.usage_of_conversation(ANN, thread.id) == [
        None,
        CallUsage(outcome.state, outcome.usage, bare_cost, outcome.error_kind, outcome.http_status),
    ]


def test_another_conversation_adds_nothing(store: Store) -> None:
    _, one, _ = put_turn(store)
    put_turn(store)

    assert store.usage_of_conversation(ANN, one.conversation_id) == [None]


def test_the_figures_of_many_long_replies_are_read_far_quicker_than_their_ledger(
    store: Store,
) -> None:
    thread = store.create_conversation(ANN, title="", endpoint="", model="")
    for _ in range(150):
        reply = reply_to(question(thread))
        request = request_for(reply)
        store.begin_turn(ANN, user=None, reply=replace(reply, parent_id=None), request=request)
        store.finish_reply(ANN, reply, replace(full_outcome_of(request), timing_track=LONG_TRACK))

    began = time.perf_counter()
    entries = store.ledger(ANN, conversation_id=thread.id)
    ledger_s = time.perf_counter() - began
    began = time.perf_counter()
    calls = store.usage_of_conversation(ANN, thread.id)
    calls_s = time.perf_counter() - began

    assert len(calls) == len(entries) == 150
    assert calls_s < ledger_s / 3
