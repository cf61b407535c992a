"""What an owner may spend in a conversation, a day, a month.

Frozen once released: it says what was, and must not follow the tables of today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "budgets",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("owner", "period", "amount")),
        sa.Column("hard", sa.Boolean, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "period"),
    )
