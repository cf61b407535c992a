"""Own prices hold from a day on, several of a model; one that was set before holds from the day on which that was.

A key cannot be changed in place everywhere, so the table is made anew and takes the rows over.
Frozen once released: it says what was, and must not follow the tables of today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TAKE_OVER = {
    "sqlite": """INSERT INTO own_prices_dated
        (owner, endpoint, model_id, since, input, output, cached, set_at)
        SELECT owner, endpoint, model_id, date(set_at), input, output, cached, set_at
        FROM own_prices""",
    "postgresql": """INSERT INTO own_prices_dated
        (owner, endpoint, model_id, since, input, output, cached, set_at)
        SELECT owner, endpoint, model_id, date(set_at AT TIME ZONE 'UTC'), input, output, cached, set_at
        FROM own_prices""",
}


def upgrade() -> None:
    op.create_table(
        "own_prices_dated",
        *(_text(name) for name in ("owner", "endpoint", "model_id")),
        sa.Column("since", sa.Date, nullable=False),
        *(_text(name) for name in ("input", "output")),
        sa.Column("cached", sa.Text),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "endpoint", "model_id", "since"),
    )
    op.execute(TAKE_OVER[op.get_bind().dialect.name])
    op.drop_table("own_prices")
    op.rename_table("own_prices_dated", "own_prices")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
