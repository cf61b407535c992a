"""Conversations, their messages, and the two halves of the ledger: what was sent and what came of it.

Messages form a tree: each has a parent, so that edits and regenerations can become siblings. Times are UTC.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from parley.attachment import AttachedFile, Attachment
from parley.chat_settings import ChatSettings
from parley.errors import Notice
from parley.pricing.price import UNKNOWN_COST, Cost, Price
from parley.usage import Usage

LOCAL_OWNER = "local"
"""The one owner of everything in local mode."""

TITLE_MAX_CHARS = 60


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class MessageState(StrEnum):
    """How the writing of a message ended."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    STOPPED = "stopped"
    """The reader pressed Stop, or sent the next message."""
    FAILED = "failed"
    """It ended with a `Notice`; what had arrived is kept."""
    INTERRUPTED = "interrupted"
    """The app ended while the reply ran."""


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    id: str
    conversation_id: str
    parent_id: str | None
    role: Role
    text: str
    reasoning: str = ""
    """What the model thought aloud; never sent back."""
    state: MessageState = MessageState.COMPLETE
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    model: str = ""
    """The model that answered (asked, until it is known); empty for a user's message."""
    endpoint: str = ""
    """Name of the endpoint that was asked; empty for a user's message."""
    notice: Notice | None = None
    tool_calls: tuple[str, ...] = ()
    """Names of tools that the model asked for; shown, never run."""
    attachments: tuple[Attachment, ...] = ()
    source_id: str | None = None
    """The reply that this one is a copy of, in a branch: the ledger knows it by that id."""
    imported: Mapping[str, Any] | None = None
    """The receipt that came with an imported reply: shown as that, never added up."""


def is_wordless(reply: Message) -> bool:
    """It ended without an answer, so its question is to be asked again, not to be built upon."""
    return (
        not reply.text.strip()
        and reply.role is Role.ASSISTANT
        and reply.state in (MessageState.FAILED, MessageState.COMPLETE)
        and not reply.tool_calls
    )


def leaves_nothing(reply: Message) -> bool:
    """Not even a thought came: its question is given back to the reader, and not sent along any more."""
    return is_wordless(reply) and not reply.reasoning.strip()


@dataclass(frozen=True)
class Conversation:
    """A tree of messages with its last choice of endpoint and model."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    endpoint: str = ""
    model: str = ""
    leaf_id: str | None = None
    """The last message of the path that is shown; `None` = the newest message."""
    pinned: bool = False
    archived: bool = False
    settings: ChatSettings = field(default_factory=ChatSettings)


@dataclass(frozen=True)
class Preset:
    """Settings under a name, with the model that they were made for."""

    name: str
    endpoint: str
    model: str
    settings: ChatSettings


@dataclass(frozen=True)
class Hit:
    """A conversation found by its title or a message."""

    conversation: Conversation
    message_id: str | None = None
    """The message that was found; `None` = the title."""
    excerpt: tuple[tuple[str, bool], ...] = ()
    """Pieces of the text around the hit, each with whether it is what was searched for."""


class Kind(StrEnum):
    """Why a call was made."""

    CHAT = "chat"
    COMPARISON = "comparison"
    PROBE = "probe"


@dataclass(frozen=True)
class Request:
    """One chat call on the wire, as the ledger keeps it from before it is sent."""

    attempt_id: str
    reply_id: str
    """Id of the assistant message that it writes."""
    conversation_id: str
    kind: Kind
    endpoint: str
    base_url: str
    model: str
    sent_at: datetime
    price: Price | None
    """The price that the reply is costed with, for ever; `None` = unknown then."""
    context_window: int | None
    """Tokens; as known when it was sent."""
    composition: Mapping[str, int]
    """Characters of the request: `system`, `history`, `attachments`, `new`."""
    parameters: Mapping[str, Any]
    """The body without its messages: what was set, as it was sent."""


@dataclass(frozen=True)
class Outcome:
    """What became of one request. A request without an outcome was interrupted and its usage is unknown."""

    attempt_id: str
    ended_at: datetime
    state: MessageState
    usage: Usage = field(default_factory=Usage)
    raw_usage: Mapping[str, Any] | None = None
    """As received; `None` = none came."""
    cost: Cost = UNKNOWN_COST
    reported_cost: Decimal | None = None
    """US dollars that the server itself named."""
    finish_reason: str | None = None
    request_id: str | None = None
    model_answered: str | None = None
    time_to_first_token_s: float | None = None
    """Seconds from sending to the first text or reasoning."""
    generation_s: float | None = None
    """Seconds from the first text to the last."""
    tokens_per_second: float | None = None
    speed_source: str = ""
    """`server` when its own timings gave the speed, `measured` when ours did."""
    error_kind: str | None = None
    http_status: int | None = None
    timing_track: Sequence[tuple[int, int]] = ()
    """(milliseconds since sending, characters so far), at most a few hundred pairs."""


@dataclass(frozen=True)
class LedgerEntry:
    """A request with its outcome, if it has one."""

    request: Request
    outcome: Outcome | None


@dataclass(frozen=True)
class Record:
    """Everything about one conversation, all its branches: what an export writes and an import brings."""

    conversation: Conversation
    messages: tuple[Message, ...]
    """In the order of their arrival; a parent comes before its children."""
    files: tuple[AttachedFile, ...] = ()
    calls: tuple[LedgerEntry, ...] = ()


def new_id() -> str:
    """Sortable by time of creation is not needed; unguessable is."""
    return uuid.uuid4().hex


def title_from(text: str) -> str:
    """The first message as one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= TITLE_MAX_CHARS:
        return line or "New chat"
    return line[:TITLE_MAX_CHARS].rsplit(" ", 1)[0][: TITLE_MAX_CHARS - 1] + "…"
