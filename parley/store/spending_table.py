"""The sums of the ledger as the program sees them; `spending_kept` keeps them.

Derived: every row can be worked out anew from `requests` and `outcomes`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table

from parley.store.columns import OwnerId, Words
from parley.store.tables import metadata, requests

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
"""`_pico` and `_yocto`: 1e-12 and 1e-24 of a US dollar. `apart`: calls whose money is in none of the sums."""


def _key(name: str) -> Column[object]:
    kind = {"owner": OwnerId, "quarter": BigInteger}.get(name, Words)
    return Column(name, kind, nullable=False)


def _sums(name: str, *indexes: Index) -> Table:
    figures = (Column(figure, BigInteger, nullable=False, server_default="0") for figure in FIGURES)
    key = map(_key, KEY)
    primary = PrimaryKeyConstraint(*KEY)
    return Table(name, metadata, *key, *figures, primary, *indexes, sqlite_with_rowid=False)


spending = _sums(
    "spending",
    Index(
        "spending_by_conversation",
        *("owner", "conversation_id", "amount_pico", "amount_yocto", "calls"),
    ),
)
"""By quarter of an hour and by conversation."""

spending_days = _sums("spending_days")
"""By day in UTC, named by its first quarter; `conversation_id` is `*` for all of them together, empty for probes."""

spending_apart = Table(
    "spending_apart",
    metadata,
    *(_key(name) for name in KEY),
    Column("attempt_id", Words, nullable=False),
    PrimaryKeyConstraint("owner", "attempt_id"),
)
"""The calls whose money is in none of the sums.

With a row id, unlike the sums: SQLite 3.40 takes a table without one for damaged where its key is not what comes first.
"""

Index(
    "requests_by_time",
    requests.c.owner,
    requests.c.sent_at,
    requests.c.sequence,
    requests.c.endpoint,
    requests.c.model,
    requests.c.kind,
)
