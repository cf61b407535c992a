"""Calls as JSON: first what the file says of itself, then the calls, one a line. Money is text, and so exact."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from parley.conversation import LedgerEntry
from parley.ledger_export.about import About
from parley.ledger_export.fields import FIELDS, Cell
from parley.pricing.wording import plain_digits


def write_json(calls: Iterable[LedgerEntry], about: About, to: BinaryIO) -> None:
    """One object; `calls` in the order given, `null` where a figure is unknown."""
    to.write(_json(about.facts)[:-1] + b',\n"calls": [')
    number = 0
    for call in calls:
        to.write(b",\n" if number else b"\n")
        to.write(_json({field.name: _written(field.read(call)) for field in FIELDS}))
        number += 1
    to.write(b'\n],\n"number_of_calls": %d}\n' % number)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _written(cell: Cell) -> str | int | float | bool | None:
    match cell:
        case Decimal() as number:
            return plain_digits(number)
        case date() as day:
            return day.isoformat()
        case other:
            return other
