"""A new conversation that begins like another one: copies of the messages up to a chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from parley.attachment import AttachedFile
from parley.conversation import (
    Conversation,
    Message,
    MessageState,
    Record,
    Role,
    new_id,
    title_from,
)
from parley.request_messages import Contents

SUFFIX = " (branch)"


def branch_of(conversation: Conversation, path: Sequence[Message], contents: Contents) -> Record:
    """The conversation that `path` (from the root) becomes on its own.

    A copied reply names the one that it came from: the ledger knows its calls by that, and they are counted there
    alone.
    """
    now = datetime.now(UTC)
    branch_id = new_id()
    new_ids = {message.id: new_id() for message in path}
    files: list[AttachedFile] = []
    copies = []
    for message in path:
        carried = [_renewed(contents[one.id]) for one in message.attachments if one.id in contents]
        files += carried
        copies.append(
            replace(
                message,
                id=new_ids[message.id],
                conversation_id=branch_id,
                parent_id=new_ids.get(message.parent_id or ""),
                state=_ended(message.state),
                attachments=tuple(file.attachment for file in carried),
                source_id=_source(message),
            )
        )
    begun = replace(
        conversation,
        id=branch_id,
        title=_title(conversation.title),
        created_at=now,
        updated_at=now,
        leaf_id=copies[-1].id,
        pinned=False,
        archived=False,
    )
    return Record(begun, tuple(copies), tuple(files))


def _source(message: Message) -> str | None:
    return (message.source_id or message.id) if message.role is Role.ASSISTANT else None


def _ended(state: MessageState) -> MessageState:
    """A copy of a reply that is still being written ends with what was there."""
    return MessageState.STOPPED if state is MessageState.STREAMING else state


def _renewed(file: AttachedFile) -> AttachedFile:
    return replace(file, attachment=replace(file.attachment, id=new_id()))


def _title(title: str) -> str:
    return title if title.endswith(SUFFIX) else title_from(title) + SUFFIX
