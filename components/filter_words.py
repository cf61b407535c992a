"""What a question to the model list asks for in words, and which of its demands to loosen. Pure; plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from parley.frames import Frame
from parley.matching import counts_without
from parley.model_query.fields import FIELDS, Field, Kind
from parley.model_query.query import WORDS, Condition, Has, ModelQuery, OneOf, Order, Phrase, Range
from parley.model_query.values import Value
from parley.pricing.wording import write_rate

HIDDEN = {"lifecycle": "retired and delisted models", "kind": "models that do not chat"}
"""Field → what is hidden while nobody asks for it."""
_REMARKS = {
    ("lifecycle", "kind"): "retired, delisted and non-chat models are hidden",
    ("lifecycle",): "retired and delisted models are hidden",
    ("kind",): "non-chat models are hidden",
}

_LOOSENED = {
    WORDS: "without the search words",
    "publisher": "from any publisher",
    "family": "of any family",
    "kind": "of any kind",
    "quant": "with any quantization",
    "ctx": "with any context window",
    "in": "with any or no known input price",
    "out": "with any or no known price",
    "cached": "with any or no known price of cached input",
    "monthly": "with any or no known monthly cost",
    "takes": "with any input",
    "can": "with any capabilities",
    "variant": "of any variant",
    "lifecycle": "at any stage of life",
    "fav": "that are not your favourites",
    "free": "that are not free",
    "differs": "of which no source differs",
}
_OFFERS = 3
_WHEN = {"released": "released", "version": "dated by their id", "retires": "retiring"}


def asked(query: ModelQuery) -> list[str]:
    """Each demand that a person made, in words; the values of an either-or field in one."""
    either = [_either(query, field) for field in FIELDS if query.chosen(field)]
    single = [_say(part) for part in query.conditions if not _is_united(part)]
    return [*single, *either, *(_order(order) for order in query.orders)]


def hidden(query: ModelQuery) -> str:
    """What is not shown because nobody asked for it; empty when all is."""
    unasked = tuple(field for field in HIDDEN if not query.chosen(field))
    return _REMARKS.get(unasked, "")


def way_out(frame: Frame, query: ModelQuery) -> str:
    """Why the table is empty: which single demand to drop, the one that changes least first."""
    counts = sorted(counts_without(frame, query).items(), key=lambda one: one[1])
    if not counts:
        return "No models match, and no single filter is the cause."
    offers = (f"{count:,} {_loosened(*demand)}" for demand, count in counts[:_OFFERS])
    return f"No models match. There would be {', '.join(offers)}."


def _loosened(field: str, was_asked: bool) -> str:
    if not was_asked:
        return f"with {HIDDEN[field]}"
    return _LOOSENED.get(field) or f"with any or unknown {FIELDS[field].label}"


def _is_united(part: Condition) -> bool:
    return isinstance(part, OneOf) and not part.negated


def _either(query: ModelQuery, field: str) -> str:
    values = sorted(set(query.chosen(field)), key=str.casefold)
    return f"{FIELDS[field].label} {' or '.join(values)}"


def _say(part: Condition) -> str:
    said = _SAID[type(part)](part)
    return f"not {said}" if part.negated else said


def _say_has(part: Has) -> str:
    field = FIELDS[part.field]
    if field.kind is Kind.FLAG:
        return field.label
    return f"takes {part.name}" if part.field == "takes" else part.name.replace("_", " ")


def _say_one_of(part: OneOf) -> str:
    return f"{FIELDS[part.field].label} {' or '.join(part.values)}"


def _say_range(part: Range) -> str:
    field = FIELDS[part.field]
    name = _WHEN.get(field.name, field.label)
    if part.least is not None and part.most is not None:
        low, high = _written(field, part.least), _written(field, part.most)
        return f"{name} {low}" if low == high else f"{name} {low} to {high}"
    days = field.kind is Kind.DAY
    if part.least is not None:
        sign = ("after" if days else "over") if part.strict else ("from" if days else "at least")
        return f"{name} {sign} {_written(field, part.least)}"
    sign = ("before" if days else "under") if part.strict else ("by" if days else "at most")
    return f"{name} {sign} {_written(field, part.most)}"


_SAID: Mapping[type, Callable[..., str]] = {
    Phrase: lambda part: f"“{part.text}”",
    Has: _say_has,
    OneOf: _say_one_of,
    Range: _say_range,
}


def _written(field: Field, value: Value | None) -> str:
    if not isinstance(value, Decimal):
        return str(value)
    if field.kind is Kind.PRICE:
        return write_rate(value) + ("" if field.name == "monthly" else " per million")
    return f"{value.normalize():,f} tokens" if field.kind is Kind.TOKENS else write_params(value)


def write_params(count: Decimal) -> str:
    """
    >>> write_params(Decimal(30_500_000_000)), write_params(Decimal(135_000_000))
    ('30.5B', '135M')
    """
    for unit, size in (("T", 10**12), ("B", 10**9), ("M", 10**6)):
        if count >= size:
            return f"{(count / size).normalize():f}{unit}"
    return f"{count:,f}"


def _order(order: Order) -> str:
    label = "id" if order.by == "name" else FIELDS[order.by].label
    if order.column == "id" or FIELDS[order.by].kind is Kind.ONE_OF:
        return f"by {label}, {'Z to A' if order.descending else 'A to Z'}"
    if FIELDS[order.by].kind is Kind.DAY:
        return f"by {label}, {'latest' if order.descending else 'earliest'} first"
    return f"by {label}, {'highest' if order.descending else 'lowest'} first"
