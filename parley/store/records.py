"""Whole conversations, all branches: read for an export or a branch, added by an import. One transaction each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from parley.attachment import AttachedFile
from parley.conversation import Record
from parley.store import paths, statements
from parley.store.database import Database
from parley.store.rows import (
    conversation_from,
    conversation_values,
    file_from,
    file_values,
    message_from,
    message_values,
)
from parley.store.tables import attachments, conversations, messages


class Records(Database):
    """Conversations as one value each."""

    def all_ids(self, owner: str) -> list[str]:
        """Of every conversation that was not deleted; the one that was written to last comes last."""
        wanted = (
            select(conversations.c.id)
            .where(conversations.c.owner == owner, conversations.c.deleted_at.is_(None))
            .order_by(conversations.c.recency)
        )
        with self._reading() as connection:
            return list(connection.scalars(wanted))

    def record(self, owner: str, conversation_id: str) -> Record | None:
        with self._reading() as connection:
            return _read(connection, owner, conversation_id)

    def add_records(self, owner: str, records: Sequence[Record]) -> None:
        """Add conversations with new ids, all of them or none; the ledger is not touched."""
        with self._writing(owner) as connection:
            for record in records:
                _add(connection, owner, record)


def _read(connection: Connection, owner: str, conversation_id: str) -> Record | None:
    mine = (conversations.c.owner == owner, conversations.c.id == conversation_id)
    found = select(conversations).where(*mine, conversations.c.deleted_at.is_(None))
    row = connection.execute(found).mappings().first()
    if row is None:
        return None
    kept = select(messages).where(paths.kept(owner, conversation_id)).order_by(messages.c.sequence)
    rows = connection.execute(kept).mappings().all()
    files = (
        select(attachments)
        .where(attachments.c.owner == owner, attachments.c.conversation_id == conversation_id)
        .order_by(attachments.c.sequence)
    )
    of_message: dict[str, list[AttachedFile]] = {}
    for file in connection.execute(files).mappings():
        of_message.setdefault(file["message_id"], []).append(file_from(file))
    whole = tuple(
        message_from(one, tuple(file.attachment for file in of_message.get(one["id"], ())))
        for one in rows
    )
    known = {message.id for message in whole}
    # A copied reply is known to the ledger by the one that it was copied from.
    copied = [message.source_id for message in whole if message.source_id is not None]
    calls = statements.read_ledger(connection, owner, conversation_id, None)
    if copied:
        calls += statements.read_ledger(connection, owner, None, copied)
    return Record(
        conversation_from(row),
        whole,
        tuple(file for one, group in of_message.items() if one in known for file in group),
        tuple(calls),
    )


def _add(connection: Connection, owner: str, record: Record) -> None:
    statements.add_conversation(connection, conversation_values(owner, record.conversation))
    depths: dict[str | None, int] = {None: 0}
    rows = []
    for message in record.messages:
        depths[message.id] = depths[message.parent_id] + 1
        rows.append({**message_values(owner, message), "depth": depths[message.id]})
    if rows:
        connection.execute(insert(messages), rows)
    files = {file.attachment.id: file for file in record.files}
    carried = [
        file_values(owner, message, files[known.id])
        for message in record.messages
        for known in message.attachments
        if known.id in files
    ]
    if carried:
        connection.execute(insert(attachments), carried)
