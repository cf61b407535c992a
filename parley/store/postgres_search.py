"""Messages found by PostgreSQL's `tsvector`.

The words are made here, not by the server: what it takes for a letter depends on the locale that it was set up
with, and both databases are to find the same. A message gets its words in the transaction that ends it.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, Connection, Text, bindparam, text

from parley.store.columns import OwnerId
from parley.store.words import MAX_WORDS, is_beginning, words_of

MAX_WORD_CHARS = 64
"""A longer word is found by its beginning; PostgreSQL takes 2,046 bytes."""
MAX_WORDS_BYTES = 500_000
"""Of one message, each different word once; what is beyond is not found. PostgreSQL takes 1 MB."""
BATCH = 500

_NEW = text(
    """
    SELECT sequence, text FROM messages
    WHERE words IS NULL AND state <> 'streaming' AND owner = :owner
    ORDER BY sequence LIMIT :batch
    """
).bindparams(bindparam("owner", type_=OwnerId))
_NEW_OF_ALL = text(
    """
    SELECT sequence, text FROM messages WHERE words IS NULL AND state <> 'streaming'
    ORDER BY sequence LIMIT :batch
    """
)
_INDEX = text(
    "UPDATE messages SET words = array_to_tsvector(:words) WHERE sequence = :sequence"
).bindparams(bindparam("words", type_=ARRAY(Text)))

_MATCHING = text(
    """
    SELECT messages.id, messages.conversation_id
    FROM messages
    JOIN conversations
        ON conversations.owner = messages.owner AND conversations.id = messages.conversation_id
    WHERE messages.words @@ CAST(:words AS tsquery) AND messages.owner = :owner
        AND messages.deleted_at IS NULL AND conversations.deleted_at IS NULL
    ORDER BY messages.sequence DESC
    LIMIT :most
    """
)


def index_new(connection: Connection, owner: str | None) -> None:
    """Index what has ended since the last time, of one owner or (`None`) of all."""
    wanted = _NEW_OF_ALL if owner is None else _NEW
    values = {"batch": BATCH} if owner is None else {"batch": BATCH, "owner": owner}
    while rows := connection.execute(wanted, values).all():
        connection.execute(
            _INDEX, [{"sequence": row[0], "words": indexable(row[1])} for row in rows]
        )


def indexable(written: str) -> list[str]:
    """The different words of a text, as many and as much of each as PostgreSQL takes."""
    kept, size = [], 0
    for word in dict.fromkeys(word[:MAX_WORD_CHARS] for word in words_of(written)):
        size += len(word.encode()) + 2
        if size > MAX_WORDS_BYTES:
            break
        kept.append(word)
    return kept


def newest_hits(connection: Connection, owner: str, typed: str, most: int) -> list[tuple[str, str]]:
    """`(message id, conversation id)` of the newest messages with all the words."""
    values = {"owner": owner, "words": _query(words_of(typed)[:MAX_WORDS]), "most": most}
    return [(row[0], row[1]) for row in connection.execute(_MATCHING, values)]


def _query(wanted: list[str]) -> str:
    """Each word in quotes, so that none is an operator; a word is letters and digits only."""
    *whole, last = (f"'{word[:MAX_WORD_CHARS]}'" for word in wanted)
    return " & ".join([*dict.fromkeys(whole), f"{last}:*" if is_beginning(wanted) else last])
