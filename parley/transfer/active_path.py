"""The path of a conversation that is shown: from its leaf, or its newest message, up to the first."""

from __future__ import annotations

from parley.conversation import Message, Record


def active_path(record: Record) -> list[Message]:
    """Oldest first; empty when there are no messages."""
    known = {message.id: message for message in record.messages}
    newest = record.messages[-1].id if record.messages else None
    leaf = record.conversation.leaf_id
    at = leaf if leaf in known else newest
    path: list[Message] = []
    while at is not None and at in known:
        path.append(known.pop(at))
        at = path[-1].parent_id
    return path[::-1]
