"""Reads a question to the model list: `qwen vision out<1 ctx>=128k !retired sort:price`. Never raises.

A word that makes no sense becomes a `Problem` that says what would be right; the others still count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any

from parley.model_query.fields import (
    ALIASES,
    ALONE,
    ANY,
    CLOSED,
    FIELDS,
    MEASURED,
    SORT,
    UNKNOWN,
    Field,
    Kind,
    field_named,
    sort_fields,
)
from parley.model_query.query import (
    WORDS,
    Condition,
    Has,
    ModelQuery,
    OneOf,
    Order,
    Part,
    Phrase,
    Problem,
    Range,
)
from parley.model_query.values import SPANS, Span, name_key
from parley.model_query.words import Word, Written, listed, unquoted, words_of, written

FAMILY = "family"
MOST_COMPARED = 300
"""So many names are looked through for one that was meant: an endpoint may have thousands of publishers."""

Known = Mapping[str, Collection[str]]
"""Field → the values that the models at hand have; a value that none has is a mistake."""

_NEAR = 0.6
"""How alike a word must be to a field's name to be taken for a slip of the pen."""
_SORTS = sort_fields()


def parse(text: str, known: Known | None = None) -> ModelQuery:
    """What the text asks for; `known` lets names of publishers and the like be checked."""
    parts = [part for word in words_of(text) for part in _parts(word, known or {})]
    return ModelQuery(
        text,
        tuple(part for part in parts if isinstance(part, Condition)),
        tuple(part for part in parts if isinstance(part, Order)),
        tuple(part for part in parts if isinstance(part, Problem)),
    )


def _parts(word: Word, known: Known) -> Iterable[Part]:
    condition = None if word.text.startswith('"') else written(word)
    if condition is None or _is_text(condition):
        yield _alone(word)
    elif condition.name.casefold() == SORT:
        yield from _orders(word, condition)
    else:
        yield _condition(word, condition, known)
    if word.open_quote:
        yield _problem(word, "The quote is not closed; it ends with the text.")


def _is_text(condition: Written) -> bool:
    """Ids such as qwen3:8b and llama:free hold a colon; < and > stand in none."""
    name = condition.name.casefold()
    if name in ALONE or name == SORT or field_named(name) or condition.sign not in (":", "="):
        return False
    return not _nearest(name, [*FIELDS, SORT])


def _alone(word: Word) -> Part:
    """A word without a sign: a condition if it is one of the known words, else text to look for."""
    lower = word.text.casefold()
    flag = field_named(lower)
    if flag is not None and flag.kind is Kind.FLAG:
        return Has(field=flag.name, name=flag.name, **word.place)
    if lower not in ALONE:
        return Phrase(field=WORDS, text=unquoted(word.text), **word.place)
    field, value = ALONE[lower]
    if FIELDS[field].kind is Kind.ONE_OF:
        return OneOf(field=field, values=(value,), **word.place)
    return Has(field=field, name=value, **word.place)


def _condition(word: Word, condition: Written, known: Known) -> Part:
    field = field_named(condition.name)
    if field is None:
        return _problem(word, _no_field(condition.name, word.text))
    value = unquoted(condition.value).strip()
    if field.kind is Kind.FLAG:
        return _problem(word, f"“{field.name}” stands alone, without a value.", field.name)
    if not value.strip(" ,"):
        return _problem(word, f"“{word.text}” lacks a value, as in {field.example}.", field.name)
    if field.kind in MEASURED:
        return _range(word, field, condition.sign, value)
    if condition.sign not in (":", "="):
        sentence = f"“{field.name}” is no number: write {field.example}."
        return _problem(word, sentence, field.name)
    return _named(word, field, listed(condition.value), known)


def _range(word: Word, field: Field, sign: str, value: str) -> Part:
    span = SPANS[field.kind](value)
    if span is None:
        sentence = f"“{value}” is no {field.kind.value}; write it as in {field.example}."
        return _problem(word, sentence, field.name)
    return _within(word, field.name, sign, span)


def _within(word: Word, field: str, sign: str, span: Span) -> Range:
    """Rough values are spans: more than one is more than its end, at least one is from its beginning."""
    low, high = span
    both: dict[str, Any] = {"least": low, "most": high}
    bounds: dict[str, dict[str, Any]] = {
        ">": {"least": high, "strict": True},
        ">=": {"least": low},
        "<": {"most": low, "strict": True},
        "<=": {"most": high},
    }
    return Range(field=field, **word.place, **bounds.get(sign, both))


def _named(word: Word, field: Field, values: list[str], known: Known) -> Part:
    allowed = CLOSED.get(field.name) or _open_names(known.get(field.name, ()))
    canonical = []
    for value in values:
        found = _names_meant(field, value, allowed) if allowed else [value]
        if not found:
            return _problem(word, _no_value(field, value, allowed), field.name)
        canonical += found
    if field.kind is Kind.ONE_OF:
        return OneOf(field=field.name, values=tuple(canonical), **word.place)
    if len(canonical) > 1:
        apart = " ".join(f"{field.name}:{value}" for value in values)
        return _problem(word, f"All are wanted at once: write {apart}.", field.name)
    return Has(field=field.name, name=canonical[0], **word.place)


def _names_meant(field: Field, value: str, allowed: Mapping[str, str]) -> list[str]:
    """The name itself; a family that nobody has, such as Llama, stands for its generations."""
    key = _key(field, value)
    if key in allowed or field.name != FAMILY:
        return [allowed[key]] if key in allowed else []
    return [name for known, name in allowed.items() if key and known.startswith(key)]


def _key(field: Field, value: str) -> str:
    return value.casefold() if field.name in CLOSED else name_key(value)


def _open_names(names: Collection[str]) -> dict[str, str]:
    """Names as they are compared → as they are written."""
    if not names:
        return {}
    return {**{name_key(name): name for name in names}, name_key(ANY): ANY, UNKNOWN: UNKNOWN}


def _orders(word: Word, condition: Written) -> Iterable[Part]:
    """`sort:price,-ctx`: the second decides where the first is equal."""
    values = listed(condition.value)
    if not values:
        yield _problem(word, f"“{word.text}” lacks a field, as in sort:price.", SORT)
    for value in values:
        reverse = value.startswith("-") is not word.negated
        name = value.removeprefix("-").casefold()
        name = "name" if name == "id" else ALIASES.get(name, name)
        if name in _SORTS:
            column, largest_first = _SORTS[name]
            yield Order(
                field=SORT,
                start=word.start,
                end=word.end,
                by=name,
                column=column,
                descending=largest_first is not reverse,
                largest_first=largest_first,
            )
        else:
            yield _problem(word, _no_order(value), SORT)


def _no_order(value: str) -> str:
    near = _meant(_nearest(value.casefold(), _SORTS))
    return f"The list cannot be sorted by “{value}”{near or ', only by ' + ', '.join(_SORTS) + '.'}"


def _no_field(name: str, text: str) -> str:
    if name.casefold() in ALONE:
        return f"“{name}” stands alone, without a value; not to have it is !{name}."
    quoted = f'; in quotes, it is looked for as text: "{unquoted(text)}".'
    return f"“{name}” is no field{_meant(_nearest(name.casefold(), [*FIELDS, SORT])) or quoted}"


def _no_value(field: Field, value: str, allowed: Mapping[str, str]) -> str:
    near = _meant(_nearest(_key(field, value), allowed), allowed)
    if field.name in CLOSED:
        return f"“{value}” is no value of {field.name}{near or ': ' + ', '.join(allowed) + '.'}"
    return f"No model here has the {field.label} “{value}”{near or '.'}"


def _nearest(word: str, names: Iterable[str]) -> str | None:
    found = get_close_matches(word, list(islice(names, MOST_COMPARED)), 1, _NEAR)
    return found[0] if found else None


def _meant(name: str | None, written_as: Mapping[str, str] | None = None) -> str:
    if name is None:
        return ""
    shown = name if written_as is None else written_as[name]
    return f"; did you mean “{shown}”?"


def _problem(word: Word, sentence: str, field: str = "") -> Problem:
    return Problem(field=field, start=word.start, end=word.end, message=sentence)
