"""Statements on the tree of a conversation's messages: the path that is shown, siblings, what hangs below a message.

A message that was deleted takes what follows it along; no statement here finds either.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
)

from parley.store.tables import conversations, messages

_SENT = select(
    messages.c.id,
    messages.c.parent_id,
    messages.c.role,
    messages.c.text,
    messages.c.reasoning,
    messages.c.state,
    cast(messages.c.tool_calls, Text),
)


def kept(owner: str, conversation_id: str) -> ColumnElement[bool]:
    """The messages of a conversation that were not deleted."""
    return and_(
        messages.c.owner == owner,
        messages.c.conversation_id == conversation_id,
        messages.c.deleted_at.is_(None),
    )


def leaf(owner: str, conversation_id: str) -> ScalarSelect[Any]:
    """The sequence of the last message on the shown path: the chosen one, else the newest."""
    mine = kept(owner, conversation_id)
    chosen = (
        select(conversations.c.leaf_id)
        .where(conversations.c.owner == owner, conversations.c.id == conversation_id)
        .scalar_subquery()
    )
    by_choice = select(messages.c.sequence).where(mine, messages.c.id == chosen).scalar_subquery()
    newest = select(func.max(messages.c.sequence)).where(mine).scalar_subquery()
    return select(func.coalesce(by_choice, newest)).scalar_subquery()


def active_path(
    owner: str, conversation_id: str, *, limit: int | None = None, skip: int = 0
) -> CTE:
    """`(sequence, parent_id, steps)` from the leaf up to the root, or `limit` messages of it.

    `skip` leaves out so many at the root.
    """
    return _upwards(owner, conversation_id, leaf(owner, conversation_id), limit, skip)


def path_to(owner: str, conversation_id: str, message_id: str) -> CTE:
    """The same, from a message up to the root."""
    last = (
        select(messages.c.sequence)
        .where(kept(owner, conversation_id), messages.c.id == message_id)
        .scalar_subquery()
    )
    return _upwards(owner, conversation_id, last)


def _upwards(
    owner: str,
    conversation_id: str,
    last: ScalarSelect[Any],
    limit: int | None = None,
    skip: int = 0,
) -> CTE:
    mine = and_(kept(owner, conversation_id), messages.c.depth > skip)
    path = (
        select(messages.c.sequence, messages.c.parent_id, literal(1, Integer).label("steps"))
        .where(mine, messages.c.sequence == last)
        .cte("path", recursive=True)
    )
    parents = select(messages.c.sequence, messages.c.parent_id, path.c.steps + 1).where(
        mine, messages.c.id == path.c.parent_id
    )
    if limit is not None:
        parents = parents.where(path.c.steps < limit)
    return path.union_all(parents)


def messages_on(path: CTE) -> Select[Any]:
    """Oldest first."""
    found = select(messages).join(path, messages.c.sequence == path.c.sequence)
    return found.order_by(path.c.steps.desc())


def to_send_on(path: CTE) -> Select[Any]:
    """`(id, parent_id, role, text, reasoning, state, tool_calls as text)`, oldest first."""
    found = _SENT.join(path, messages.c.sequence == path.c.sequence)
    return found.order_by(path.c.steps.desc())


def length(owner: str, conversation_id: str) -> Select[Any]:
    """Of the active path: every message knows how deep it lies."""
    last = leaf(owner, conversation_id)
    return select(messages.c.depth).where(messages.c.sequence == last)


def below(owner: str, message_id: str) -> CTE:
    """`(sequence, id)` of a message and of everything that follows it, on every branch."""
    mine = and_(messages.c.owner == owner, messages.c.deleted_at.is_(None))
    tree = (
        select(messages.c.sequence, messages.c.id)
        .where(mine, messages.c.id == message_id)
        .cte("below", recursive=True)
    )
    return tree.union_all(
        select(messages.c.sequence, messages.c.id).where(mine, messages.c.parent_id == tree.c.id)
    )


def newest_below(connection: Connection, owner: str, message_id: str) -> str | None:
    """The message that was added last to what hangs below: always the end of a path."""
    tree = below(owner, message_id)
    newest = select(tree.c.id).order_by(tree.c.sequence.desc()).limit(1)
    return connection.scalar(newest)


def read_siblings(
    connection: Connection,
    owner: str,
    conversation_id: str,
    parent_ids: Collection[str | None],
) -> dict[str | None, list[str]]:
    """By parent, the ids of its children, oldest first; `None` is the parent of first messages."""
    named = [parent_id for parent_id in parent_ids if parent_id is not None]
    is_wanted: ColumnElement[bool] = messages.c.parent_id.in_(named)
    if None in parent_ids:
        is_wanted = or_(is_wanted, messages.c.parent_id.is_(None))
    wanted = (
        select(messages.c.parent_id, messages.c.id)
        .where(kept(owner, conversation_id), is_wanted)
        .order_by(messages.c.sequence)
    )
    families: dict[str | None, list[str]] = {}
    for parent_id, message_id in connection.execute(wanted):
        families.setdefault(parent_id, []).append(message_id)
    return families
