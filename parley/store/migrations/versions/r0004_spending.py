"""What was spent, added up: by quarter of an hour and conversation, and by day for long times.

Made empty; the program adds up the ledger that is there when it opens it, as it does wherever the sums are behind.
Calls whose money fits no whole number are named in `spending_apart`.
Frozen once released: it says what was, and must not follow the tables of today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = ("owner", "quarter", "endpoint", "model", "kind", "conversation_id", "state")
FIGURES = (
    *("calls", "unused", "free", "estimated", "partial", "unbounded", "unpriced"),
    *("amount_pico", "amount_yocto", "most_pico", "most_yocto", "saved_pico", "saved_yocto"),
    *("input_tokens", "input_known", "input_unknown", "input_estimated"),
    *("cached_tokens", "cache_input", "cache_said", "cache_hits", "cache_unvalued"),
    *("output_tokens", "output_known", "output_unknown", "output_estimated", "output_partial"),
    *("output_most", "output_unbounded", "reasoning_tokens", "answer_tokens"),
    *("system_tokens", "history_tokens", "attachment_tokens", "new_tokens", "apart"),
)


def upgrade() -> None:
    for table in ("spending", "spending_days"):
        figures = [_figure(name) for name in FIGURES]
        key = sa.PrimaryKeyConstraint(*KEY)
        op.create_table(table, *_key(), *figures, key, sqlite_with_rowid=False)
    attempt = sa.Column("attempt_id", sa.Text, nullable=False)
    apart_key = sa.PrimaryKeyConstraint("owner", "attempt_id")
    op.create_table("spending_apart", *_key(), attempt, apart_key)
    _indexes()


def _key() -> list[sa.Column[object]]:
    kinds = {"quarter": sa.BigInteger}
    return [sa.Column(name, kinds.get(name, sa.Text), nullable=False) for name in KEY]


def _figure(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _indexes() -> None:
    """Which conversations cost most is read from the index alone; so is which calls a page of them holds."""
    ranked = ["owner", "conversation_id", "amount_pico", "amount_yocto", "calls"]
    op.create_index("spending_by_conversation", "spending", ranked)
    by_time = ["owner", "sent_at", "sequence", "endpoint", "model", "kind"]
    op.create_index("requests_by_time", "requests", by_time)
