"""What an owner spent: sums over the ledger, by day, model, conversation …, and pages of its rows.

The database keeps sums of a quarter of an hour each, so that a million calls are added up as quickly as a few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, select, tuple_

from parley.conversation import LedgerEntry
from parley.spending import (
    Averages,
    CacheUse,
    CallsPage,
    Group,
    Spent,
    WhereTokensWent,
    averages,
)
from parley.store.database import Database
from parley.store.ledger_rows import entry_from
from parley.store.spending_apart import apart
from parley.store.spending_figures import (
    SPENT,
    Apart,
    Sums,
    added_up,
    spent_from,
    written,
)
from parley.store.spending_sums import about_calls, conversations, extent, sums, sums_by
from parley.store.tables import outcomes, requests
from parley.wanted_calls import QUARTERS_A_DAY, Dimension, Wanted, beginning_of

ALL = Wanted()
MOST_GROUPS = 1000

Place = tuple[datetime, int]
"""When a call was sent, and its number in the order of arrival."""

_WENT = (
    *("system_tokens", "history_tokens", "attachment_tokens", "new_tokens", "input_tokens"),
    *("reasoning_tokens", "answer_tokens", "output_tokens"),
)
_CACHE = (
    *("cache_said", "cache_hits", "cache_unvalued", "cached_tokens", "cache_input"),
    *("saved_pico", "saved_yocto"),
)


class Spending(Database):
    """Sums over the ledger. They follow every row that is added, in its own transaction."""

    def spent(self, owner: str, wanted: Wanted = ALL) -> Spent:
        """All of it together."""
        with self._reading() as connection:
            return _spent(connection, owner, wanted)

    def spent_by(
        self, owner: str, dimension: Dimension, wanted: Wanted = ALL, *, limit: int = MOST_GROUPS
    ) -> list[Group]:
        """Days in their order, the newest `limit` of them; of all else the `limit` that cost most, these first."""
        with self._reading() as connection:
            others = apart(connection, owner, wanted, dimension)
            # What stands apart may be what cost most.
            few = None if others and dimension is not Dimension.DAY else limit
            found = sums_by(connection, owner, wanted, dimension, few)
        groups = [_group(written(key), row, others) for key, row in found.items()]
        if dimension is Dimension.DAY:
            return groups[::-1]
        return sorted(groups, key=_by_cost, reverse=True)[:limit]

    def where_tokens_went(self, owner: str, wanted: Wanted = ALL) -> WhereTokensWent:
        """Input by its characters, output by what the servers said."""
        with self._reading() as connection:
            row = sums(connection, owner, wanted, _WENT)
        system, history, attachments, new, inputs, reasoning, answer, output = row.values()
        return WhereTokensWent(
            system=system,
            history=history,
            attachments=attachments,
            new=new,
            input_unplaced=inputs - system - history - attachments - new,
            reasoning=reasoning,
            answer=answer,
            output_undivided=output - reasoning - answer,
        )

    def cache_use(self, owner: str, wanted: Wanted = ALL) -> CacheUse:
        """Hits of caches, and what they saved at the price of each call."""
        with self._reading() as connection:
            row = sums(connection, owner, wanted, _CACHE)
            others = apart(connection, owner, wanted)
        saved = added_up(row, "saved", (one.saved for one in others))
        return CacheUse(
            said=row["cache_said"],
            hits=row["cache_hits"],
            cached_tokens=row["cached_tokens"],
            input_tokens=row["cache_input"],
            saved=saved if row["cache_hits"] > row["cache_unvalued"] else None,
            unvalued=row["cache_unvalued"],
        )

    def averages(self, owner: str, wanted: Wanted = ALL) -> Averages:
        """Per call, and per conversation."""
        with self._reading() as connection:
            return averages(
                _spent(connection, owner, wanted),
                _spent(connection, owner, replace(wanted, in_conversations=True)),
                conversations(connection, owner, wanted),
            )

    def calls_page(
        self,
        owner: str,
        wanted: Wanted = ALL,
        *,
        after: Place | None = None,
        limit: int = 50,
    ) -> CallsPage:
        """The newest calls; `after`: those that follow a page, as its `next` says."""
        with self._reading() as connection:
            total, first, last = extent(connection, owner, wanted)
            if not total:
                return CallsPage((), 0, None)
            end = last + QUARTERS_A_DAY
            asked = select(requests).where(
                *about_calls(requests, owner, wanted),
                requests.c.sent_at >= beginning_of(max(first, wanted.first_quarter or first)),
                requests.c.sent_at < beginning_of(min(end, wanted.end_quarter or end)),
            )
            if after is not None:
                asked = asked.where(tuple_(*after) > _PLACE)
            # One more than is shown tells whether there are more.
            rows = connection.execute(asked.order_by(*_NEWEST).limit(limit + 1)).mappings().all()
            calls = _with_outcomes(connection, owner, rows[:limit])
        final = rows[limit - 1] if len(rows) > limit else None
        following = None if final is None else (final["sent_at"], final["sequence"])
        return CallsPage(tuple(calls), total, following)

    def newest_calls(self, owner: str, limit: int) -> list[LedgerEntry]:
        """Those that were sent last, the newest first."""
        return list(self.calls_page(owner, limit=limit).calls)


_PLACE = tuple_(requests.c.sent_at, requests.c.sequence)
_NEWEST = requests.c.sent_at.desc(), requests.c.sequence.desc()


def _spent(connection: Connection, owner: str, wanted: Wanted) -> Spent:
    row = sums(connection, owner, wanted, SPENT)
    return spent_from(row, apart(connection, owner, wanted))


def _group(key: str, row: Sums, others: Sequence[Apart]) -> Group:
    return Group(key, spent_from(row, [other for other in others if other.key == key]))


def _by_cost(group: Group) -> tuple[Decimal, int]:
    return group.spent.amount or Decimal(0), group.spent.calls


def _with_outcomes(
    connection: Connection, owner: str, rows: Sequence[RowMapping]
) -> list[LedgerEntry]:
    ids = [row["attempt_id"] for row in rows]
    ended = select(outcomes).where(outcomes.c.owner == owner, outcomes.c.attempt_id.in_(ids))
    by_attempt = {row["attempt_id"]: row for row in connection.execute(ended).mappings()}
    return [entry_from(row, by_attempt.get(row["attempt_id"])) for row in rows]
