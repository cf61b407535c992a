"""The models that are shown as CSV and JSON: exact figures, each price with its source and date, unknown left empty.

A spreadsheet runs cells that begin like a formula, so every text of the CSV that does gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from parley.catalog.disagreement import disagreements
from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import Fact, Model
from parley.pricing.price import Price

_AFTER_SEPARATOR = re.compile(r"([;\t])([=+\-@])")
"""Where a spreadsheet takes these for the end of a cell, as it does in many languages."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SKIPPED = " \u00a0\ufeff\0"
"""What some spreadsheets leave out before they look at the first sign."""
_PLAIN = (
    "name",
    "publisher",
    "family",
    "kind",
    "context_window",
    "max_output_tokens",
    "params_total",
    "params_active",
    "quantization",
    "variants",
    "input_modalities",
    "output_modalities",
    "reasoning",
    "vision",
    "tools",
    "structured_output",
    "json_mode",
    "lora",
    "lifecycle",
    "retired_on",
    "replacement",
    "released_on",
    "version_date",
    "license",
)
_PRICES: Mapping[str, Callable[[Price], object]] = {
    "input_usd_per_mtok": lambda price: price.input_per_mtok,
    "cached_input_usd_per_mtok": lambda price: price.cached_input_per_mtok,
    "output_usd_per_mtok": lambda price: price.output_per_mtok,
    "price_source": lambda price: price.source,
}
CSV_COLUMNS = ("id", *_PLAIN, *_PRICES, "price_as_of", "price_refused", "differs", "favourite")


def as_csv(models: Iterable[Model], *, fetched_on: date | None, favourites: Set[str]) -> str:
    """One line a model. `fetched_on` dates what the endpoint's own list says."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(CSV_COLUMNS)
    lines.writerows(_line(model, fetched_on, favourites) for model in models)
    return out.getvalue()


def _line(model: Model, fetched_on: date | None, favourites: Set[str]) -> list[str]:
    price = model.fact("price")
    refused = model.value("price_refused")
    row = [
        model.id,
        *(model.value(name) for name in _PLAIN),
        *(None if price is None else read(price.value) for read in _PRICES.values()),
        None if price is None else _dated(price, fetched_on),
        None if refused is None else refused.reason,
        frozenset(disagreements(model)),
        model.id in favourites,
    ]
    return [neutralised(_written(value)) for value in row]


def neutralised(cell: str) -> str:
    """
    >>> neutralised("=1+1"), neutralised("x;=1+1"), neutralised("Qwen/Qwen3")
    ("'=1+1", "x;'=1+1", 'Qwen/Qwen3')
    """
    begun = f"'{cell}" if cell.lstrip(_SKIPPED).startswith(_FORMULA) else cell
    return _AFTER_SEPARATOR.sub(r"\1'\2", begun)


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool(yes):
            return "yes" if yes else "no"
        case Decimal() as number:
            return f"{number.normalize():f}"
        case frozenset() as names:
            return " ".join(sorted(names))
        case other:
            return str(other)


def as_json(
    models: Iterable[Model],
    *,
    endpoint: str,
    query: str,
    exported_at: datetime,
    fetched_on: date | None,
    favourites: Set[str],
) -> str:
    """Every fact of every model with its source and date; the first of a name is the one that is used."""
    document = {
        "endpoint": endpoint,
        "query": query,
        "exported_at": exported_at.isoformat(),
        "models": [
            {
                "id": model.id,
                "listed": model.listed,
                "favourite": model.id in favourites,
                "facts": [_fact(fact, fetched_on) for fact in model.facts],
            }
            for model in models
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=_as_json)


def _fact(fact: Fact, fetched_on: date | None) -> dict[str, Any]:
    value = fact.value
    if isinstance(value, Price):
        value = {name: part for name, part in asdict(value).items() if name not in _OF_THE_FACT}
    elif fact.name == "price_refused":
        value = fact.value.reason
    return {
        "name": fact.name,
        "value": value,
        "source": fact.source,
        "as_of": _dated(fact, fetched_on),
    }


_OF_THE_FACT = ("source", "as_of")
"""Said of the whole fact, not again within its price."""


def _dated(fact: Fact, fetched_on: date | None) -> date | None:
    """What the endpoint's own list says is as old as the list."""
    return fact.as_of or (fetched_on if fact.source == LISTED_SOURCE else None)


def _as_json(value: object) -> object:
    """Money stays exact as text; sets have no order of their own."""
    return sorted(value) if isinstance(value, frozenset) else _written(value)
