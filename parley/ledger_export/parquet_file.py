"""Calls as Parquet: typed columns, each with its meaning. Money is text: no width of a decimal holds every price."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from parley.conversation import LedgerEntry
from parley.ledger_export.about import About
from parley.ledger_export.fields import FIELDS, Cell
from parley.pricing.wording import plain_digits

GROUP_ROWS = 10_000
"""So many are held at once."""

_TYPES: dict[type, Any] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    Decimal: pa.string(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


def write_parquet(calls: Iterable[LedgerEntry], about: About, to: BinaryIO) -> None:
    """One row a call, in the order given; what the file says of itself is in the metadata of its schema."""
    schema = _schema(about)
    with pq.ParquetWriter(to, schema, compression="zstd") as file:
        for group in _groups(calls):
            file.write_table(_table(group, schema))


def _schema(about: About) -> Any:
    fields = [
        pa.field(field.name, _TYPES[field.holds], metadata={"meaning": field.meaning})
        for field in FIELDS
    ]
    return pa.schema(fields, {name: _text(value) for name, value in about.facts.items()})


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _groups(calls: Iterable[LedgerEntry]) -> Iterator[list[LedgerEntry]]:
    each = iter(calls)
    while group := list(islice(each, GROUP_ROWS)):
        yield group


def _table(group: list[LedgerEntry], schema: Any) -> Any:
    columns = [[_held(field.read(call)) for call in group] for field in FIELDS]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _held(cell: Cell) -> Cell:
    match cell:
        case Decimal() as number:
            return plain_digits(number)
        case str() as text:
            # Half a surrogate pair is no text that a file could hold.
            return text.encode("utf-8", "replace").decode()
        case other:
            return other
