"""What a run of Chat shows of a conversation, read once: the last messages of the path, their calls, alternatives."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.services import Services
from components.state import Session
from parley.conversation import Conversation, LedgerEntry, Message, MessageState, Role
from parley.reply import Reply

STEP = 10
"""The earliest message on the page changes by so many at once."""


@dataclass(frozen=True)
class Thread:
    """A conversation as it is on the page."""

    conversation: Conversation
    messages: tuple[Message, ...]
    """The end of the active path, oldest first; without the reply that is being written."""
    left_out: int
    """So many earlier messages are not on the page."""
    running: Reply | None = None
    """The reply that is being written at the end of this path."""
    elsewhere: Reply | None = None
    """The reply that is being written on another path."""
    calls: dict[str, list[LedgerEntry]] = field(default_factory=dict)
    """The attempts at each reply, in order of sending."""
    siblings: dict[str, list[str]] = field(default_factory=dict)
    """For messages with alternatives: the ids of all of them, oldest first."""

    def calls_of(self, message: Message) -> list[LedgerEntry]:
        return self.calls.get(message.source_id or message.id, [])

    @property
    def is_sent(self) -> bool:
        """Whether anything of it went to a model from here."""
        return bool(self.calls or self.running or self.elsewhere)


def left_out(
    services: Services, owner: str, session: Session, conversation: Conversation | None
) -> int:
    """How many of the earliest messages are left out.

    In steps, so that a message keeps its place on the page from turn to turn: the browser then has nothing to do
    for it, and nothing of another message shines through while a reply is being written.
    """
    if conversation is None:
        return 0
    count = services.store.message_count(owner, conversation.id)
    return max(0, count - session.shown_messages) // STEP * STEP


def read(services: Services, owner: str, conversation: Conversation, skip: int) -> Thread:
    """The running reply is read before the messages: one that ends in between is then among them."""
    running = services.engine.running(owner, conversation.id)
    path = services.store.messages(owner, conversation.id, skip=skip)
    if running is None and path and path[-1].state is MessageState.STREAMING:
        # It began between the two.
        running = services.engine.running(owner, conversation.id)
        path = services.store.messages(owner, conversation.id, skip=skip)
    shown = tuple(known for known in path if running is None or known.id != running.id)
    replies = [known.source_id or known.id for known in shown if known.role is Role.ASSISTANT]
    calls: dict[str, list[LedgerEntry]] = {}
    for entry in services.store.ledger(owner, reply_ids=replies) if replies else []:
        calls.setdefault(entry.request.reply_id, []).append(entry)
    siblings = services.store.siblings(owner, conversation.id, path)
    is_here = running is not None and bool(shown) and running.message.parent_id == shown[-1].id
    here, elsewhere = (running, None) if is_here else (None, running)
    return Thread(conversation, shown, skip, here, elsewhere, calls, siblings)
