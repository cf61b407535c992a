"""A usage file as figures by day and model. A line that cannot be read in full is left out whole, and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal, localcontext

from parley.catalog.model import MAX_ID_CHARS
from parley.pricing.costing import EXACT_DIGITS
from parley.reconcile.cells import Amount, is_unsaid, read_amount, read_count, read_day
from parley.reconcile.columns import COUNTS, Columns, Field
from parley.reconcile.usage_file import LeftOut, Line, UsageFile

Figures = Mapping[Field, Decimal]
"""Counts and US dollars; one that is not there is unknown."""
Key = tuple[date, str]
"""A day and a model; the model is empty where the file tells none."""

_CENT = Decimal("0.01")
_NOTHING = Decimal(0)
_DOLLAR_NAMES = frozenset({"usd", "$", "us$", "dollar", "dollars", "us dollars"})


@dataclass
class Stated:
    """What the file says of a day and a model."""

    figures: dict[Field, Decimal] = field(default_factory=dict)
    lines: int = 0
    unsaid: dict[Field, int] = field(default_factory=dict)
    """Lines in which a figure that the file has a column for is empty."""

    def add_line(self, found: Figures, compared: tuple[Field, ...]) -> None:
        self.lines += 1
        for one in compared:
            if one in found:
                self.figures[one] = self.figures.get(one, _NOTHING) + found[one]
            else:
                self.unsaid[one] = self.unsaid.get(one, 0) + 1


@dataclass(frozen=True)
class TheirUsage:
    """All that a file says, as its columns are understood."""

    stated: Mapping[Key, Stated]
    left_out: tuple[LeftOut, ...]
    """Lines that cannot be compared, those of the file itself too."""
    empty: int
    """Lines without a model and without a figure that is not 0."""
    other_money: int
    """Lines whose cost is in another currency, which is not compared."""
    cost_step: Decimal
    """US dollars: 1 of the last place in which the file writes costs, at most a cent."""

    @property
    def first_day(self) -> date | None:
        return min((day for day, _ in self.stated), default=None)

    @property
    def last_day(self) -> date | None:
        return max((day for day, _ in self.stated), default=None)


def plus(one: Decimal | None, other: Decimal) -> Decimal:
    with localcontext(prec=EXACT_DIGITS):
        return other if one is None else one + other


def their_usage(file: UsageFile, columns: Columns) -> TheirUsage:
    """The lines added up; `columns` must lack nothing."""
    at = {name: number for number, name in enumerate(file.header)}
    places = {field: at[name] for field, name in columns.of.items()}
    reading = _Reading(columns, places, columns.compared, columns.tzinfo)
    with localcontext(prec=EXACT_DIGITS):
        for line in file.lines:
            reading.take(line)
    left_out = sorted((*file.left_out, *reading.left_out), key=lambda one: one.number)
    return TheirUsage(
        stated=reading.stated,
        left_out=tuple(left_out),
        empty=reading.empty,
        other_money=reading.other_money,
        cost_step=reading.cost_step,
    )


@dataclass
class _Reading:
    """What has been added up so far."""

    columns: Columns
    places: Mapping[Field, int]
    compared: tuple[Field, ...]
    zone: tzinfo
    days: dict[str, date] = field(default_factory=dict)
    """Cells that were read before: a file has few days and many lines."""
    stated: dict[Key, Stated] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    empty: int = 0
    other_money: int = 0
    cost_step: Decimal = _CENT

    def take(self, line: Line) -> None:
        try:
            found = self._figures(line)
            model = self._cell(line, Field.MODEL).strip()
            if not model and Field.MODEL in self.columns.of and self._says_nothing(found):
                self.empty += 1
                return
            key = self._day(line), self._model(model)
        except ValueError as unread:
            self.left_out.append(LeftOut(line.number, str(unread.args[0])))
            return
        self.stated.setdefault(key, Stated()).add_line(found, self.compared)

    def _says_nothing(self, found: Figures) -> bool:
        return not any(found[one] for one in found if one in self.columns.of)

    def _cell(self, line: Line, one: Field) -> str:
        at = self.places.get(one)
        return "" if at is None else line.cells[at]

    def _day(self, line: Line) -> date:
        cell = self._cell(line, Field.DAY)
        if cell not in self.days:
            self.days[cell] = read_day(cell, self.zone, day_first=self.columns.day_first)
        return self.days[cell]

    def _model(self, model: str) -> str:
        if Field.MODEL in self.columns.of and is_unsaid(model):
            raise ValueError("names no model")
        if len(model) > MAX_ID_CHARS:
            raise ValueError("names a model that is too long to be one")
        return model

    def _figures(self, line: Line) -> dict[Field, Decimal]:
        found: dict[Field, Decimal] = {}
        for one in COUNTS:
            if one not in self.places:
                continue
            count = read_count(self._cell(line, one), self.columns.decimal_sign)
            if count is not None:
                found[one] = Decimal(count)
        if self.columns.line_is_call and Field.REQUESTS not in self.columns.of:
            found[Field.REQUESTS] = Decimal(1)
        if not self.columns.input_has_cached and Field.INPUT in found:
            found[Field.INPUT] += found.get(Field.CACHED, Decimal(0))
        amount = read_amount(self._cell(line, Field.COST), self.columns.decimal_sign)
        if amount is not None:
            self._take_money(found, amount, self._cell(line, Field.CURRENCY))
        return found

    def _take_money(self, found: dict[Field, Decimal], amount: Amount, named: str) -> None:
        is_other = bool(named) and named.strip().casefold() not in _DOLLAR_NAMES
        if is_other or not (amount.is_dollars or amount.is_cents):
            self.other_money += 1
            return
        in_cents = amount.is_cents or self.columns.in_cents
        scale = _CENT if in_cents else Decimal(1)
        found[Field.COST] = amount.value * scale
        self.cost_step = min(self.cost_step, amount.step * scale)
