"""Full-text search over titles and messages of one owner, the same on both databases.

What a person types is only ever words to look for: no operator of a search language is passed on.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from parley.conversation import Conversation, Hit
from parley.store import postgres_search, sqlite_search
from parley.store.rows import conversation_from
from parley.store.tables import conversations, messages
from parley.store.words import excerpt, words_of

HITS_READ = 300
"""Of the newest messages that match; several may belong to one conversation."""


def find(connection: Connection, owner: str, words: str, limit: int) -> list[Hit]:
    """Titles first, then messages; each conversation once, the newest first."""
    wanted = words_of(words)
    if not wanted:
        return []
    hits = {hit.conversation.id: hit for hit in _titles(connection, owner, wanted, limit)}
    for hit in _messages(connection, owner, words, limit):
        if len(hits) >= limit:
            break
        hits.setdefault(hit.conversation.id, hit)
    return list(hits.values())


def _titles(connection: Connection, owner: str, wanted: list[str], limit: int) -> list[Hit]:
    """Read and compared here: there are few, and both databases then agree on what a letter is."""
    named = (
        select(conversations.c.id, conversations.c.title)
        .where(conversations.c.owner == owner, conversations.c.deleted_at.is_(None))
        .order_by(conversations.c.recency.desc())
    )
    found = [
        conversation_id
        for conversation_id, title in connection.execute(named)
        if _has_all(words_of(title), wanted)
    ][:limit]
    return [Hit(known) for known in _conversations(connection, owner, found)]


def _has_all(words: list[str], wanted: list[str]) -> bool:
    *whole, beginning = wanted
    return all(word in words for word in whole) and any(
        word.startswith(beginning) for word in words
    )


def _messages(connection: Connection, owner: str, words: str, limit: int) -> list[Hit]:
    index = sqlite_search if connection.dialect.name == "sqlite" else postgres_search
    rows = index.newest_hits(connection, owner, words, HITS_READ)
    newest = {conversation_id: message_id for message_id, conversation_id in reversed(rows)}
    # Twice as many as there is room for: half of them may have been found by their titles.
    shown = list(dict.fromkeys(conversation_id for _, conversation_id in rows))[: 2 * limit]
    wanted = select(messages.c.conversation_id, messages.c.text).where(
        messages.c.owner == owner, messages.c.id.in_([newest[known] for known in shown])
    )
    texts = {row[0]: row[1] for row in connection.execute(wanted)}
    return [
        Hit(known, newest[known.id], excerpt(texts[known.id], words_of(words)))
        for known in _conversations(connection, owner, shown)
    ]


def _conversations(connection: Connection, owner: str, ids: list[str]) -> list[Conversation]:
    """In the order of the ids."""
    wanted = select(conversations).where(
        conversations.c.owner == owner, conversations.c.id.in_(ids)
    )
    rows = {row["id"]: conversation_from(row) for row in connection.execute(wanted).mappings()}
    return [rows[known] for known in ids if known in rows]
