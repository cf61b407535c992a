"""Which rows of the frame of models a `ModelQuery` asks for, and in which order.

What a person types is compared as plain text: never a pattern, never an expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from parley.model_query.fields import ANY, CHAT, CURRENT_STAGES, FIELDS, NAME, UNKNOWN, Kind
from parley.model_query.query import Condition, Has, ModelQuery, OneOf, Phrase, Range
from parley.model_query.values import Value, name_key, squashed

if TYPE_CHECKING:
    from parley.frames import Column, Frame

NOT_SAID = {"kind": CHAT}
"""What a model counts as where the fact is missing; elsewhere it counts as unknown."""
UNASKED = {"lifecycle": CURRENT_STAGES, "kind": frozenset({CHAT})}
"""What is shown when the field is not asked for: retired models and those that do not chat are hidden."""


@dataclass(frozen=True)
class Demand:
    """All that is asked of one field, and the rows that meet it."""

    field: str
    """A name of `FIELDS`, or `WORDS`."""
    asked: bool
    """False: nobody asked, it is one of `UNASKED`."""
    met: Column
    """One bool a row."""


def matching(frame: Frame, query: ModelQuery) -> Frame:
    """The rows that meet every demand, in the order that was asked for."""
    met = [demand.met for demand in demands(frame, query)]
    return _sorted(frame[reduce(and_, met)] if met else frame, query)


def demands(frame: Frame, query: ModelQuery) -> list[Demand]:
    """What the rows are measured by, one demand a field."""
    found: dict[str, list[Column]] = {}
    for field, met in _conditions(frame, query):
        found.setdefault(field, []).append(met)
    asked = [Demand(field, True, reduce(and_, masks)) for field, masks in found.items()]
    return [*asked, *_unasked(frame, query)]


def counts_without(frame: Frame, query: ModelQuery) -> dict[tuple[str, bool], int]:
    """How many rows there would be without one demand: (field, whether it was asked for) → rows, zeros left out."""
    every = demands(frame, query)
    counts: dict[tuple[str, bool], int] = {}
    for left_out in every:
        others = [demand.met for demand in every if demand is not left_out]
        count = int(reduce(and_, others).sum()) if others else len(frame)
        if count:
            counts[left_out.field, left_out.asked] = count
    return counts


def _conditions(frame: Frame, query: ModelQuery) -> Iterator[tuple[str, Column]]:
    for condition in query.conditions:
        united = isinstance(condition, OneOf) and not condition.negated
        if not united and (met := _met(frame, condition)) is not None:
            yield condition.field, ~met if condition.negated else met
    for field in FIELDS:
        values = query.chosen(field)
        if values and ANY not in map(str.casefold, values):
            yield field, _one_of(frame, field, values)


def _unasked(frame: Frame, query: ModelQuery) -> Iterator[Demand]:
    for field, allowed in UNASKED.items():
        if not query.chosen(field):
            yield Demand(field, False, _filled(frame, field).isin(allowed))


def _met(frame: Frame, condition: Condition) -> Column | None:
    if isinstance(condition, Phrase):
        return _says(frame, condition.text)
    if isinstance(condition, Has):
        return _has(frame, condition)
    if isinstance(condition, Range):
        return _within(frame[FIELDS[condition.field].column], condition)
    return _one_of(frame, condition.field, list(condition.values))


def _says(frame: Frame, text: str) -> Column | None:
    """Words that are nothing but signs ask for nothing."""
    joined = squashed(text)
    if not joined:
        return None
    apart = " ".join("".join(c for c in word if c.isalnum()) for word in text.casefold().split())
    looked_for = {joined, apart} if " " in apart else {joined}
    found = [frame["search_text"].str.contains(words, regex=False) for words in looked_for]
    return reduce(or_, (column.astype(bool) for column in found))


def _has(frame: Frame, condition: Has) -> Column:
    field = FIELDS[condition.field]
    column, wanted = frame[field.column], condition.name.casefold()
    if field.kind is not Kind.FLAG:
        return column.map(lambda names: wanted in map(str.casefold, names)).astype(bool)
    return column.map(bool).astype(bool)


def _one_of(frame: Frame, field: str, values: list[str]) -> Column:
    wanted = {name_key(value) for value in values}
    column = _filled(frame, field)
    return column.isin([name for name in column.unique() if name_key(name) in wanted])


def _filled(frame: Frame, field: str) -> Column:
    return frame[FIELDS[field].column].fillna(NOT_SAID.get(field, UNKNOWN))


def _within(column: Column, wanted: Range) -> Column:
    """A comparison with what is missing is False: what costs nobody knows how much is left out."""
    if FIELDS[wanted.field].kind is Kind.DAY:
        return column.map(lambda day: isinstance(day, date) and _fits(day, wanted)).astype(bool)
    masks = []
    if wanted.least is not None:
        masks.append(_compared(column, "gt" if wanted.strict else "ge", wanted.least))
    if wanted.most is not None:
        masks.append(_compared(column, "lt" if wanted.strict else "le", wanted.most))
    return reduce(and_, masks)


def _compared(column: Column, sign: str, bound: Any) -> Column:
    compared: Column = getattr(column, sign)(float(bound)).fillna(False).astype(bool)
    return compared


def _fits(value: Any, wanted: Range) -> bool:
    return _is_above(value, wanted.least, wanted.strict) and _is_below(
        value, wanted.most, wanted.strict
    )


def _is_above(value: Any, least: Value | None, strict: bool) -> bool:
    return least is None or bool(value > least or (value == least and not strict))


def _is_below(value: Any, most: Value | None, strict: bool) -> bool:
    return most is None or bool(value < most or (value == most and not strict))


def _sorted(frame: Frame, query: ModelQuery) -> Frame:
    """What is unknown comes last, whichever way the rest is sorted."""
    if not query.orders:
        return frame
    # The keys alone are moved about: each move of whole rows takes tens of milliseconds.
    keys = frame[list(dict.fromkeys(order.column for order in query.orders))]
    for order in reversed(query.orders):
        keys = keys.sort_values(
            order.column,
            ascending=not order.descending,
            na_position="last",
            kind="stable",
            key=_KEYS.get(order.by),
        )
    return frame.loc[keys.index]


def _folded(names: Column) -> Column:
    folded: Column = names.str.casefold()
    return folded


def _day_numbers(days: Column) -> Column:
    """Numbers are sorted ten times as fast as dates."""
    return days.map(lambda day: day.toordinal() if isinstance(day, date) else None)


_KEYS = {NAME: _folded} | {
    name: _day_numbers if field.kind is Kind.DAY else _folded
    for name, field in FIELDS.items()
    if field.kind in (Kind.DAY, Kind.ONE_OF)
}
"""Order → what its column is sorted by."""
