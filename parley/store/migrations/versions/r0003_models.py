"""What is kept about models: snapshots of catalogs, prices of one's own, favourites, probes.

Frozen once released: it says what was, and must not follow the tables of today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _catalog_snapshots()
    _own_prices()
    _favourites()
    _probes()


def _sequence() -> sa.Column[int]:
    return sa.Column(
        "sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _catalog_snapshots() -> None:
    op.create_table(
        "catalog_snapshots",
        _sequence(),
        *(_text(name) for name in ("owner", "endpoint", "base_url")),
        *(_time(name) for name in ("taken_at", "seen_at")),
        sa.Column("models", sa.Integer, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "catalog_snapshots_in_order", "catalog_snapshots", ["owner", "endpoint", "sequence"]
    )


def _own_prices() -> None:
    op.create_table(
        "own_prices",
        *(_text(name) for name in ("owner", "endpoint", "model_id", "input", "output")),
        sa.Column("cached", sa.Text),
        _time("set_at"),
        sa.PrimaryKeyConstraint("owner", "endpoint", "model_id"),
    )


def _favourites() -> None:
    op.create_table(
        "favourites",
        *(_text(name) for name in ("owner", "endpoint", "model_id")),
        sa.PrimaryKeyConstraint("owner", "endpoint", "model_id"),
    )


def _probes() -> None:
    op.create_table(
        "probes",
        _sequence(),
        *(_text(name) for name in ("owner", "endpoint", "model_id")),
        _time("taken_at"),
        sa.Column("result", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("probes_by_model", "probes", ["owner", "endpoint", "model_id", "sequence"])
