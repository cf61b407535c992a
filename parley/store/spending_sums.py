"""The statements behind `Spending`: the database adds up, in whole numbers; here they become figures again.

Whole days are read from the sums of days, what is left at either end from those of quarters of an hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    case,
    desc,
    func,
    or_,
    select,
    union_all,
)

from parley.store.spending_figures import SPENT, Sums, plus
from parley.store.spending_table import KEY, spending, spending_days
from parley.wanted_calls import QUARTERS_A_DAY, Dimension, Wanted

MOST_NAMED = 10_000
"""Conversations that a statement may name one by one."""
_UNFINISHED = "unfinished"


def conditions(source: FromClause, owner: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Of a table with the key of the sums."""
    found = about_calls(source, owner, wanted)
    if wanted.first_quarter is not None:
        found.append(source.c.quarter >= wanted.first_quarter)
    if wanted.end_quarter is not None:
        found.append(source.c.quarter < wanted.end_quarter)
    return found


def about_calls(source: FromClause, owner: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions but for the time."""
    column = source.c
    found = [column.owner == owner]
    lists = (
        (column.endpoint, wanted.endpoints),
        (column.model, wanted.models),
        (column.kind, wanted.kinds),
    )
    found.extend(known.in_(values) for known, values in lists if values)
    if wanted.conversation_id is not None:
        found.append(column.conversation_id == wanted.conversation_id)
    if wanted.in_conversations:
        found.append(column.conversation_id != "")
    return found


def sums(connection: Connection, owner: str, wanted: Wanted, names: Sequence[str]) -> Sums:
    """Of all that is wanted; 0 where there is nothing."""
    row = connection.execute(_added(_source(owner, wanted, names), names)).mappings().one()
    return _whole(row)


def sums_by(
    connection: Connection, owner: str, wanted: Wanted, dimension: Dimension, limit: int | None
) -> dict[str | int, Sums]:
    """By name or by number of the day, those first that cost most or are newest; `limit` = `None`: all of them."""
    if dimension is Dimension.DAY:
        return _by_day(connection, owner, wanted, limit)
    if dimension is Dimension.CONVERSATION:
        return _by_conversation(connection, owner, wanted, limit)
    source = _source(owner, wanted, SPENT)
    asked = _added(source, SPENT).add_columns(source.c[dimension.value].label("key"))
    rows = connection.execute(asked.group_by("key").order_by(*_DEAREST).limit(limit))
    return _by_key(rows.mappings())


def conversations(connection: Connection, owner: str, wanted: Wanted) -> int:
    """How many have a call that is wanted."""
    talk = conditions(spending, owner, replace(wanted, in_conversations=True))
    return (
        connection.scalar(select(func.count(spending.c.conversation_id.distinct())).where(*talk))
        or 0
    )


def extent(connection: Connection, owner: str, wanted: Wanted) -> tuple[int, int, int]:
    """How many calls, and the first and the last day (in UTC) that has one, each by its first quarter of an hour."""
    source = _source(owner, wanted, ("calls",))
    day = source.c.quarter // QUARTERS_A_DAY * QUARTERS_A_DAY
    row = connection.execute(select(func.sum(source.c.calls), func.min(day), func.max(day))).one()
    total, first, last = (int(value or 0) for value in row)
    return total, first, last


_DEAREST: tuple[Any, ...] = (desc("amount_pico"), desc("calls"), "key")


def _source(owner: str, wanted: Wanted, names: Sequence[str]) -> FromClause:
    """All sums that are wanted, from where they are fewest."""
    if wanted.conversation_id is not None:
        return _rows(spending, conditions(spending, owner, wanted), names).subquery()
    first, end = wanted.first_quarter, wanted.end_quarter
    whole_first = None if first is None else -(-first // QUARTERS_A_DAY) * QUARTERS_A_DAY
    whole_end = None if end is None else end // QUARTERS_A_DAY * QUARTERS_A_DAY
    quarter = spending.c.quarter
    within = about_calls(spending_days, owner, wanted)
    ends: list[ColumnElement[bool]] = []
    if whole_first is not None:
        within.append(spending_days.c.quarter >= whole_first)
        ends.append(quarter < whole_first)
    if whole_end is not None:
        within.append(spending_days.c.quarter < whole_end)
        ends.append(quarter >= whole_end)
    days = _rows(spending_days, within, names)
    if (whole_first, whole_end) == (first, end):
        return days.subquery()
    rest = _rows(spending, [*conditions(spending, owner, wanted), or_(*ends)], names)
    return union_all(days, rest).subquery()


def _rows(
    table: FromClause, wanted: Iterable[ColumnElement[bool]], names: Sequence[str]
) -> Select[Any]:
    return select(*(table.c[name] for name in (*KEY, *names))).where(*wanted)


def _added(source: FromClause, names: Sequence[str]) -> Select[Any]:
    columns = [func.sum(source.c[name]).label(name) for name in names]
    if "calls" in names:
        unfinished = case((source.c.state == "", source.c.calls), else_=0)
        columns.append(func.sum(unfinished).label(_UNFINISHED))
    return select(*columns)


def _whole(row: Any) -> Sums:
    """PostgreSQL adds whole numbers up to decimal ones."""
    return {name: int(value or 0) for name, value in row.items() if name != "key"}


def _by_key(rows: Iterable[Any]) -> dict[str | int, Sums]:
    return {row["key"]: _whole(row) for row in rows}


def _by_conversation(
    connection: Connection, owner: str, wanted: Wanted, limit: int | None
) -> dict[str | int, Sums]:
    """First which ones, by what the index holds; then all about these."""
    column = spending.c
    ranked = (
        select(
            column.conversation_id.label("key"),
            func.sum(column.amount_pico).label("amount_pico"),
            func.sum(column.calls).label("calls"),
        )
        .where(*conditions(spending, owner, wanted))
        .group_by(column.conversation_id)
        .order_by(*_DEAREST)
        .limit(limit)
    )
    keys = [row.key for row in connection.execute(ranked)]
    chosen = conditions(spending, owner, wanted)
    if len(keys) <= MOST_NAMED:
        chosen.append(column.conversation_id.in_(keys))
    source = _rows(spending, chosen, SPENT).subquery()
    asked = _added(source, SPENT).add_columns(source.c.conversation_id.label("key"))
    found = _by_key(connection.execute(asked.group_by("key")).mappings())
    return {key: found[key] for key in keys}


def _by_day(
    connection: Connection, owner: str, wanted: Wanted, limit: int | None
) -> dict[str | int, Sums]:
    """Days in UTC, less what the reader's clock has in the day before or after, plus what it has in this one."""
    shift, days_on = wanted.offset_quarters, 0
    if abs(shift) > QUARTERS_A_DAY // 2:
        # From the other side there is less to move.
        days_on = 1 if shift > 0 else -1
        shift -= days_on * QUARTERS_A_DAY
    table = spending_days if wanted.conversation_id is None else spending
    found = _days(connection, table, _whole_days(table, owner, wanted))
    if shift:
        late = spending.c.quarter % QUARTERS_A_DAY
        moves = late >= QUARTERS_A_DAY - shift if shift > 0 else late < -shift
        step = 1 if shift > 0 else -1
        whole = _whole_days(spending, owner, wanted)
        for day, moved in _days(connection, spending, [*whole, moves]).items():
            found[day] = plus(found[day], moved, -1)
            found[day + step] = plus(found.get(day + step, {}), moved)
    inside = (day for day in found if found[day]["calls"] and wanted.has_day(day + days_on))
    return {day + days_on: found[day] for day in sorted(inside, reverse=True)[:limit]}


def _whole_days(table: FromClause, owner: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    """All of every day in UTC of which a part is wanted."""
    found = about_calls(table, owner, wanted)
    if wanted.first_quarter is not None:
        found.append(table.c.quarter >= wanted.first_quarter // QUARTERS_A_DAY * QUARTERS_A_DAY)
    if wanted.end_quarter is not None:
        found.append(table.c.quarter < -(-wanted.end_quarter // QUARTERS_A_DAY) * QUARTERS_A_DAY)
    return found


def _days(
    connection: Connection, table: FromClause, wanted: Iterable[ColumnElement[bool]]
) -> dict[int, Sums]:
    """Quarters first, in their own order, so that less is left to be sorted."""
    quarters = _added(table, SPENT).add_columns(table.c.quarter).where(*wanted)
    source = quarters.group_by(table.c.quarter).subquery()
    columns = (func.sum(source.c[name]).label(name) for name in (*SPENT, _UNFINISHED))
    day = (source.c.quarter // QUARTERS_A_DAY).label("key")
    rows = connection.execute(select(day, *columns).group_by("key")).mappings()
    return {int(row["key"]): _whole(row) for row in rows}
