"""The calls whose money is in none of the sums, since it fits no whole number: read one by one, in `Decimal`.

Rare: as a rule there is none.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, literal, select

from parley.spending import most_of, saved_by_cache
from parley.store.ledger_rows import outcome_from
from parley.store.spending_figures import Apart, written
from parley.store.spending_sums import conditions
from parley.store.spending_table import spending_apart
from parley.store.tables import outcomes
from parley.wanted_calls import QUARTERS_A_DAY, Dimension, Wanted

_IS_APART: ColumnElement[bool] = and_(
    spending_apart.c.owner == outcomes.c.owner,
    spending_apart.c.attempt_id == outcomes.c.attempt_id,
)


def apart(
    connection: Connection, owner: str, wanted: Wanted, dimension: Dimension | None = None
) -> list[Apart]:
    """Each with the key that it is counted under, empty without a dimension."""
    key = _key(dimension, wanted).label("key")
    # An outer join is read from the left: SQLite would begin with a million outcomes.
    asked = select(key, outcomes).join_from(spending_apart, outcomes, _IS_APART, isouter=True)
    rows = connection.execute(asked.where(*conditions(spending_apart, owner, wanted)))
    return [_apart_from(row) for row in rows.mappings()]


def _key(dimension: Dimension | None, wanted: Wanted) -> ColumnElement[Any]:
    column = spending_apart.c
    if dimension is None:
        return literal("")
    if dimension is Dimension.DAY:
        return (column.quarter + wanted.offset_quarters) // QUARTERS_A_DAY
    return (
        column.conversation_id if dimension is Dimension.CONVERSATION else column[dimension.value]
    )


def _apart_from(row: RowMapping) -> Apart:
    cost = outcome_from(row).cost
    return Apart(written(row["key"]), cost.amount, most_of(cost), saved_by_cache(cost))
