"""Conversations that last: the shown path, pins, archive, undo of deletion, settings, attachments, presets, search.

Frozen once released: it says what was, and must not follow the tables of today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

DEPTHS = """
WITH RECURSIVE tree(sequence, owner, id, depth) AS (
    SELECT sequence, owner, id, 1 FROM messages WHERE parent_id IS NULL
    UNION ALL
    SELECT child.sequence, child.owner, child.id, tree.depth + 1
    FROM messages AS child JOIN tree ON child.owner = tree.owner AND child.parent_id = tree.id
)
UPDATE messages SET depth = (SELECT tree.depth FROM tree WHERE tree.sequence = messages.sequence)
"""

SEARCH = {
    "sqlite": (
        """CREATE VIRTUAL TABLE message_words USING fts5(
            text, content='messages', content_rowid='sequence', tokenize='unicode61 remove_diacritics 2',
            prefix='2 3'
        )""",
        "INSERT INTO message_words(rowid, text) SELECT sequence, text FROM messages WHERE state <> 'streaming'",
        # A reply becomes findable when it has ended; until then every second would write to the index.
        """CREATE TRIGGER messages_words_added AFTER INSERT ON messages WHEN new.state <> 'streaming'
        BEGIN INSERT INTO message_words(rowid, text) VALUES (new.sequence, new.text); END""",
        """CREATE TRIGGER messages_words_gone AFTER DELETE ON messages WHEN old.state <> 'streaming'
        BEGIN INSERT INTO message_words(message_words, rowid, text) VALUES ('delete', old.sequence, old.text); END""",
        """CREATE TRIGGER messages_words_ended AFTER UPDATE OF text, state ON messages
        WHEN old.state = 'streaming' AND new.state <> 'streaming'
        BEGIN INSERT INTO message_words(rowid, text) VALUES (new.sequence, new.text); END""",
    ),
    # Words are made by the program, which finds the messages without any by the second index.
    "postgresql": (
        "ALTER TABLE messages ADD COLUMN words tsvector",
        "CREATE INDEX messages_by_word ON messages USING gin (words)",
        """CREATE INDEX messages_without_words ON messages (owner, sequence)
        WHERE words IS NULL AND state <> 'streaming'""",
    ),
}


def upgrade() -> None:
    _conversations()
    _messages()
    _attachments()
    _presets()
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _conversations() -> None:
    op.add_column("conversations", sa.Column("leaf_id", sa.Text))
    op.add_column("conversations", _no("pinned"))
    op.add_column("conversations", _no("archived"))
    op.add_column("conversations", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.add_column(
        "conversations", sa.Column("settings", sa.JSON, nullable=False, server_default="{}")
    )


def _messages() -> None:
    depth = sa.Column("depth", sa.Integer, nullable=False, server_default="0")
    op.add_column("messages", depth)
    op.add_column("messages", sa.Column("source_id", sa.Text))
    op.add_column("messages", sa.Column("imported", sa.JSON))
    op.add_column("messages", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.create_index("messages_by_parent", "messages", ["owner", "conversation_id", "parent_id"])
    op.execute(DEPTHS)


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        *(_text(name) for name in ("owner", "id", "conversation_id", "message_id")),
        *(_text(name) for name in ("name", "kind", "media_type", "note")),
        sa.Column("chars", sa.BigInteger, nullable=False),
        sa.Column("width", sa.BigInteger),
        sa.Column("height", sa.BigInteger),
        _text("text"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("owner", "id", name="attachments_id"),
        sa.ForeignKeyConstraint(
            ["owner", "conversation_id", "message_id"],
            ["messages.owner", "messages.conversation_id", "messages.id"],
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "attachments_by_message", "attachments", ["owner", "conversation_id", "message_id"]
    )


def _presets() -> None:
    op.create_table(
        "presets",
        *(_text(name) for name in ("owner", "name", "endpoint", "model")),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("owner", "name"),
    )
