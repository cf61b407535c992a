"""Conversations of an owner: begun, listed, searched, renamed, pinned, archived, deleted and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from parley.chat_settings import ChatSettings
from parley.conversation import Conversation, Hit, new_id
from parley.store import search, statements
from parley.store.database import Database
from parley.store.rows import conversation_from, conversation_values
from parley.store.tables import attachments, conversations, messages

KEPT_FOR_UNDO = timedelta(hours=1)
"""A deleted conversation can be brought back for so long; later deletions then erase it for good."""


class Conversations(Database):
    """The conversations themselves; what was deleted is found by nothing but `restore`."""

    def create_conversation(
        self, owner: str, *, title: str, endpoint: str, model: str
    ) -> Conversation:
        now = datetime.now(UTC)
        made = Conversation(new_id(), title, now, now, endpoint, model)
        with self._writing(owner) as connection:
            statements.add_conversation(connection, conversation_values(owner, made))
        return made

    def conversation(self, owner: str, conversation_id: str) -> Conversation | None:
        wanted = _kept(owner).where(conversations.c.id == conversation_id)
        with self._reading() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else conversation_from(row)

    def conversations(
        self, owner: str, *, limit: int = 50, archived: bool = False
    ) -> list[Conversation]:
        """Pinned ones first; of each kind, the one that was written to last comes first."""
        wanted = (
            _kept(owner)
            .where(conversations.c.archived == archived)
            .order_by(conversations.c.pinned.desc(), conversations.c.recency.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            return [conversation_from(row) for row in connection.execute(wanted).mappings()]

    def search(self, owner: str, words: str, *, limit: int = 20) -> list[Hit]:
        """Conversations with all the words in their title, or in one message; the newest first.

        Archived ones and other branches are found too. The last word may be the beginning of one.
        """
        with self._reading() as connection:
            return search.find(connection, owner, words, limit)

    def choose(self, owner: str, conversation_id: str, *, endpoint: str, model: str) -> None:
        """Which endpoint and model the next message goes to."""
        self._change(owner, conversation_id, endpoint=endpoint, model=model)

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        self._change(owner, conversation_id, title=title)

    def pin(self, owner: str, conversation_id: str, pinned: bool) -> None:
        self._change(owner, conversation_id, pinned=pinned)

    def archive(self, owner: str, conversation_id: str, archived: bool) -> None:
        self._change(owner, conversation_id, archived=archived)

    def set_settings(self, owner: str, conversation_id: str, settings: ChatSettings) -> None:
        """For the next message; what was sent before keeps what it was sent with."""
        self._change(owner, conversation_id, settings=settings.to_dict())

    def delete_conversation(
        self, owner: str, conversation_id: str, *, now: datetime | None = None
    ) -> None:
        """Take it out of sight; `restore` brings it back for an hour, then it may be erased. The ledger stays."""
        now = now or datetime.now(UTC)
        with self._writing(owner) as connection:
            _erase(connection, owner, deleted_before=now - KEPT_FOR_UNDO)
        self._change(owner, conversation_id, deleted_at=now)

    def restore(self, owner: str, conversation_id: str) -> None:
        """Bring back a deleted conversation, if it is still there."""
        self._change(owner, conversation_id, deleted_at=None)

    def _change(self, owner: str, conversation_id: str, **values: Any) -> None:
        with self._writing(owner) as connection:
            connection.execute(
                update(conversations)
                .where(conversations.c.owner == owner, conversations.c.id == conversation_id)
                .values(values)
            )


def _kept(owner: str) -> Select[Any]:
    return select(conversations).where(
        conversations.c.owner == owner, conversations.c.deleted_at.is_(None)
    )


def _erase(connection: Connection, owner: str, deleted_before: datetime) -> None:
    gone = connection.scalars(
        select(conversations.c.id).where(
            conversations.c.owner == owner, conversations.c.deleted_at < deleted_before
        )
    ).all()
    _erase_rows(connection, owner, gone)


def _erase_rows(connection: Connection, owner: str, conversation_ids: Sequence[str]) -> None:
    for table in (attachments, messages):
        connection.execute(
            delete(table).where(
                table.c.owner == owner, table.c.conversation_id.in_(conversation_ids)
            )
        )
    connection.execute(
        delete(conversations).where(
            conversations.c.owner == owner, conversations.c.id.in_(conversation_ids)
        )
    )
