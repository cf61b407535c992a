"""The tables as the program sees them. A migration builds them; a test compares the two.

Every row has an owner, and every key begins with it: a row can refer to rows of its own owner only.
`requests` and `outcomes` are the ledger: rows are added, never changed (triggers refuse it).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from parley.store.columns import Json, Money, OwnerId, UtcTime, Whole, Words

SCHEMA_REVISION = "0006"
"""The newest migration; a test compares it with the scripts. Known here so that a start need not load Alembic."""

metadata = MetaData()


def _sequence() -> Column[int]:
    """Order of arrival. A clock may go backwards, this does not."""
    return Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _owner() -> Column[str]:
    return Column("owner", OwnerId, nullable=False)


def _words(name: str) -> Column[str]:
    return Column(name, Words, nullable=False)


def _time(name: str) -> Column[object]:
    return Column(name, UtcTime, nullable=False)


def _count(bucket: str) -> list[Column[object]]:
    return [
        Column(bucket, Whole),
        Column(f"{bucket}_state", Words, nullable=False),
        Column(f"{bucket}_at_most", Whole),
    ]


conversations = Table(
    "conversations",
    metadata,
    _owner(),
    _words("id"),
    _words("title"),
    _time("created_at"),
    _time("updated_at"),
    Column("recency", BigInteger, nullable=False),
    _words("endpoint"),
    _words("model"),
    Column("leaf_id", Words),
    Column("pinned", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("deleted_at", UtcTime),
    Column("settings", Json, nullable=False),
    PrimaryKeyConstraint("owner", "id"),
    Index("conversations_by_recency", "owner", "recency"),
)

messages = Table(
    "messages",
    metadata,
    _sequence(),
    _owner(),
    _words("id"),
    _words("conversation_id"),
    Column("parent_id", Words),
    _words("role"),
    _words("text"),
    _words("reasoning"),
    _words("state"),
    _time("created_at"),
    _words("model"),
    _words("endpoint"),
    Column("notice", Json),
    Column("tool_calls", Json, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("source_id", Words),
    Column("imported", Json),
    Column("deleted_at", UtcTime),
    UniqueConstraint("owner", "id", name="messages_id"),
    UniqueConstraint("owner", "conversation_id", "id", name="messages_id_in_conversation"),
    ForeignKeyConstraint(["owner", "conversation_id"], ["conversations.owner", "conversations.id"]),
    ForeignKeyConstraint(
        ["owner", "conversation_id", "parent_id"],
        ["messages.owner", "messages.conversation_id", "messages.id"],
    ),
    Index("messages_in_order", "owner", "conversation_id", "sequence"),
    Index("messages_by_parent", "owner", "conversation_id", "parent_id"),
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    _sequence(),
    _owner(),
    _words("id"),
    _words("conversation_id"),
    _words("message_id"),
    _words("name"),
    _words("kind"),
    _words("media_type"),
    _words("note"),
    Column("chars", Whole, nullable=False),
    Column("width", Whole),
    Column("height", Whole),
    _words("text"),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("owner", "id", name="attachments_id"),
    ForeignKeyConstraint(
        ["owner", "conversation_id", "message_id"],
        ["messages.owner", "messages.conversation_id", "messages.id"],
    ),
    Index("attachments_by_message", "owner", "conversation_id", "message_id"),
    sqlite_autoincrement=True,
)

requests = Table(
    "requests",
    metadata,
    _sequence(),
    _owner(),
    _words("attempt_id"),
    _words("reply_id"),
    _words("conversation_id"),
    _words("kind"),
    _words("endpoint"),
    _words("base_url"),
    _words("model"),
    _time("sent_at"),
    Column("price", Json),
    Column("context_window", Whole),
    Column("composition", Json, nullable=False),
    Column("parameters", Json, nullable=False),
    UniqueConstraint("owner", "attempt_id", name="requests_attempt"),
    Index("requests_by_conversation", "owner", "conversation_id"),
    Index("requests_by_reply", "owner", "reply_id"),
    sqlite_autoincrement=True,
)

outcomes = Table(
    "outcomes",
    metadata,
    _owner(),
    _words("attempt_id"),
    _time("ended_at"),
    _words("state"),
    *_count("input_tokens"),
    *_count("cached_tokens"),
    *_count("output_tokens"),
    *_count("reasoning_tokens"),
    Column("raw_usage", Json),
    Column("cost_amount", Money),
    _words("cost_state"),
    Column("cost_at_most", Money),
    Column("cost_lines", Json, nullable=False),
    _words("cost_source"),
    Column("cost_as_of", Date),
    Column("cost_free", Boolean, nullable=False),
    Column("reported_cost", Money),
    Column("finish_reason", Words),
    Column("request_id", Words),
    Column("model_answered", Words),
    Column("time_to_first_token_s", Float),
    Column("generation_s", Float),
    Column("tokens_per_second", Float),
    _words("speed_source"),
    Column("error_kind", Words),
    Column("http_status", Whole),
    Column("timing_track", Json, nullable=False),
    PrimaryKeyConstraint("owner", "attempt_id"),
    ForeignKeyConstraint(["owner", "attempt_id"], ["requests.owner", "requests.attempt_id"]),
)

endpoints = Table(
    "endpoints",
    metadata,
    _owner(),
    _words("name"),
    _words("base_url"),
    Column("project", Words),
    PrimaryKeyConstraint("owner", "name"),
)

preferences = Table(
    "preferences",
    metadata,
    _owner(),
    _words("name"),
    _words("value"),
    PrimaryKeyConstraint("owner", "name"),
)

presets = Table(
    "presets",
    metadata,
    _owner(),
    _words("name"),
    _words("endpoint"),
    _words("model"),
    Column("settings", Json, nullable=False),
    PrimaryKeyConstraint("owner", "name"),
)

catalog_snapshots = Table(
    "catalog_snapshots",
    metadata,
    _sequence(),
    _owner(),
    _words("endpoint"),
    _words("base_url"),
    _time("taken_at"),
    _time("seen_at"),
    Column("models", Integer, nullable=False),
    Column("content", Json, nullable=False),
    Index("catalog_snapshots_in_order", "owner", "endpoint", "sequence"),
    sqlite_autoincrement=True,
)

own_prices = Table(
    "own_prices",
    metadata,
    _owner(),
    _words("endpoint"),
    _words("model_id"),
    Column("since", Date, nullable=False),
    Column("input", Money, nullable=False),
    Column("output", Money, nullable=False),
    Column("cached", Money),
    _time("set_at"),
    PrimaryKeyConstraint("owner", "endpoint", "model_id", "since"),
)

budgets = Table(
    "budgets",
    metadata,
    _owner(),
    _words("period"),
    Column("amount", Money, nullable=False),
    Column("hard", Boolean, nullable=False),
    _time("set_at"),
    PrimaryKeyConstraint("owner", "period"),
)

favourites = Table(
    "favourites",
    metadata,
    _owner(),
    _words("endpoint"),
    _words("model_id"),
    PrimaryKeyConstraint("owner", "endpoint", "model_id"),
)

probes = Table(
    "probes",
    metadata,
    _sequence(),
    _owner(),
    _words("endpoint"),
    _words("model_id"),
    _time("taken_at"),
    Column("result", Json, nullable=False),
    Index("probes_by_model", "owner", "endpoint", "model_id", "sequence"),
    sqlite_autoincrement=True,
)
