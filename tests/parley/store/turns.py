"""Turns to put into a store: every field set, or as little as can be."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from parley.conversation import (
    Conversation,
    Kind,
    Message,
    MessageState,
    Outcome,
    Request,
    Role,
    new_id,
)
from parley.errors import TooManyRequests
from parley.pricing.price import Cost, CostLine, Price, Tier
from parley.store import Store
from parley.usage import Count, State, Usage

ANN, BOB = "ann", "bob"

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def conversation(title: str = "Motörhead") -> Conversation:
    return Conversation(new_id(), title, NOON, NOON, "W&B Inference", "Qwen/Qwen3")


def question(thread: Conversation, parent: Message | None = None, text: str = "Why?") -> Message:
    parent_id = None if parent is None else parent.id
    return Message(new_id(), thread.id, parent_id, Role.USER, text, created_at=NOON)


def reply_to(asked: Message) -> Message:
    return Message(
        new_id(),
        asked.conversation_id,
        asked.id,
        Role.ASSISTANT,
        "",
        state=MessageState.STREAMING,
        created_at=NOON,
        model="Qwen/Qwen3",
        endpoint="W&B Inference",
    )


def request_for(reply: Message) -> Request:
    return Request(
        new_id(),
        reply.id,
        reply.conversation_id,
        Kind.CHAT,
        "W&B Inference",
        "https://api.example.com/v1",
        "Qwen/Qwen3",
        NOON,
        price=None,
        context_window=None,
        composition={},
        parameters={},
    )


def full_request_for(reply: Message) -> Request:
    return replace(
        request_for(reply),
        kind=Kind.COMPARISON,
        price=Price(
            Decimal("0.10"),
            Decimal("1E-4"),
            Decimal("0.050"),
            "bundled list",
            date(2026, 11, 1),
            tiers=(
                Tier(1000, Decimal("0.20"), Decimal("2E-4"), Decimal("0.10")),
                Tier(5000, Decimal("0.40"), Decimal("4E-4")),
            ),
        ),
        context_window=262_144,
        composition={"system": 0, "history": 12, "attachments": 0, "new": 4},
        parameters={"temperature": 0.7, "stop": ["x", None], "stream_options": {"usage": True}},
    )


def outcome_of(request: Request, state: MessageState = MessageState.COMPLETE) -> Outcome:
    return Outcome(request.attempt_id, NOON + timedelta(seconds=2), state)


def full_outcome_of(request: Request) -> Outcome:
    return Outcome(
        request.attempt_id,
        NOON + timedelta(seconds=2),
        MessageState.STOPPED,
        usage=Usage(
            Count(0, State.REPORTED),
            Count(None, State.UNKNOWN),
            Count(17, State.PARTIAL, at_most=512),
            Count(3, State.ESTIMATED),
        ),
        raw_usage={"prompt_tokens": 0, "details": {"cached": None, "odd": [1, 2.5, "x"]}},
        cost=Cost(
            Decimal("0.000000000000000000001234567890"),
            State.PARTIAL,
            Decimal("12345678901234567890.10"),
            (CostLine("input", 0, Decimal("0.10"), Decimal("0E-8")),),
            "the endpoint's own list",
            date(2026, 11, 2),
            free=False,
        ),
        reported_cost=Decimal("0.30"),
        finish_reason="length",
        request_id="req-1",
        model_answered="Qwen/Qwen3-2507",
        time_to_first_token_s=0.0,
        generation_s=1.25,
        tokens_per_second=80.5,
        speed_source="server",
        error_kind="TooManyRequests",
        http_status=429,
        timing_track=((0, 0), (350, 12)),
    )


def ended(reply: Message, text: str = "Because.") -> Message:
    return replace(
        reply,
        text=text,
        reasoning="Hm.",
        state=MessageState.FAILED,
        model="Qwen/Qwen3-2507",
        notice=TooManyRequests(detail="slow down", suggestion="other").notice,
        tool_calls=("search", "open"),
    )


def put_turn(
    store: Store, owner: str = ANN, thread: Conversation | None = None
) -> tuple[Message, Message, Request]:
    """A turn whose reply is still being written, in a new conversation unless one is given."""
    new = None if thread is not None else conversation()
    thread = thread or new
    assert thread is not None
    path = store.messages(owner, thread.id, limit=1)
    asked = question(thread, path[-1] if path else None)
    reply = reply_to(asked)
    request = request_for(reply)
    store.begin_turn(owner, user=asked, reply=reply, request=request, conversation=new)
    return asked, reply, request


def filled(folder: Path) -> str:
    """A closed store of some size; the id of its only conversation."""
    store = Store.open(folder)
    _, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply, "x" * 200_000), outcome_of(request))
    store.close()
    return reply.conversation_id


def execute(path: Path, statement: str) -> None:
    direct = sqlite3.connect(path, isolation_level=None)
    direct.execute(statement)
    direct.close()


def tables_of(path: Path) -> set[str]:
    direct = sqlite3.connect(path)
    names = {name for (name,) in direct.execute("SELECT name FROM sqlite_master")}
    direct.close()
    return names
