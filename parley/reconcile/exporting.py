"""A reconciliation as CSV: both sides of every figure, exact, with the difference and why.

A spreadsheet runs cells that begin like a formula, so every text that does gets an apostrophe before it; a number
stays a number, also one below 0. Unknown is left empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from parley.model_query.exporting import neutralised
from parley.pricing.wording import plain_digits
from parley.reconcile.columns import FIGURES, Field
from parley.reconcile.explaining import Explained

_LABELS = {
    Field.REQUESTS: "requests",
    Field.INPUT: "input_tokens",
    Field.CACHED: "cached_tokens",
    Field.OUTPUT: "output_tokens",
    Field.COST: "cost_usd",
}
_SIDES = ("here", "there", "difference")
CSV_COLUMNS = (
    *("day", "model", "result"),
    *(f"{_LABELS[one]}_{side}" for one in FIGURES for side in _SIDES),
    *("refused_here", "causes", "why"),
)


def as_csv(every: Iterable[Explained]) -> str:
    """A line for each day and model, those that agree too."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(CSV_COLUMNS)
    lines.writerows(list(_cells(one)) for one in every)
    return out.getvalue()


def _cells(one: Explained) -> Iterator[str]:
    pair = one.pair
    yield from (pair.day.isoformat(), neutralised(pair.model), pair.side)
    for figure in FIGURES:
        yield _number(pair.our_figures.get(figure) if pair.is_here else None)
        yield _number(pair.theirs.figures.get(figure))
        yield _number(pair.deltas.get(figure))
    yield str(pair.ours.refused)
    yield ", ".join(why.cause for why in one.why)
    yield neutralised(" ".join(why.words for why in one.why))


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain_digits(value)
