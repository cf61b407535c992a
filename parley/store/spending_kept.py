"""Keeps the sums of the ledger: a call is added as it is written, and all calls anew where the sums are behind.

Figures are made of the rows as they are stored, so that both ways come to the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Connection,
    Delete,
    RowMapping,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)

from parley.call_figures import Figures, figures_of
from parley.store import statements
from parley.store.backing import Backing
from parley.store.ledger_rows import Values, billed_call_from
from parley.store.spending_table import FIGURES, KEY, spending, spending_apart, spending_days
from parley.store.tables import outcomes, requests
from parley.wanted_calls import QUARTER_MIN, QUARTERS_A_DAY

CALLS_AT_ONCE = 20_000
"""So many are read and added up in memory before their sums are written."""

Key = tuple[str | int, ...]
"""The values of `KEY`."""
Sums = Mapping[Key, Mapping[str, int]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=QUARTER_MIN)

_CALLS = (
    select(
        *(requests.c[name] for name in ("sequence", "owner", "attempt_id", "sent_at")),
        *(requests.c[name] for name in ("endpoint", "model", "kind", "conversation_id")),
        requests.c.composition,
        *statements.USED,
        *(outcomes.c[name] for name in ("cost_lines", "cost_source", "cost_as_of")),
    )
    .select_from(requests.outerjoin(outcomes))
    .order_by(requests.c.sequence)
)


_ONE_CALL = _CALLS.where(
    requests.c.owner == bindparam("of"), requests.c.attempt_id == bindparam("attempt")
)


def _no_calls(table: Table) -> Delete:
    """Of a key of which no call is left."""
    key = (table.c[name] == bindparam(f"of_{name}") for name in KEY)
    return delete(table).where(table.c.calls == 0, *key)


# Made once, like all that a call waits for: such a statement takes longer to make than to run.
_EMPTY, _EMPTY_DAY = _no_calls(spending), _no_calls(spending_days)


def count_sent(connection: Connection, owner: str, attempt_id: str) -> None:
    """A call goes out: it has no outcome yet."""
    _count(connection, [_call(connection, owner, attempt_id)])


def count_ended(connection: Connection, owner: str, attempt_id: str) -> None:
    """It has one now, and counts with its figures."""
    call = _call(connection, owner, attempt_id)
    until_now = _key(call, "")
    _add(connection, {until_now: {"calls": -1}})
    for empty, key in ((_EMPTY, until_now), (_EMPTY_DAY, _day_of(until_now))):
        connection.execute(empty, {f"of_{name}": value for name, value in _named(key).items()})
    _count(connection, [call])


def catch_up(backing: Backing) -> None:
    """Add up the whole ledger where the sums are behind it: when they are new, or a program of before them wrote."""
    with backing.reading.begin() as connection:
        if not _are_behind(connection):
            return
    with backing.engine.begin() as connection:
        backing.begin_migration(connection)
        _let_nobody_write(connection)
        for table in (spending, spending_days, spending_apart):
            connection.execute(delete(table))
        _count_all(connection)


def _are_behind(connection: Connection) -> bool:
    """One statement, so that all of it is of the same moment."""
    ended = spending_days.c.state != ""
    counts = (
        select(func.count()).select_from(requests),
        select(func.count()).select_from(outcomes),
        select(func.coalesce(func.sum(spending_days.c.calls), 0)),
        select(func.coalesce(func.sum(spending_days.c.calls), 0)).where(ended),
    )
    row = connection.execute(select(*(each.scalar_subquery() for each in counts))).one()
    sent, with_outcome, sent_in_sums, ended_in_sums = map(int, row)
    return (sent, with_outcome) != (sent_in_sums, ended_in_sums)


def _let_nobody_write(connection: Connection) -> None:
    """A transaction of SQLite that writes is the only one anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE requests, outcomes IN SHARE MODE"))


def _count_all(connection: Connection) -> None:
    last = 0
    while calls := _calls_after(connection, last):
        _count(connection, calls)
        last = calls[-1]["sequence"]


def _calls_after(connection: Connection, sequence: int) -> Sequence[RowMapping]:
    asked = _CALLS.where(requests.c.sequence > sequence).limit(CALLS_AT_ONCE)
    return connection.execute(asked).mappings().all()


def _call(connection: Connection, owner: str, attempt_id: str) -> RowMapping:
    found = connection.execute(_ONE_CALL, {"of": owner, "attempt": attempt_id})
    return found.mappings().one()


def _count(connection: Connection, calls: Sequence[RowMapping]) -> None:
    sums: dict[Key, Counter[str]] = {}
    apart: list[Values] = []
    for call in calls:
        key, figures = _key(call, call["state"] or ""), _figures(call)
        sums.setdefault(key, Counter()).update(figures)
        if "apart" in figures:
            apart.append({**_named(key), "attempt_id": call["attempt_id"]})
    _add(connection, sums)
    if apart:
        connection.execute(insert(spending_apart), apart)


def _figures(call: RowMapping) -> Figures:
    if call["state"] is None:
        return {"calls": 1}
    return figures_of(billed_call_from(call), call["composition"])


def _key(call: RowMapping, state: str) -> Key:
    quarter = (call["sent_at"] - _EPOCH) // _QUARTER
    place = (call["endpoint"], call["model"], call["kind"], call["conversation_id"])
    return (call["owner"], quarter, *place, state)


def _day_of(key: Key) -> Key:
    """The key in the sums of days."""
    owner, quarter, endpoint, model, kind, conversation_id, state = key
    first = int(quarter) // QUARTERS_A_DAY * QUARTERS_A_DAY
    return (owner, first, endpoint, model, kind, "*" if conversation_id else "", state)


def _add(connection: Connection, sums: Sums) -> None:
    days: dict[Key, Counter[str]] = {}
    for key, figures in sums.items():
        days.setdefault(_day_of(key), Counter()).update(figures)
    statements.add_up(connection, spending, _rows(sums))
    statements.add_up(connection, spending_days, _rows(days))


def _rows(sums: Sums) -> list[Values]:
    return [
        {**_named(key), **{name: figures.get(name, 0) for name in FIGURES}}
        for key, figures in sums.items()
    ]


def _named(key: Key) -> Values:
    return dict(zip(KEY, key, strict=True))
