"""What an owner keeps about the models of an endpoint: snapshots of its list, own prices, favourites, probes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate, islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, delete, insert, select
from sqlalchemy import func as sql

from parley.pricing.dated import DatedPrice
from parley.pricing.price import OWN_SOURCE, Price
from parley.store import statements
from parley.store.columns import storable_json
from parley.store.database import Database
from parley.store.tables import catalog_snapshots, favourites, own_prices, probes

MAX_SNAPSHOTS = 200
"""Of one endpoint; beyond that the oldest go, the first of all stays."""
MAX_MODELS = 20_000
"""Of one snapshot."""
MAX_MODELS_IN_ALL = 20 * MAX_MODELS
"""Of all snapshots of one endpoint together: a list of that length which changes daily must not fill the disk."""
MAX_MODELS_READ = 20_000
"""Of all lists that are read together to tell when something changed."""
MAX_PROBES = 20
"""Of one model; the newest stay."""


@dataclass(frozen=True)
class SnapshotHead:
    """When an endpoint's list was as it was."""

    base_url: str
    taken_at: datetime
    seen_at: datetime
    """When it was last fetched and still the same."""
    models: int


@dataclass(frozen=True)
class Snapshot(SnapshotHead):
    """An endpoint's list as it once was."""

    content: Mapping[str, Any]
    """By model id, the facts that can change."""


class ModelNotes(Database):
    """Notes by the endpoint's name and, but for snapshots, the exact model id."""

    def save_snapshot(
        self,
        owner: str,
        endpoint: str,
        base_url: str,
        taken_at: datetime,
        content: Mapping[str, Any],
    ) -> None:
        """Keep the list as it is; one that equals the newest of this address only moves its `seen_at`."""
        kept = dict(islice(content.items(), MAX_MODELS))
        values = {"owner": owner, "endpoint": endpoint, "base_url": base_url}
        with self._writing(owner) as connection:
            newest = _newest_rows(connection, _watched(owner, endpoint, base_url))
            if newest and _is_same(newest[0]["content"], kept):
                _see_again(connection, newest[0]["sequence"], taken_at)
                return
            times = {"taken_at": taken_at, "seen_at": taken_at}
            added = {**values, **times, "models": len(kept), "content": kept}
            connection.execute(insert(catalog_snapshots).values(added))
            _thin(connection, owner, endpoint)

    def snapshots(
        self, owner: str, endpoint: str, *, base_url: str | None = None, limit: int = MAX_SNAPSHOTS
    ) -> list[SnapshotHead]:
        """The newest first; with `base_url`, those of this address alone."""
        columns = catalog_snapshots.c
        wanted = (
            select(columns.base_url, columns.taken_at, columns.seen_at, columns.models)
            .where(_watched(owner, endpoint, base_url))
            .order_by(columns.sequence.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            return [SnapshotHead(**row) for row in connection.execute(wanted).mappings()]

    def snapshot_at(
        self, owner: str, endpoint: str, moment: datetime, *, base_url: str | None = None
    ) -> Snapshot | None:
        """The last one taken at or before a moment, else the first; `None` = there is none."""
        with self._reading() as connection:
            row = _row_at(connection, _watched(owner, endpoint, base_url), moment)
        return None if row is None else _snapshot_from(row)

    def snapshots_since(
        self, owner: str, endpoint: str, moment: datetime, *, base_url: str | None = None
    ) -> list[Snapshot]:
        """The one of a moment and all that came after it, the oldest first; of long lists the two ends alone."""
        watched = _watched(owner, endpoint, base_url)
        with self._reading() as connection:
            start = _row_at(connection, watched, moment)
            if start is None:
                return []
            later = watched & (catalog_snapshots.c.sequence > start["sequence"])
            size = connection.scalar(select(sql.sum(catalog_snapshots.c.models)).where(later)) or 0
            is_long = start["models"] + size > MAX_MODELS_READ
            rows = _newest_rows(connection, later, limit=1 if is_long else MAX_SNAPSHOTS)
        return [_snapshot_from(row) for row in (start, *reversed(rows))]

    def set_own_price(
        self,
        owner: str,
        endpoint: str,
        model_id: str,
        price: Price,
        *,
        since: date | None = None,
        now: datetime | None = None,
    ) -> None:
        """Keep the three rates from a day (UTC) on, today unless given; source, date and tiers of `price` are not.

        What was set for the same day is replaced.
        """
        set_at = now or datetime.now(UTC)
        values = {
            **_noted(owner, endpoint, model_id),
            "since": since or set_at.astimezone(UTC).date(),
            "input": price.input_per_mtok,
            "output": price.output_per_mtok,
            "cached": price.cached_input_per_mtok,
            "set_at": set_at,
        }
        with self._writing(owner) as connection:
            statements.put(connection, own_prices, values)

    def own_prices(self, owner: str, endpoint: str, *, on: date | None = None) -> dict[str, Price]:
        """By model id, those in force on a day (UTC), today unless given; as of the day from which each holds."""
        day = on or datetime.now(UTC).date()
        holding = _of(own_prices, owner, endpoint) & (own_prices.c.since <= day)
        wanted = select(own_prices).where(holding).order_by(own_prices.c.since)
        with self._reading() as connection:
            rows = connection.execute(wanted).mappings()
            return {row["model_id"]: _own_price_from(row).price for row in rows}

    def dated_prices(self, owner: str, endpoint: str, model_id: str) -> list[DatedPrice]:
        """All that the owner set for a model, those to come included, in the order of their days."""
        wanted = select(own_prices).where(_of(own_prices, owner, endpoint, model_id))
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(own_prices.c.since)).mappings()
            return [_own_price_from(row) for row in rows]

    def clear_own_price(
        self, owner: str, endpoint: str, model_id: str, *, since: date | None = None
    ) -> None:
        """Take away the one that holds from this day on; without a day, all of the model."""
        cleared = _of(own_prices, owner, endpoint, model_id)
        if since is not None:
            cleared &= own_prices.c.since == since
        with self._writing(owner) as connection:
            connection.execute(delete(own_prices).where(cleared))

    def set_favourite(self, owner: str, endpoint: str, model_id: str, on: bool) -> None:
        if not on:
            self._forget(favourites, owner, endpoint, model_id)
            return
        with self._writing(owner) as connection:
            statements.add_once(connection, favourites, _noted(owner, endpoint, model_id))

    def favourites(self, owner: str, endpoint: str) -> frozenset[str]:
        """Model ids."""
        wanted = select(favourites.c.model_id).where(_of(favourites, owner, endpoint))
        with self._reading() as connection:
            return frozenset(connection.scalars(wanted))

    def save_probe(
        self,
        owner: str,
        endpoint: str,
        model_id: str,
        taken_at: datetime,
        result: Mapping[str, Any],
    ) -> None:
        """Keep what a probe observed, as JSON can say it."""
        values = _noted(owner, endpoint, model_id)
        with self._writing(owner) as connection:
            connection.execute(insert(probes).values(**values, taken_at=taken_at, result=result))
            _keep_newest_probes(connection, _of(probes, owner, endpoint, model_id))

    def probes(self, owner: str, endpoint: str) -> dict[str, tuple[datetime, dict[str, Any]]]:
        """By model id, when it was probed last and what was observed."""
        newest = (
            select(sql.max(probes.c.sequence))
            .where(_of(probes, owner, endpoint))
            .group_by(probes.c.model_id)
        )
        wanted = select(probes).where(probes.c.sequence.in_(newest))
        with self._reading() as connection:
            rows = connection.execute(wanted).mappings()
            return {row["model_id"]: (row["taken_at"], row["result"]) for row in rows}

    def _forget(self, table: Table, owner: str, endpoint: str, model_id: str) -> None:
        with self._writing(owner) as connection:
            connection.execute(delete(table).where(_of(table, owner, endpoint, model_id)))


def _noted(owner: str, endpoint: str, model_id: str) -> dict[str, Any]:
    return {"owner": owner, "endpoint": endpoint, "model_id": model_id}


def _of(
    table: Table, owner: str, endpoint: str, model_id: str | None = None
) -> ColumnElement[bool]:
    mine = and_(table.c.owner == owner, table.c.endpoint == endpoint)
    return mine if model_id is None else mine & (table.c.model_id == model_id)


def _watched(owner: str, endpoint: str, base_url: str | None) -> ColumnElement[bool]:
    """A name may have had another address once, with other models behind it."""
    mine = _of(catalog_snapshots, owner, endpoint)
    return mine if base_url is None else mine & (catalog_snapshots.c.base_url == base_url)


def _row_at(
    connection: Connection, watched: ColumnElement[bool], moment: datetime
) -> RowMapping | None:
    until = _newest_rows(connection, watched & (catalog_snapshots.c.taken_at <= moment))
    if until:
        return until[0]
    first = select(catalog_snapshots).where(watched).order_by(catalog_snapshots.c.sequence)
    return connection.execute(first.limit(1)).mappings().first()


def _newest_rows(
    connection: Connection, wanted: ColumnElement[bool], limit: int = 1
) -> Sequence[RowMapping]:
    found = select(catalog_snapshots).where(wanted).order_by(catalog_snapshots.c.sequence.desc())
    return connection.execute(found.limit(limit)).mappings().all()


def _is_same(stored: Any, content: Any) -> bool:
    """Most lists come back as they went in; what no database can hold was mended on the way."""
    return bool(stored == content or stored == storable_json(content))


def _see_again(connection: Connection, sequence: int, seen_at: datetime) -> None:
    connection.execute(
        catalog_snapshots.update()
        .where(catalog_snapshots.c.sequence == sequence)
        .values(seen_at=seen_at)
    )


def _thin(connection: Connection, owner: str, endpoint: str) -> None:
    """The first one says since when the list is watched, the last what it is now: what goes lies between."""
    columns = catalog_snapshots.c
    wanted = select(columns.sequence, columns.models).where(_watched(owner, endpoint, None))
    *later, _ = connection.execute(wanted.order_by(columns.sequence.desc())).all()
    sizes = accumulate(models for _, models in later)
    surplus = [
        sequence
        for number, ((sequence, _), size) in enumerate(zip(later, sizes, strict=True), start=2)
        if number > MAX_SNAPSHOTS or size > MAX_MODELS_IN_ALL
    ]
    connection.execute(delete(catalog_snapshots).where(columns.sequence.in_(surplus)))


def _keep_newest_probes(connection: Connection, mine: ColumnElement[bool]) -> None:
    kept = select(probes.c.sequence).where(mine).order_by(probes.c.sequence.desc())
    surplus = connection.scalars(kept.offset(MAX_PROBES)).all()
    connection.execute(delete(probes).where(probes.c.sequence.in_(surplus)))


def _snapshot_from(row: RowMapping) -> Snapshot:
    return Snapshot(row["base_url"], row["taken_at"], row["seen_at"], row["models"], row["content"])


def _own_price_from(row: RowMapping) -> DatedPrice:
    rates = (row["input"], row["output"], row["cached"])
    price = Price(*rates, source=OWN_SOURCE, as_of=row["since"], free=not any(rates))
    return DatedPrice(row["since"], price, row["set_at"])
