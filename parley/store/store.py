"""The `Store`: conversations, messages, the ledger, endpoints and preferences of each owner.

Every method names the owner, and sees and changes nothing of another. A method is one transaction:
all of it or nothing. No API key is ever written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from parley.conversation import Conversation, LedgerEntry, Message, Outcome, Request, new_id
from parley.errors import Notice, StoreError
from parley.store import statements
from parley.store.connection import (
    BUSY_TIMEOUT_S,
    for_reading,
    open_engine,
    plain_errors,
    without_transaction,
)
from parley.store.migrating import migrate
from parley.store.opening import InUse, database_path, make_file, set_aside_if_damaged
from parley.store.rows import (
    CallUsage,
    conversation_from,
    conversation_values,
    ending_values,
    message_from,
    message_values,
    outcome_values,
    request_values,
)
from parley.store.tables import conversations, endpoints, messages, outcomes, preferences, requests


@dataclass(frozen=True)
class SavedEndpoint:
    """An endpoint that an owner added, without its key."""

    name: str
    base_url: str
    project: str | None


class Store:
    """Safe to share between threads: each call takes a connection of its own from the pool."""

    recovered: Notice | None
    """Set when a damaged database was set aside as the store was opened."""

    def __init__(self, path: Path, engine: Engine, in_use: InUse, recovered: Notice | None) -> None:
        self.path = path
        self.recovered = recovered
        self._engine = engine
        self._in_use = in_use

    @classmethod
    def open(
        cls,
        data_dir: Path,
        database_url: str | None = None,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> Self:
        """Make or open the database, and bring it to this program's schema.

        Raises:
            StoreTooNew: a newer Parley wrote it; the file is left as it is.
            StoreError: it cannot be opened; the error names the file.
        """
        path = database_path(data_dir, database_url)
        with plain_errors(path), ExitStack() as undo:
            make_file(path)
            in_use = InUse(path)
            undo.callback(in_use.close)
            recovered = set_aside_if_damaged(path, in_use, busy_timeout_s)
            engine = open_engine(path, busy_timeout_s)
            undo.callback(engine.dispose)
            _make_current(engine, path, in_use)
            undo.pop_all()
            return cls(path, engine, in_use, recovered)

    def close(self) -> None:
        self._engine.dispose()
        self._in_use.close()

    def is_reachable(self) -> bool:
        try:
            with self._reading() as connection:
                connection.execute(select(conversations.c.id).limit(1))
        except StoreError:
            return False
        return True

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with plain_errors(self.path), for_reading(self._engine).begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with plain_errors(self.path), self._engine.begin() as connection:
            yield connection

    def create_conversation(
        self, owner: str, *, title: str, endpoint: str, model: str
    ) -> Conversation:
        now = datetime.now(UTC)
        made = Conversation(new_id(), title, now, now, endpoint, model)
        with self._writing() as connection:
            statements.add_conversation(connection, conversation_values(owner, made))
        return made

    def conversation(self, owner: str, conversation_id: str) -> Conversation | None:
        wanted = select(conversations).where(
            conversations.c.owner == owner, conversations.c.id == conversation_id
        )
        with self._reading() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else conversation_from(row)

    def conversations(self, owner: str, *, limit: int = 50) -> list[Conversation]:
        """The one that was written to last comes first."""
        wanted = (
            select(conversations)
            .where(conversations.c.owner == owner)
            .order_by(conversations.c.recency.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            return [conversation_from(row) for row in connection.execute(wanted).mappings()]

    def choose(self, owner: str, conversation_id: str, *, endpoint: str, model: str) -> None:
        """Which endpoint and model the next message goes to."""
        with self._writing() as connection:
            connection.execute(
                update(conversations)
                .where(conversations.c.owner == owner, conversations.c.id == conversation_id)
                .values(endpoint=endpoint, model=model)
            )

    def begin_turn(
        self,
        owner: str,
        *,
        user: Message | None,
        reply: Message,
        request: Request | None,
        conversation: Conversation | None = None,
    ) -> None:
        """Keep everything about a turn before anything is sent: all of it, or nothing.

        `request` is `None` when the call cannot go out yet; `add_request` follows when it does.
        """
        with self._writing() as connection:
            if conversation is not None:
                values = conversation_values(owner, conversation)
                statements.add_conversation(connection, values)
            for message in (user, reply):
                if message is not None:
                    connection.execute(insert(messages).values(message_values(owner, message)))
            if request is not None:
                connection.execute(insert(requests).values(request_values(owner, request)))
            now_held = {
                "updated_at": reply.created_at,
                "endpoint": reply.endpoint,
                "model": reply.model,
            }
            statements.touch(connection, owner, reply.conversation_id, now_held)

    def add_request(self, owner: str, request: Request) -> None:
        """A further attempt at the same reply."""
        with self._writing() as connection:
            connection.execute(insert(requests).values(request_values(owner, request)))

    def add_outcome(self, owner: str, outcome: Outcome) -> None:
        """What became of an attempt that was retried; the first outcome of an attempt stands."""
        with self._writing() as connection:
            statements.add_once(connection, outcomes, outcome_values(owner, outcome))

    def checkpoint(self, owner: str, reply_id: str, *, text: str, reasoning: str) -> None:
        """What has arrived so far. Nothing happens once the reply has ended."""
        arrived = {"text": text, "reasoning": reasoning}
        with self._writing() as connection:
            statements.change_while_streaming(connection, owner, reply_id, arrived)

    def finish_reply(self, owner: str, reply: Message, outcome: Outcome | None) -> None:
        """The end of a reply and its outcome. The first end stands: a second call changes nothing.

        `outcome` is `None` when the reply ended before any call went out.
        """
        ended_at = outcome.ended_at if outcome is not None else datetime.now(UTC)
        with self._writing() as connection:
            if outcome is not None:
                statements.add_once(connection, outcomes, outcome_values(owner, outcome))
            if statements.change_while_streaming(connection, owner, reply.id, ending_values(reply)):
                statements.touch(connection, owner, reply.conversation_id, {"updated_at": ended_at})

    def messages(
        self, owner: str, conversation_id: str, *, limit: int | None = None, skip: int = 0
    ) -> list[Message]:
        """The active path, from the root to the newest message; with `limit`, the last of it.

        `skip` leaves out so many at its root.
        """
        path = statements.active_path(owner, conversation_id, limit)
        with self._reading() as connection:
            found = connection.execute(statements.messages_on(path, skip)).mappings()
            return [message_from(row) for row in found]

    def message_count(self, owner: str, conversation_id: str) -> int:
        """Length of the active path."""
        path = statements.active_path(owner, conversation_id)
        with self._reading() as connection:
            return connection.scalar(select(func.count()).select_from(path)) or 0

    def message(self, owner: str, message_id: str) -> Message | None:
        wanted = select(messages).where(messages.c.owner == owner, messages.c.id == message_id)
        with self._reading() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else message_from(row)

    def ledger(
        self,
        owner: str,
        *,
        conversation_id: str | None = None,
        reply_ids: Collection[str] | None = None,
    ) -> list[LedgerEntry]:
        """What was sent and what came of it, in the order of sending."""
        with self._reading() as connection:
            return statements.read_ledger(connection, owner, conversation_id, reply_ids)

    def usage_of_conversation(self, owner: str, conversation_id: str) -> list[CallUsage | None]:
        """What each call used and cost, in the order of sending; `None` = it has no outcome yet.

        Quick however long the conversation is, unlike `ledger`, which also reads what only one receipt shows.
        """
        with self._reading() as connection:
            return statements.read_usage(connection, owner, conversation_id)

    def save_endpoint(self, owner: str, *, name: str, base_url: str, project: str | None) -> None:
        """Add an endpoint, or change the one of this name."""
        values = {"owner": owner, "name": name, "base_url": base_url, "project": project}
        with self._writing() as connection:
            statements.put(connection, endpoints, values)

    def endpoints(self, owner: str) -> list[SavedEndpoint]:
        """In the order of their names."""
        wanted = select(endpoints).where(endpoints.c.owner == owner).order_by(endpoints.c.name)
        with self._reading() as connection:
            return [
                SavedEndpoint(row["name"], row["base_url"], row["project"])
                for row in connection.execute(wanted).mappings()
            ]

    def delete_endpoint(self, owner: str, name: str) -> None:
        with self._writing() as connection:
            connection.execute(
                delete(endpoints).where(endpoints.c.owner == owner, endpoints.c.name == name)
            )

    def preference(self, owner: str, name: str) -> str | None:
        wanted = select(preferences.c.value).where(
            preferences.c.owner == owner, preferences.c.name == name
        )
        with self._reading() as connection:
            return connection.scalar(wanted)

    def set_preference(self, owner: str, name: str, value: str) -> None:
        with self._writing() as connection:
            statements.put(connection, preferences, {"owner": owner, "name": name, "value": value})


def _make_current(engine: Engine, path: Path, in_use: InUse) -> None:
    migrate(engine, path)
    # Only after the version is known to be ours: it writes to the file.
    with without_transaction(engine).begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
    if in_use.alone:
        with engine.begin() as connection:
            statements.mark_interrupted(connection)
        in_use.share()
