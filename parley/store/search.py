"""Full-text search over titles and messages of one owner.

What a person types is only ever words to look for: no operator of a search language is passed on.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection, String, bindparam, column, func, select, table, text

from parley.conversation import Conversation, Hit
from parley.store.rows import conversation_from
from parley.store.tables import conversations, messages

EXCERPT_WORDS = 14
HITS_READ = 300
"""Of the newest messages that match; several may belong to one conversation."""
BEGIN_MARK, END_MARK = "\x02", "\x03"

_WORD = re.compile(r"[^\W_]+")

message_words = table("message_words", column("rowid"), column("text"))


def find(connection: Connection, owner: str, words: str, limit: int) -> list[Hit]:
    """Titles first, then messages; each conversation once, the newest first."""
    wanted = words_of(words)
    if not wanted:
        return []
    hits = {hit.conversation.id: hit for hit in _titles(connection, owner, wanted, limit)}
    for hit in _messages(connection, owner, wanted):
        if len(hits) >= limit:
            break
        hits.setdefault(hit.conversation.id, hit)
    return list(hits.values())


def words_of(text: str) -> list[str]:
    """The words of a text without case and accents, as the index knows them.

    >>> words_of('Motörhead -"1916" AND')
    ['motorhead', '1916', 'and']
    """
    folded = text.casefold()
    if not folded.isascii():
        marked = unicodedata.normalize("NFKD", folded)
        folded = "".join(char for char in marked if not unicodedata.combining(char))
    return _WORD.findall(folded)


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


def _messages(connection: Connection, owner: str, wanted: list[str]) -> list[Hit]:
    *whole, last = (f'"{word}"' for word in wanted)
    # Nearly every message has a word with any one letter.
    beginning = f"{last}*" if len(wanted[-1]) > 1 else last
    excerpt = func.snippet(
        text("message_words"), 0, BEGIN_MARK, END_MARK, "…", EXCERPT_WORDS, type_=String
    )
    matching = (
        select(messages.c.id, messages.c.conversation_id, excerpt)
        .select_from(message_words.join(messages, messages.c.sequence == message_words.c.rowid))
        .join(
            conversations,
            (conversations.c.owner == messages.c.owner)
            & (conversations.c.id == messages.c.conversation_id),
        )
        .where(
            text("message_words MATCH :words").bindparams(
                bindparam("words", " ".join([*whole, beginning]))
            ),
            messages.c.owner == owner,
            messages.c.deleted_at.is_(None),
            conversations.c.deleted_at.is_(None),
        )
        .order_by(message_words.c.rowid.desc())
        .limit(HITS_READ)
    )
    rows = connection.execute(matching).all()
    newest = {conversation_id: (known, cut) for known, conversation_id, cut in reversed(rows)}
    ordered = list(dict.fromkeys(conversation_id for _, conversation_id, _ in rows))
    return [
        Hit(known, newest[known.id][0], pieces(newest[known.id][1]))
        for known in _conversations(connection, owner, ordered)
    ]


def pieces(marked: str) -> tuple[tuple[str, bool], ...]:
    """A text with marks around the hits, cut at the marks.

    >>> pieces("an \\x02old\\x03 one")
    (('an ', False), ('old', True), (' one', False))
    """
    cut = marked.replace(END_MARK, BEGIN_MARK).split(BEGIN_MARK)
    return tuple((piece, bool(number % 2)) for number, piece in enumerate(cut) if piece)


def _conversations(connection: Connection, owner: str, ids: list[str]) -> list[Conversation]:
    """In the order of the ids."""
    wanted = select(conversations).where(
        conversations.c.owner == owner, conversations.c.id.in_(ids)
    )
    rows = {row["id"]: conversation_from(row) for row in connection.execute(wanted).mappings()}
    return [rows[known] for known in ids if known in rows]
