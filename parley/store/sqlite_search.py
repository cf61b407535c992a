"""Messages found by SQLite's FTS5. Triggers keep its index, `message_words`.

It takes the accents off Latin letters only, so it gets the words as they are written and does that itself.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from parley.store.words import MAX_WORDS, as_written, is_beginning

# A constant: to build it anew takes longer than many a search.
_MATCHING = text(
    """
    SELECT messages.id, messages.conversation_id
    FROM message_words
    JOIN messages ON messages.sequence = message_words.rowid
    JOIN conversations
        ON conversations.owner = messages.owner AND conversations.id = messages.conversation_id
    WHERE message_words MATCH :words AND messages.owner = :owner
        AND messages.deleted_at IS NULL AND conversations.deleted_at IS NULL
    ORDER BY message_words.rowid DESC
    LIMIT :most
    """
)


def newest_hits(connection: Connection, owner: str, typed: str, most: int) -> list[tuple[str, str]]:
    """`(message id, conversation id)` of the newest messages with all the words."""
    values = {"owner": owner, "words": _query(as_written(typed)[:MAX_WORDS]), "most": most}
    return [(row[0], row[1]) for row in connection.execute(_MATCHING, values)]


def _query(wanted: list[str]) -> str:
    """Each word in quotes, so that none is an operator."""
    *whole, last = (f'"{word}"' for word in wanted)
    return " ".join([*dict.fromkeys(whole), f"{last}*" if is_beginning(wanted) else last])
