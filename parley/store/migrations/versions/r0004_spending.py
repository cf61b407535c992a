"""What was spent, added up as it is written: by quarter of an hour and conversation, and by day for long times.

A trigger adds each call to both, in the transaction that writes it; what is there already is added up here.
Calls whose money fits no whole number are named in `spending_apart`.
Frozen once released: it says what was, and must not follow the tables of today.
"""

# ruff: noqa: S608 - put together from names of columns, from nobody's values.
from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from parley.store.migrations.r0004_figures import FIGURES, KEY, calls, quarter

revision = "0004"
down_revision = "0003"

SUMS = {
    "spending": ("quarter", "conversation_id"),
    "spending_days": ("quarter / 96 * 96", "CASE WHEN conversation_id = '' THEN '' ELSE '*' END"),
}
"""Table → what it keeps of the time and of the conversation: a day begins with its first quarter, in UTC."""

THIS_CALL = "WHERE r.owner = new.owner AND r.attempt_id = new.attempt_id"
NAMES, FIGURE_NAMES = ", ".join(KEY), ", ".join(FIGURES)
APART = f"spending_apart ({NAMES}, attempt_id)"


def upgrade() -> None:
    name = op.get_bind().dialect.name
    for table in SUMS:
        op.create_table(table, *_key(), *_figures(), sa.PrimaryKeyConstraint(*KEY), **WITHOUT_ROWID)
    attempt = sa.Column("attempt_id", sa.Text, nullable=False)
    apart_key = sa.PrimaryKeyConstraint("owner", "attempt_id")
    op.create_table("spending_apart", *_key(), attempt, apart_key, **WITHOUT_ROWID)
    _indexes()
    for statement in (*_what_is_there(name), *_triggers(name)):
        op.execute(statement)


WITHOUT_ROWID = {"sqlite_with_rowid": False}


def _key() -> list[sa.Column[object]]:
    kinds = {"quarter": sa.BigInteger}
    return [sa.Column(name, kinds.get(name, sa.Text), nullable=False) for name in KEY]


def _figures() -> list[sa.Column[object]]:
    return [sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in FIGURES]


def _indexes() -> None:
    """Which conversations cost most is read from the index alone; so is which calls a page of them holds."""
    ranked = ["owner", "conversation_id", "amount_pico", "amount_yocto", "calls"]
    op.create_index("spending_by_conversation", "spending", ranked)
    by_time = ["owner", "sent_at", "sequence", "endpoint", "model", "kind"]
    op.create_index("requests_by_time", "requests", by_time)


def _kept(table: str, *, state: str = "state") -> str:
    """The key of a call in one of the tables."""
    time, conversation = SUMS[table]
    return f"owner, {time}, endpoint, model, kind, {conversation}, {state}"


def _what_is_there(name: str) -> Iterator[str]:
    """The ledger of until now."""
    sums = ", ".join(f"CAST(SUM({figure}) AS BIGINT)" for figure in FIGURES)
    unfinished = f"""(SELECT r.*, {quarter(name, "r.sent_at")} AS quarter FROM requests r WHERE NOT EXISTS (
        SELECT 1 FROM outcomes o WHERE o.owner = r.owner AND o.attempt_id = r.attempt_id)) AS unfinished"""
    first = "spending"
    yield f"""INSERT INTO {first} ({NAMES}, {FIGURE_NAMES}) SELECT {NAMES}, {sums}
        FROM {calls(name)} GROUP BY {NAMES}"""
    key = _kept(first, state="''")
    yield f"INSERT INTO {first} ({NAMES}, calls) SELECT {key}, count(*) FROM {unfinished} GROUP BY 1, 2, 3, 4, 5, 6"
    yield f"""INSERT INTO spending_days ({NAMES}, {FIGURE_NAMES}) SELECT {_kept("spending_days")}, {sums}
        FROM {first} GROUP BY 1, 2, 3, 4, 5, 6, 7"""
    yield f"INSERT INTO {APART} SELECT {NAMES}, attempt_id FROM {calls(name)} WHERE apart = 1"


def _triggers(name: str) -> Iterator[str]:
    for table, does in (("requests", _sent(name)), ("outcomes", _ended(name))):
        trigger = f"CREATE TRIGGER {table}_spend AFTER INSERT ON {table}"
        body = " ".join(does)
        if name == "sqlite":
            yield f"{trigger} BEGIN {body} END"
            continue
        function = f"parley_{table}_spend()"
        yield f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
        yield f"{trigger} FOR EACH ROW EXECUTE FUNCTION {function}"


def _sent(name: str) -> Iterator[str]:
    """A call goes out: it has no outcome yet."""
    for table in SUMS:
        yield f"""INSERT INTO {table} ({NAMES}, calls) SELECT {_kept(table, state="''")}, 1
            FROM {_this_call(name)} WHERE true
            ON CONFLICT ({NAMES}) DO UPDATE SET calls = {table}.calls + 1;"""


def _this_call(name: str) -> str:
    return (
        f"(SELECT r.*, {quarter(name, 'r.sent_at')} AS quarter FROM requests r {THIS_CALL}) AS sent"
    )


def _ended(name: str) -> Iterator[str]:
    """It has one now, and counts with its figures."""
    ended = calls(name, THIS_CALL)
    for table in SUMS:
        key = _kept(table, state="''")
        is_open = f"({NAMES}) = (SELECT {key} FROM {_this_call(name)})"
        added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in FIGURES)
        yield f"UPDATE {table} SET calls = calls - 1 WHERE {is_open};"
        yield f"DELETE FROM {table} WHERE calls = 0 AND {is_open};"
        yield f"""INSERT INTO {table} ({NAMES}, {FIGURE_NAMES}) SELECT {_kept(table)}, {FIGURE_NAMES}
            FROM {ended} WHERE true ON CONFLICT ({NAMES}) DO UPDATE SET {added};"""
    yield f"INSERT INTO {APART} SELECT {NAMES}, attempt_id FROM {ended} WHERE apart = 1;"
