"""The first tables: conversations and messages, the two halves of the ledger, endpoints, preferences.

Frozen once released: it says what was, and must not follow the tables of today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LEDGER_IS_APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER requests_refuse_update BEFORE UPDATE ON requests
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER requests_refuse_delete BEFORE DELETE ON requests
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER outcomes_refuse_update BEFORE UPDATE ON outcomes
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER outcomes_refuse_delete BEFORE DELETE ON outcomes
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION parley_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'the ledger is append-only'; END $$""",
        """CREATE TRIGGER requests_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON requests
        FOR EACH STATEMENT EXECUTE FUNCTION parley_refuse_change()""",
        """CREATE TRIGGER outcomes_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON outcomes
        FOR EACH STATEMENT EXECUTE FUNCTION parley_refuse_change()""",
    ),
}


def upgrade() -> None:
    _conversations()
    _messages()
    _requests()
    _outcomes()
    _choices()
    for statement in LEDGER_IS_APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _sequence() -> sa.Column[int]:
    return sa.Column(
        "sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        _text("owner"),
        _text("id"),
        _text("title"),
        _time("created_at"),
        _time("updated_at"),
        sa.Column("recency", sa.BigInteger, nullable=False),
        _text("endpoint"),
        _text("model"),
        sa.PrimaryKeyConstraint("owner", "id"),
    )
    op.create_index("conversations_by_recency", "conversations", ["owner", "recency"])


def _messages() -> None:
    op.create_table(
        "messages",
        _sequence(),
        *(_text(name) for name in ("owner", "id", "conversation_id")),
        sa.Column("parent_id", sa.Text),
        *(_text(name) for name in ("role", "text", "reasoning", "state")),
        _time("created_at"),
        _text("model"),
        _text("endpoint"),
        sa.Column("notice", sa.JSON),
        sa.Column("tool_calls", sa.JSON, nullable=False),
        sa.UniqueConstraint("owner", "id", name="messages_id"),
        sa.UniqueConstraint("owner", "conversation_id", "id", name="messages_id_in_conversation"),
        sa.ForeignKeyConstraint(
            ["owner", "conversation_id"], ["conversations.owner", "conversations.id"]
        ),
        sa.ForeignKeyConstraint(
            ["owner", "conversation_id", "parent_id"],
            ["messages.owner", "messages.conversation_id", "messages.id"],
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_in_order", "messages", ["owner", "conversation_id", "sequence"])


def _requests() -> None:
    op.create_table(
        "requests",
        _sequence(),
        *(_text(name) for name in ("owner", "attempt_id", "reply_id", "conversation_id")),
        *(_text(name) for name in ("kind", "endpoint", "base_url", "model")),
        _time("sent_at"),
        sa.Column("price", sa.JSON),
        sa.Column("context_window", sa.BigInteger),
        sa.Column("composition", sa.JSON, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.UniqueConstraint("owner", "attempt_id", name="requests_attempt"),
        sqlite_autoincrement=True,
    )
    op.create_index("requests_by_conversation", "requests", ["owner", "conversation_id"])
    op.create_index("requests_by_reply", "requests", ["owner", "reply_id"])


def _count(bucket: str) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column(bucket, sa.BigInteger),
        sa.Column(f"{bucket}_state", sa.Text, nullable=False),
        sa.Column(f"{bucket}_at_most", sa.BigInteger),
    )


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        _text("owner"),
        _text("attempt_id"),
        _time("ended_at"),
        _text("state"),
        *_count("input_tokens"),
        *_count("cached_tokens"),
        *_count("output_tokens"),
        *_count("reasoning_tokens"),
        sa.Column("raw_usage", sa.JSON),
        sa.Column("cost_amount", sa.Text),
        _text("cost_state"),
        sa.Column("cost_at_most", sa.Text),
        sa.Column("cost_lines", sa.JSON, nullable=False),
        _text("cost_source"),
        sa.Column("cost_as_of", sa.Date),
        sa.Column("cost_free", sa.Boolean, nullable=False),
        sa.Column("reported_cost", sa.Text),
        *(sa.Column(name, sa.Text) for name in ("finish_reason", "request_id", "model_answered")),
        sa.Column("time_to_first_token_s", sa.Float),
        sa.Column("generation_s", sa.Float),
        sa.Column("tokens_per_second", sa.Float),
        _text("speed_source"),
        sa.Column("error_kind", sa.Text),
        sa.Column("http_status", sa.BigInteger),
        sa.Column("timing_track", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("owner", "attempt_id"),
        sa.ForeignKeyConstraint(["owner", "attempt_id"], ["requests.owner", "requests.attempt_id"]),
    )


def _choices() -> None:
    op.create_table(
        "endpoints",
        *(_text(name) for name in ("owner", "name", "base_url")),
        sa.Column("project", sa.Text),
        sa.PrimaryKeyConstraint("owner", "name"),
    )
    op.create_table(
        "preferences",
        *(_text(name) for name in ("owner", "name", "value")),
        sa.PrimaryKeyConstraint("owner", "name"),
    )
