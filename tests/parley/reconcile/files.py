"""Usage files to reconcile: of ledger entries, as a provider would write them, and of lines that a test plants."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from parley.conversation import LedgerEntry
from parley.reconcile.guessing import guessed
from parley.reconcile.ours import Pages
from parley.reconcile.reconciling import Reconciliation, reconcile
from parley.reconcile.usage_file import read_usage_file
from parley.spending import CallsPage, reached_a_model
from parley.wanted_calls import Wanted

HEADER = ("date", "model", "requests", "input_tokens", "cached_tokens", "output_tokens", "cost_usd")
Row = dict[str, Any]


def rows_of(entries: Iterable[LedgerEntry]) -> dict[tuple[str, str], Row]:
    """Day and model → what was used, added up without the code that is tested."""
    rows: dict[tuple[str, str], Row] = {}
    for entry in entries:
        if entry.outcome is not None and not reached_a_model(entry.outcome):
            continue
        day = entry.request.sent_at.date().isoformat()
        row = rows.setdefault((day, entry.request.model), {"requests": 0})
        row["requests"] += 1
        for name, value in _figures(entry).items():
            with localcontext(prec=60):
                row[name] = row.get(name, 0) + value
    return rows


def _figures(entry: LedgerEntry) -> dict[str, Decimal]:
    if entry.outcome is None:
        return {}
    usage = entry.outcome.usage
    found = {
        "input_tokens": usage.input_tokens.value,
        "cached_tokens": usage.cached_tokens.value,
        "output_tokens": usage.output_tokens.value,
        "cost_usd": entry.outcome.cost.amount,
    }
    return {name: Decimal(value) for name, value in found.items() if value is not None}


def written(
    rows: Mapping[tuple[str, str], Row], header: Sequence[str] = HEADER, delimiter: str = ","
) -> str:
    """The rows as CSV; what a row does not have is an empty cell."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    lines.writerow(header)
    for (day, model), row in rows.items():
        lines.writerow([day, model, *(_cell(row.get(name)) for name in header[2:])])
    return out.getvalue()


def _cell(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)


def pages_of(entries: Sequence[LedgerEntry]) -> Pages:
    """The entries as a ledger would give them, two at a time."""
    newest = sorted(entries, key=lambda one: one.request.sent_at, reverse=True)

    def pages(_: Wanted, after: tuple[datetime, int] | None, __: int) -> CallsPage:
        start = 0 if after is None else after[1]
        end = start + 2
        following = (newest[0].request.sent_at, end) if end < len(newest) else None
        return CallsPage(tuple(newest[start:end]), len(newest), following)

    return pages


def held_against(text: str, entries: Sequence[LedgerEntry], **changes: Any) -> Reconciliation:
    """A file against these entries, with its columns as they are guessed but for `changes`."""
    file = read_usage_file(text.encode())
    columns = replace(guessed(file), **changes)
    return reconcile(file, columns, "any", pages_of(entries))
