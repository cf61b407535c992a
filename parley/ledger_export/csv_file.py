"""Calls as CSV. Below the table and an empty line, where it is no part of the table, stands what it all means.

A spreadsheet runs cells that begin like a formula, so every text that does gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from parley.conversation import LedgerEntry
from parley.ledger_export.about import About
from parley.ledger_export.fields import FIELDS, Cell
from parley.model_query.exporting import neutralised
from parley.pricing.wording import plain_digits

NOTE = "#"
"""What a line that is no call begins with."""


def write_csv(calls: Iterable[LedgerEntry], about: About, to: BinaryIO) -> None:
    """One line a call, in the order given; UTF-8 with the mark by which Excel knows it."""
    out = io.TextIOWrapper(to, "utf-8-sig", "replace", newline="", write_through=True)
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([field.name for field in FIELDS])
    number = 0
    for call in calls:
        lines.writerow([_written(field.read(call)) for field in FIELDS])
        number += 1
    out.write("\r\n")
    for name, words in about.lines(number):
        lines.writerow([f"{NOTE} {name}", neutralised(words)])
    out.detach()


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str() as text:
            return neutralised(text)
        case date() as day:
            return day.isoformat()
        case Decimal() as number:
            return plain_digits(number)
        case other:
            return str(other)
