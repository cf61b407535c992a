"""What belongs to one owner is neither seen nor changed by another, in any method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from parley.conversation import Message
from parley.errors import StoreError
from parley.pricing.price import Price
from parley.store import Store
from parley.wanted_calls import Dimension
from tests.parley.store.turns import (
    ANN,
    BOB,
    NOON,
    conversation,
    ended,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)

READS: dict[str, Callable[[Store, str, Message], object]] = {
    "conversation": lambda store, owner, reply: store.conversation(owner, reply.conversation_id),
    "conversations": lambda store, owner, reply: store.conversations(owner),
    "messages": lambda store, owner, reply: store.messages(owner, reply.conversation_id),
    "message_count": lambda store, owner, reply: store.message_count(owner, reply.conversation_id),
    "message": lambda store, owner, reply: store.message(owner, reply.id),
    "ledger": lambda store, owner, reply: store.ledger(owner),
    "ledger of a conversation": lambda store, owner, reply: store.ledger(
        owner, conversation_id=reply.conversation_id
    ),
    "ledger of a reply": lambda store, owner, reply: store.ledger(owner, reply_ids=[reply.id]),
    "usage of a conversation": lambda store, owner, reply: store.usage_of_conversation(
        owner, reply.conversation_id
    ),
    "endpoints": lambda store, owner, reply: store.endpoints(owner),
    "preference": lambda store, owner, reply: store.preference(owner, "model"),
    "snapshots": lambda store, owner, reply: store.snapshots(owner, "mine"),
    "a snapshot": lambda store, owner, reply: store.snapshot_at(owner, "mine", NOON),
    "own prices": lambda store, owner, reply: store.own_prices(owner, "mine"),
    "favourites": lambda store, owner, reply: store.favourites(owner, "mine"),
    "probes": lambda store, owner, reply: store.probes(owner, "mine"),
    "spent": lambda store, owner, reply: store.spent(owner).calls,
    "spent by model": lambda store, owner, reply: store.spent_by(owner, Dimension.MODEL),
    "a page of calls": lambda store, owner, reply: store.calls_page(owner).calls,
}

TWO_DOLLARS = Price(Decimal(2), Decimal(2))


def owned_by_ann(store: Store) -> Message:
    _, reply, request = put_turn(store)
    store.add_outcome(ANN, outcome_of(request))
    store.save_endpoint(ANN, name="mine", base_url="http://a/v1", project=None)
    store.set_preference(ANN, "model", "mine")
    _note(store, ANN, Price(Decimal(1), Decimal(1)))
    return reply


def _note(store: Store, owner: str, price: Price) -> None:
    store.save_snapshot(owner, "mine", "http://a/v1", NOON, {"a/b": {}})
    store.set_own_price(owner, "mine", "a/b", price, now=NOON)
    store.set_favourite(owner, "mine", "a/b", True)
    store.save_probe(owner, "mine", "a/b", NOON, {"input": str(price.input_per_mtok)})


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_another_owner_sees_nothing(
    store: Store, read: Callable[[Store, str, Message], object]
) -> None:
    reply = owned_by_ann(store)

    assert read(store, ANN, reply)
    assert not read(store, BOB, reply)


def _begin_turn(store: Store, reply: Message) -> None:
    theirs = replace(question(conversation()), conversation_id=reply.conversation_id)
    answer = reply_to(theirs)
    store.begin_turn(BOB, user=theirs, reply=answer, request=request_for(answer))


def _answer_below(store: Store, reply: Message) -> None:
    thread = conversation()
    theirs = replace(question(thread), parent_id=reply.id)
    answer = reply_to(theirs)
    store.begin_turn(
        BOB, user=theirs, reply=answer, request=request_for(answer), conversation=thread
    )


def _outcome(store: Store, reply: Message) -> None:
    (entry,) = store.ledger(ANN)
    store.add_outcome(BOB, outcome_of(entry.request))


def _finish(store: Store, reply: Message) -> None:
    mine = request_for(reply)
    store.add_request(BOB, mine)
    store.finish_reply(BOB, ended(reply), outcome_of(mine))


def _choose(store: Store, reply: Message) -> None:
    store.choose(BOB, reply.conversation_id, endpoint="x", model="x")


WRITES: dict[str, tuple[Callable[[Store, Message], None], bool]] = {
    "begin a turn in it": (_begin_turn, True),
    "answer below its message": (_answer_below, True),
    "end its attempt": (_outcome, True),
    "end its reply": (_finish, False),
    "choose its model": (_choose, False),
    "checkpoint its reply": (
        lambda store, reply: store.checkpoint(BOB, reply.id, text="x", reasoning="x"),
        False,
    ),
    "delete its endpoint": (lambda store, reply: store.delete_endpoint(BOB, "mine"), False),
    "take its endpoint's name": (
        lambda store, reply: store.save_endpoint(BOB, name="mine", base_url="x", project=None),
        False,
    ),
    "set its preference": (lambda store, reply: store.set_preference(BOB, "model", "x"), False),
    "note of its models": (lambda store, reply: _note(store, BOB, TWO_DOLLARS), False),
    "clear its own price": (lambda store, reply: store.clear_own_price(BOB, "mine", "a/b"), False),
    "take its favourite": (
        lambda store, reply: store.set_favourite(BOB, "mine", "a/b", False),
        False,
    ),
}


@pytest.mark.parametrize(("write", "is_refused"), WRITES.values(), ids=WRITES.keys())
def test_another_owner_changes_nothing(
    store: Store, write: Callable[[Store, Message], None], is_refused: bool
) -> None:
    reply = owned_by_ann(store)
    before = [read(store, ANN, reply) for read in READS.values()]

    if is_refused:
        with pytest.raises(StoreError):
            write(store, reply)
    else:
        write(store, reply)

    assert [read(store, ANN, reply) for read in READS.values()] == before


def test_two_owners_may_use_the_same_ids(store: Store) -> None:
    thread = conversation()
    asked = question(thread)
    reply = reply_to(asked)
    request = request_for(reply)

    for owner in (ANN, BOB):
        store.begin_turn(owner, user=asked, reply=reply, request=request, conversation=thread)
    store.finish_reply(BOB, ended(reply), outcome_of(request))

    assert store.messages(ANN, thread.id) == [asked, reply]
    assert store.messages(BOB, thread.id) == [asked, ended(reply)]
