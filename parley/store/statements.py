"""The statements that need more than a line: rows that are added only once, the order of conversations, the ledger.

Values are bound, never written into the text of a statement.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from parley.conversation import LedgerEntry, MessageState
from parley.store.ledger_rows import BUCKETS, CallUsage, Values, call_usage_from, entry_from
from parley.store.tables import conversations, messages, outcomes, requests

# Made once: an alias of a table with many columns takes a millisecond.
_others = conversations.alias("others")
_above = messages.alias("above")


def add_once(connection: Connection, table: Table, values: Values) -> bool:
    """Add a row unless its key is taken; what is there stays. Whether it was added."""
    key = list(table.primary_key)
    added = _insert(connection.dialect.name, table).values(values)
    once = added.on_conflict_do_nothing(index_elements=key).returning(*key)
    return connection.execute(once).first() is not None


def add_up(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Add each row, or its numbers to those that stand under its key."""
    connection.execute(_adding(connection.dialect.name, table), rows)


@cache
def _adding(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Made once: a statement of forty columns takes longer to make than to run."""
    key = [column.name for column in table.primary_key]
    added = _insert(dialect, table)
    sums = {
        column.name: column + added.excluded[column.name]
        for column in table.columns
        if column.name not in key
    }
    return added.on_conflict_do_update(index_elements=key, set_=sums)


def put(connection: Connection, table: Table, values: Values) -> None:
    """Add a row, or replace what stands under its key."""
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in key}
    added = _insert(connection.dialect.name, table).values(values)
    connection.execute(added.on_conflict_do_update(index_elements=key, set_=rest))


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Standard SQL has no word for a key that is taken; both databases have the same one."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def add_conversation(connection: Connection, values: Values) -> None:
    recency = _next_recency(values["owner"])
    connection.execute(insert(conversations).values(**values, recency=recency))


def touch(connection: Connection, owner: str, conversation_id: str, values: Values) -> None:
    """Change a conversation and move it to the head of the list."""
    connection.execute(
        update(conversations)
        .where(conversations.c.owner == owner, conversations.c.id == conversation_id)
        .values(**values, recency=_next_recency(owner))
    )


def _next_recency(owner: str) -> Any:
    """A counter, not the time: a clock may go backwards."""
    return (
        select(func.coalesce(func.max(_others.c.recency), 0) + 1)
        .where(_others.c.owner == owner)
        .scalar_subquery()
    )


def add_message(connection: Connection, values: Values) -> None:
    """Add a message, one deeper than its parent."""
    parent_depth = (
        select(_above.c.depth)
        .where(_above.c.owner == values["owner"], _above.c.id == values["parent_id"])
        .scalar_subquery()
    )
    connection.execute(insert(messages).values(**values, depth=func.coalesce(parent_depth, 0) + 1))


def change_while_streaming(
    connection: Connection, owner: str, reply_id: str, values: Values
) -> bool:
    """Whether there was such a reply still being written."""
    changed = connection.execute(
        update(messages)
        .where(
            messages.c.owner == owner,
            messages.c.id == reply_id,
            messages.c.state == MessageState.STREAMING,
        )
        .values(values)
    )
    return changed.rowcount == 1


def mark_interrupted(connection: Connection) -> None:
    connection.execute(
        update(messages)
        .where(messages.c.state == MessageState.STREAMING)
        .values(state=MessageState.INTERRUPTED)
    )


def read_ledger(
    connection: Connection,
    owner: str,
    conversation_id: str | None,
    reply_ids: Collection[str] | None,
) -> list[LedgerEntry]:
    wanted = [requests.c.owner == owner]
    if conversation_id is not None:
        wanted.append(requests.c.conversation_id == conversation_id)
    if reply_ids is not None:
        wanted.append(requests.c.reply_id.in_(reply_ids))
    sent = select(requests).where(*wanted).order_by(requests.c.sequence)
    ended = select(outcomes).join(requests).where(*wanted)
    by_attempt = {row["attempt_id"]: row for row in connection.execute(ended).mappings()}
    return [
        entry_from(row, by_attempt.get(row["attempt_id"]))
        for row in connection.execute(sent).mappings()
    ]


USED = (
    outcomes.c.state,
    *(outcomes.c[f"{bucket}{part}"] for bucket in BUCKETS for part in ("", "_state", "_at_most")),
    *(outcomes.c[f"cost_{part}"] for part in ("amount", "state", "at_most", "free")),
    outcomes.c.error_kind,
    outcomes.c.http_status,
)
"""What usage and cost are added up from; a timing track alone is longer than all of it."""


def read_usage(connection: Connection, owner: str, conversation_id: str) -> list[CallUsage | None]:
    wanted = (
        select(*USED)
        .select_from(requests.outerjoin(outcomes))
        .where(requests.c.owner == owner, requests.c.conversation_id == conversation_id)
        .order_by(requests.c.sequence)
    )
    rows = connection.execute(wanted).mappings()
    return [None if row["state"] is None else call_usage_from(row) for row in rows]
