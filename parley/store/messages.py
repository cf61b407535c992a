"""Messages of a conversation: written as they arrive, read along the shown path, branched and deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from parley.attachment import AttachedFile, Attachment
from parley.conversation import Conversation, Message, Outcome, Request
from parley.store import paths, statements
from parley.store.database import Database
from parley.store.ledger_writing import add_outcome, add_request
from parley.store.rows import (
    attachment_from,
    bare_message,
    conversation_values,
    ending_values,
    file_from,
    file_values,
    message_from,
    message_values,
)
from parley.store.tables import attachments, conversations, messages


@dataclass(frozen=True)
class Deleted:
    """What brings back what was deleted with a message."""

    message_id: str
    at: datetime
    leaf_id: str
    """The end of the path that was shown before."""


_KNOWN_OF_FILES = select(
    *(column for column in attachments.c if column.name not in ("text", "data"))
).order_by(attachments.c.sequence)


_above = messages.alias("above")


class Messages(Database):
    """The tree of messages of each conversation, of which one path is shown."""

    def begin_turn(
        self,
        owner: str,
        *,
        user: Message | None,
        reply: Message,
        request: Request | None,
        conversation: Conversation | None = None,
        files: Sequence[AttachedFile] = (),
    ) -> None:
        """Keep everything about a turn before anything is sent: all of it, or nothing.

        `request` is `None` when the call cannot go out yet; `add_request` follows when it does. `files` belong to
        the new message. From here on the path to the reply is the one that is shown. Who answers an old question again
        is not asked the next one.
        """
        with self._writing(owner) as connection:
            if conversation is not None:
                values = conversation_values(owner, conversation)
                statements.add_conversation(connection, values)
            for message in (user, reply):
                if message is not None:
                    statements.add_message(connection, message_values(owner, message))
            if user is not None and files:
                rows = [file_values(owner, user, file) for file in files]
                connection.execute(insert(attachments), rows)
            if request is not None:
                add_request(connection, owner, request)
            now_held = {"updated_at": reply.created_at, "leaf_id": reply.id, "archived": False}
            if user is not None:
                now_held |= {"endpoint": reply.endpoint, "model": reply.model}
            statements.touch(connection, owner, reply.conversation_id, now_held)

    def checkpoint(self, owner: str, reply_id: str, *, text: str, reasoning: str) -> None:
        """What has arrived so far. Nothing happens once the reply has ended."""
        arrived = {"text": text, "reasoning": reasoning}
        with self._writing(owner) as connection:
            statements.change_while_streaming(connection, owner, reply_id, arrived)

    def finish_reply(self, owner: str, reply: Message, outcome: Outcome | None) -> None:
        """The end of a reply and its outcome. The first end stands: a second call changes nothing.

        `outcome` is `None` when the reply ended before any call went out.
        """
        ended_at = outcome.ended_at if outcome is not None else datetime.now(UTC)
        with self._writing(owner) as connection:
            if outcome is not None:
                add_outcome(connection, owner, outcome)
            if statements.change_while_streaming(connection, owner, reply.id, ending_values(reply)):
                statements.touch(connection, owner, reply.conversation_id, {"updated_at": ended_at})

    def messages(
        self, owner: str, conversation_id: str, *, limit: int | None = None, skip: int = 0
    ) -> list[Message]:
        """The active path, from the root to its leaf; with `limit`, the last of it.

        `skip` leaves out so many at its root.
        """
        path = paths.active_path(owner, conversation_id, limit=limit, skip=skip)
        return self._read(owner, conversation_id, paths.messages_on(path))

    def messages_to(self, owner: str, conversation_id: str, message_id: str) -> list[Message]:
        """The path from the root to a message, whichever is shown; empty when it is not there."""
        path = paths.path_to(owner, conversation_id, message_id)
        return self._read(owner, conversation_id, paths.messages_on(path))

    def messages_to_send(
        self, owner: str, conversation_id: str, message_id: str | None = None
    ) -> list[Message]:
        """The active path, or the path to a message, with what a request is made of: no model, notice or time.

        Three times as quick as `messages`, and the reader waits for it.
        """
        if message_id is None:
            path = paths.active_path(owner, conversation_id)
        else:
            path = paths.path_to(owner, conversation_id, message_id)
        with self._reading() as connection:
            rows = connection.execute(paths.to_send_on(path)).all()
            files = _attachments(connection, owner, conversation_id)
        return [bare_message(conversation_id, row, tuple(files.get(row[0], ()))) for row in rows]

    def _read(self, owner: str, conversation_id: str, wanted: Select[Any]) -> list[Message]:
        with self._reading() as connection:
            rows = connection.execute(wanted).mappings().all()
            files = _attachments(connection, owner, conversation_id)
        return [message_from(row, tuple(files.get(row["id"], ()))) for row in rows]

    def message_count(self, owner: str, conversation_id: str) -> int:
        """Length of the active path."""
        with self._reading() as connection:
            return connection.scalar(paths.length(owner, conversation_id)) or 0

    def message(self, owner: str, message_id: str) -> Message | None:
        wanted = select(messages).where(
            messages.c.owner == owner,
            messages.c.id == message_id,
            messages.c.deleted_at.is_(None),
        )
        with self._reading() as connection:
            row = connection.execute(wanted).mappings().first()
            if row is None:
                return None
            files = _attachments(connection, owner, row["conversation_id"])
        return message_from(row, tuple(files.get(row["id"], ())))

    def files(
        self, owner: str, conversation_id: str, attachment_ids: Collection[str]
    ) -> dict[str, AttachedFile]:
        """Attachments with their content, by id."""
        wanted = select(attachments).where(
            attachments.c.owner == owner,
            attachments.c.conversation_id == conversation_id,
            attachments.c.id.in_(attachment_ids),
        )
        with self._reading() as connection:
            return {row["id"]: file_from(row) for row in connection.execute(wanted).mappings()}

    def siblings(
        self, owner: str, conversation_id: str, of: Sequence[Message]
    ) -> dict[str, list[str]]:
        """For each message that has alternatives: the ids of all of them, itself among them, oldest first."""
        parents = {message.parent_id for message in of}
        with self._reading() as connection:
            families = paths.read_siblings(connection, owner, conversation_id, parents)
        by_message = {message.id: families.get(message.parent_id, []) for message in of}
        return {known: family for known, family in by_message.items() if len(family) > 1}

    def show_path(self, owner: str, conversation_id: str, message_id: str) -> None:
        """Show the path that leads through a message, down to what was added last below it."""
        with self._writing(owner) as connection:
            leaf_id = paths.newest_below(connection, owner, message_id)
            if leaf_id is not None:
                _show(connection, owner, conversation_id, leaf_id)

    def delete_message(self, owner: str, conversation_id: str, message_id: str) -> Deleted | None:
        """Take a message and all that follows it out of sight; `undelete` brings them back.

        If they were shown, an alternative is shown instead, else what came before. The ledger keeps what was used.
        `None` = the message is not there.
        """
        now = datetime.now(UTC)
        with self._writing(owner) as connection:
            found = connection.execute(
                select(messages.c.parent_id).where(
                    paths.kept(owner, conversation_id), messages.c.id == message_id
                )
            ).first()
            if found is None:
                return None
            leaf = connection.execute(
                select(messages.c.sequence, messages.c.id).where(
                    messages.c.sequence == paths.leaf(owner, conversation_id)
                )
            ).one()
            tree = paths.below(owner, message_id)
            gone = connection.scalars(select(tree.c.sequence)).all()
            _mark(connection, owner, gone, now)
            if leaf.sequence in gone:
                _show_what_is_left(connection, owner, conversation_id, found.parent_id)
        return Deleted(message_id, now, leaf.id)

    def undelete(self, owner: str, conversation_id: str, deleted: Deleted) -> bool:
        """Bring back what one `delete_message` took away, and show what was shown then.

        False, and nothing happens, when what it hung below was deleted since.
        """
        hangs_in_the_air = (
            select(messages.c.id)
            .join(
                _above, (_above.c.owner == messages.c.owner) & (_above.c.id == messages.c.parent_id)
            )
            .where(
                messages.c.owner == owner,
                messages.c.id == deleted.message_id,
                _above.c.deleted_at.is_not(None),
            )
        )
        with self._writing(owner) as connection:
            if connection.execute(hangs_in_the_air).first() is not None:
                return False
            connection.execute(
                update(messages)
                .where(
                    messages.c.owner == owner,
                    messages.c.conversation_id == conversation_id,
                    messages.c.deleted_at == deleted.at,
                )
                .values(deleted_at=None)
            )
            _show(connection, owner, conversation_id, deleted.leaf_id)
        return True


def _attachments(
    connection: Connection, owner: str, conversation_id: str
) -> dict[str, list[Attachment]]:
    """Of a conversation, by message, in the order in which they were added; without their content."""
    found: dict[str, list[Attachment]] = {}
    wanted = _KNOWN_OF_FILES.where(
        attachments.c.owner == owner, attachments.c.conversation_id == conversation_id
    )
    for row in connection.execute(wanted).mappings():
        found.setdefault(row["message_id"], []).append(attachment_from(row))
    return found


def _mark(
    connection: Connection, owner: str, sequences: Sequence[int], deleted_at: datetime
) -> None:
    for start in range(0, len(sequences), 500):
        connection.execute(
            update(messages)
            .where(
                messages.c.owner == owner, messages.c.sequence.in_(sequences[start : start + 500])
            )
            .values(deleted_at=deleted_at)
        )


def _show(connection: Connection, owner: str, conversation_id: str, leaf_id: str | None) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.owner == owner, conversations.c.id == conversation_id)
        .values(leaf_id=leaf_id)
    )


def _show_what_is_left(
    connection: Connection, owner: str, conversation_id: str, parent_id: str | None
) -> None:
    """The newest alternative with what follows it, else the path up to the parent."""
    families = paths.read_siblings(connection, owner, conversation_id, [parent_id])
    others = families.get(parent_id, [])
    leaf_id = paths.newest_below(connection, owner, others[-1]) if others else parent_id
    _show(connection, owner, conversation_id, leaf_id)
