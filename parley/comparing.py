"""Two to six models side by side: fact by fact whether they differ, which is best, and by how much. Pure.

Best is defined for prices (the lower) and sizes of window and output (the larger) alone. What is not known is
neither best nor different.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from parley.catalog.disagreement import disagreements
from parley.catalog.model import Model
from parley.cost_of_use import month_on
from parley.parameters import parameters_of
from parley.pricing.monthly import Use

FEWEST, MOST = 2, 6

MONTHLY = "monthly_cost"
RATES = ("input_per_mtok", "cached_input_per_mtok", "output_per_mtok")
"""US dollars per million tokens, each a row of its own, since one can be better and another worse."""

_SIZES = ("params_total", "params_active")
_ALWAYS = ("input_per_mtok", "output_per_mtok", "context_window")
_BEST = {
    MONTHLY: min,
    **dict.fromkeys(RATES, min),
    "context_window": max,
    "max_output_tokens": max,
}
ROWS = (
    MONTHLY,
    *RATES,
    "context_window",
    "max_output_tokens",
    *_SIZES,
    "publisher",
    "family",
    "variants",
    "kind",
    "input_modalities",
    "output_modalities",
    "reasoning",
    "tools",
    "structured_output",
    "json_mode",
    "vision",
    "lora",
    "quantization",
    "license",
    "released_on",
    "version_date",
    "lifecycle",
    "retired_on",
)
"""What is compared, from above: rates, the monthly cost, and keys of `FACT_NAMES`."""


@dataclass(frozen=True)
class Cell:
    """What is known of one model in one row."""

    value: Any
    """As the fact has it; a `Decimal` in US dollars for rates and the monthly cost; `None` = unknown."""
    is_best: bool = False
    """No other known value is better; False for all where every known value is the same."""
    percent: Decimal | None = None
    """How far above or below the first model; `None` where either is unknown, and for the first itself."""
    is_disputed: bool = False
    """The sources of this model contradict each other here; the value is the one that is used."""


@dataclass(frozen=True)
class Row:
    """One fact of all the models, in their order."""

    name: str
    """One of `ROWS`."""
    cells: tuple[Cell, ...]
    differs: bool
    """At least two known values are not the same."""


def compare(models: Sequence[Model], use: Use | None = None) -> list[Row]:
    """The rows of which something is known; those of price and context window always, that of the month with a `use`.

    Raises:
        ValueError: fewer than two models or more than six.
    """
    if not FEWEST <= len(models) <= MOST:
        raise ValueError(f"{len(models)} models cannot be compared")
    disputed = [frozenset(disagreements(model)) for model in models]
    rows = []
    for name in ROWS:
        values = [_value(model, name, use) for model in models]
        if name in _ALWAYS or any(value is not None for value in values):
            rows.append(_row(name, values, disputed))
    return rows


def _value(model: Model, name: str, use: Use | None) -> Any:
    if name not in (MONTHLY, *RATES):
        return model.value(name)
    if name == MONTHLY:
        return None if use is None else month_on(model, use)
    return None if model.price is None else getattr(model.price, name)


def _row(name: str, values: Sequence[Any], disputed: Sequence[frozenset[str]]) -> Row:
    numbers = [_number(name, value) for value in values]
    best = _best(name, numbers)
    fact = "price" if name in RATES or name == MONTHLY else name
    cells = [
        Cell(
            value,
            is_best=number is not None and number == best,
            percent=_percent(numbers[0], number) if index else None,
            is_disputed=fact in disputed[index],
        )
        for index, (value, number) in enumerate(zip(values, numbers, strict=True))
    ]
    known = {value for value in values if value is not None}
    return Row(name, tuple(cells), len(known) > 1)


def _number(name: str, value: Any) -> Decimal | None:
    if value is None or name not in (*_BEST, *_SIZES):
        return None
    return parameters_of(value) if name in _SIZES else Decimal(value)


def _best(name: str, numbers: Sequence[Decimal | None]) -> Decimal | None:
    known = {number for number in numbers if number is not None}
    return _BEST[name](known) if name in _BEST and len(known) > 1 else None


def _percent(first: Decimal | None, other: Decimal | None) -> Decimal | None:
    if not first or other is None:
        return None
    return 100 * (other - first) / first


def write_percent(change: Decimal | None) -> str:
    """A change against the first; past ten times in times, and nothing where there is nothing to say.

    >>> [write_percent(Decimal(text)) for text in ("25", "-33.333", "0", "0.02", "-99.9", "1900")]
    ['+25 %', '−33 %', '', '+<1 %', '−>99 %', '20×']
    """
    if not change:
        return ""
    if change >= 900:
        return f"{1 + change / 100:,.0f}×"
    size = abs(change)
    figure = "<1" if size < Decimal("0.5") else f"{size:,.0f}"
    # 100 % less would be free.
    figure = ">99" if figure == "100" and -100 < change < 0 else figure
    return f"{'+' if change > 0 else '−'}{figure} %"
