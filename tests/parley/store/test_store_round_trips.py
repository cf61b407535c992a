"""What goes in comes out: every field, every digit, and unknown never as 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.conversation import Message, MessageState, Outcome, Request, Role
from parley.errors import Notice, StoreError
from parley.pricing.price import Cost, Price
from parley.store import SavedEndpoint, Store
from parley.usage import UNKNOWN, Count, State, Usage
from tests.parley.store.turns import (
    ANN,
    NOON,
    conversation,
    ended,
    full_outcome_of,
    full_request_for,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)


def put_through(store: Store, request: Request, outcome: Outcome) -> tuple[Request, Outcome | None]:
    store.add_request(ANN, request)
    store.add_outcome(ANN, outcome)
    (entry,) = store.ledger(ANN, reply_ids=[request.reply_id])
    return entry.request, entry.outcome


def test_a_turn_comes_back_with_every_field_and_its_conversation_follows_it(store: Store) -> None:
    thread = conversation()
    asked = question(thread)
    reply = replace(reply_to(asked), endpoint="Other", model="new-model")
    request = replace(full_request_for(reply), endpoint="Other", model="new-model")

    store.begin_turn(ANN, user=asked, reply=reply, request=request, conversation=thread)
    store.finish_reply(ANN, ended(reply), full_outcome_of(request))

    assert store.messages(ANN, thread.id) == [asked, ended(reply)]
    assert store.message(ANN, reply.id) == ended(reply)
    assert store.conversation(ANN, thread.id) == replace(
        thread,
        endpoint="Other",
        model="new-model",
        updated_at=NOON + timedelta(seconds=2),
        leaf_id=reply.id,
    )
    (entry,) = store.ledger(ANN, conversation_id=thread.id)
    assert (entry.request, entry.outcome) == (request, full_outcome_of(request))


def test_what_is_unknown_stays_unknown_and_zero_stays_zero(store: Store) -> None:
    _, reply, request = put_turn(store)
    zero = Count(0, State.REPORTED)

    store.finish_reply(ANN, replace(reply, state=MessageState.COMPLETE), outcome_of(request))
    other = request_for(reply)
    _, free = put_through(
        store,
        replace(other, reply_id="r2", price=Price(Decimal(0), Decimal(0), free=True)),
        replace(
            outcome_of(other),
            usage=Usage(zero, zero, zero, zero),
            raw_usage={},
            cost=Cost(Decimal(0), State.REPORTED, free=True),
            reported_cost=Decimal(0),
            http_status=0,
        ),
    )

    (entry,) = store.ledger(ANN, reply_ids=[reply.id])
    assert entry.request.price is None
    assert entry.outcome == outcome_of(request)
    assert free is not None
    assert free.usage == Usage(zero, zero, zero, zero)
    assert free.raw_usage == {}
    assert free.cost.amount == free.reported_cost == Decimal(0)
    assert free.cost.free


@given(
    amount=st.decimals(allow_nan=False, allow_infinity=False),
    value=st.none() | st.integers(0, 2**63 - 1),
    at_most=st.none() | st.integers(0, 2**63 - 1),
    state=st.sampled_from(State),
)
@settings(max_examples=60, deadline=None)
def test_money_and_counts_are_exact(
    shared: Store, amount: Decimal, value: int | None, at_most: int | None, state: State
) -> None:
    reply = reply_to(question(conversation()))
    request = replace(request_for(reply), price=Price(amount, amount, amount))
    outcome = replace(
        outcome_of(request),
        usage=Usage(output_tokens=Count(value, state, at_most)),
        cost=Cost(amount, state, amount),
        reported_cost=amount,
    )

    stored_request, stored = put_through(shared, request, outcome)

    assert stored == outcome
    assert stored is not None
    assert str(stored.cost.amount) == str(amount)
    assert str(stored_request.price) == str(request.price)


@pytest.mark.parametrize("impossible", [-1, 2**63, 10**30])
def test_a_number_that_cannot_be_is_unknown_and_the_reply_is_kept(
    store: Store, impossible: int
) -> None:
    request = replace(
        request_for(reply_to(question(conversation()))), context_window=abs(impossible) * 2**63
    )
    outcome = replace(
        outcome_of(request),
        usage=Usage(Count(impossible, State.REPORTED)),
        reported_cost=Decimal("NaN"),
        http_status=2**70,
    )

    stored_request, stored = put_through(store, request, outcome)

    assert stored_request.context_window is None
    assert stored is not None
    assert stored.usage.input_tokens == UNKNOWN
    assert (stored.reported_cost, stored.http_status) == (None, None)


def test_times_come_back_in_utc(store: Store) -> None:
    thread = conversation()
    tokyo = timezone(timedelta(hours=9))
    asked = replace(question(thread), created_at=datetime(2106, 2, 7, 6, 28, 16, tzinfo=tokyo))
    reply = reply_to(asked)

    store.begin_turn(ANN, user=asked, reply=reply, request=request_for(reply), conversation=thread)

    stored = store.messages(ANN, thread.id)[0].created_at
    assert stored == datetime(2106, 2, 6, 21, 28, 16, tzinfo=UTC)
    assert stored.tzinfo is UTC


HOSTILE = st.text(st.characters() | st.sampled_from("\0\ud800\udfff\u202e\x1b'%"), min_size=1)

RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner)
    ),
    max_leaves=8,
)


@given(raw=st.dictionaries(st.sampled_from("abc"), RAW))
@settings(max_examples=60, deadline=None)
def test_usage_as_received_is_kept_as_received(shared: Store, raw: dict[str, object]) -> None:
    request = request_for(reply_to(question(conversation())))

    _, stored = put_through(shared, request, replace(outcome_of(request), raw_usage=raw))

    assert stored is not None
    assert stored.raw_usage == raw


def test_what_json_cannot_say_does_not_stop_a_reply_from_being_kept(store: Store) -> None:
    deep: dict[str, object] = {}
    for _ in range(10_000):
        deep = {"in": deep}
    request = request_for(reply_to(question(conversation())))
    raw = {
        "nan": float("nan"),
        "huge": 2**5000,
        "odd": Path("x"),
        "sur\ud800": "\0\ud800",
        "d": deep,
    }

    _, stored = put_through(store, request, replace(outcome_of(request), raw_usage=raw))

    assert stored is not None
    assert stored.raw_usage is not None
    assert {name: stored.raw_usage[name] for name in ("nan", "huge", "odd", "sur\ufffd")} == {
        "nan": None,
        "huge": None,
        "odd": "x",
        "sur\ufffd": "\ufffd",
    }


@given(hostile=HOSTILE)
@settings(max_examples=100, deadline=None)
def test_any_text_in_any_field_is_kept_without_nul_and_lone_surrogates(
    shared: Store, hostile: str
) -> None:
    """D-14, I-3, I-4"""
    mended = "".join(
        "\ufffd" if "\ud800" <= char <= "\udfff" else char for char in hostile if char != "\0"
    )
    thread = replace(conversation(hostile), endpoint=hostile, model=hostile)
    asked = question(thread, text=hostile)
    reply = replace(reply_to(asked), endpoint=hostile, model=hostile)
    request = replace(
        request_for(reply),
        endpoint=hostile,
        base_url=hostile,
        model=hostile,
        composition={hostile: 1},
        parameters={"stop": hostile},
    )
    notice = Notice(hostile, hostile, hostile, hostile, hostile)
    end = replace(
        reply, text=hostile, reasoning=hostile, model=hostile, notice=notice, tool_calls=(hostile,)
    )
    end = replace(end, state=MessageState.FAILED)
    outcome = replace(
        outcome_of(request), finish_reason=hostile, raw_usage={hostile: hostile}, request_id=hostile
    )

    shared.begin_turn(ANN, user=asked, reply=reply, request=request, conversation=thread)
    shared.finish_reply(ANN, end, outcome)

    found = shared.conversation(ANN, thread.id)
    assert found is not None
    assert (found.title, found.model) == (mended, mended)
    first, last = shared.messages(ANN, thread.id)
    assert first.text == mended
    assert (last.text, last.reasoning, last.tool_calls) == (mended, mended, (mended,))
    assert last.notice == Notice(mended, mended, mended, mended, mended)
    (entry,) = shared.ledger(ANN, conversation_id=thread.id)
    assert entry.request.parameters == {"stop": mended}
    assert entry.outcome is not None
    assert entry.outcome.raw_usage == {mended: mended}


@given(odd=HOSTILE)
@settings(max_examples=60, deadline=None)
def test_an_odd_id_finds_nothing_and_breaks_nothing(shared: Store, odd: str) -> None:
    """D-14"""
    assert shared.conversation(ANN, odd) is None
    assert shared.message(ANN, odd) is None
    assert shared.messages(ANN, odd) == []
    assert shared.message_count(ANN, odd) == 0
    assert shared.ledger(ANN, conversation_id=odd) == []


@pytest.mark.parametrize("owner", ["", "ann\0", "ann\ud800"])
def test_an_owner_is_never_mended_into_another_one(store: Store, owner: str) -> None:
    with pytest.raises(StoreError):
        store.set_preference(owner, "model", "x")

    assert store.preference(ANN, "model") is None


SQL = "'; DROP TABLE messages; --"


def test_d15_sql_in_any_place_is_text(store: Store) -> None:
    """D-15"""
    thread = replace(conversation(SQL), id=SQL)
    asked = Message(SQL, SQL, None, Role.USER, SQL, created_at=NOON)
    reply = reply_to(asked)

    store.begin_turn(SQL, user=asked, reply=reply, request=request_for(reply), conversation=thread)
    store.set_preference(SQL, SQL, SQL)
    store.save_endpoint(SQL, name=SQL, base_url=SQL, project=SQL)

    assert store.messages(SQL, SQL) == [asked, reply]
    assert store.preference(SQL, SQL) == SQL
    assert store.endpoints(SQL) == [SavedEndpoint(SQL, SQL, SQL)]
    assert store.search(SQL, SQL)
    assert store.is_reachable()
