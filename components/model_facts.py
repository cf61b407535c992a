"""What is known of a model as lines of fact, value, source and date. Pure; the texts are plain, not Markdown.

Where sources differ all are shown, the one that is used first: no reader should have to trust the choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from parley.catalog.disagreement import WORDED, comparable, disagreements, price_difference
from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import Fact, Model
from parley.pricing.price import Price, RefusedPrice
from parley.pricing.wording import UNKNOWN_FIGURE, write_price

LABELS = {
    "name": "Name",
    "publisher": "Publisher",
    "description": "Description",
    "context_window": "Context window",
    "max_output_tokens": "Longest output",
    "price": "Price",
    "price_refused": "Refused price",
    "input_modalities": "Takes",
    "output_modalities": "Gives",
    "reasoning": "Reasoning",
    "reasoning_mode": "Reasoning mode",
    "tools": "Tools",
    "structured_output": "Structured output",
    "json_mode": "JSON mode",
    "vision": "Vision",
    "lora": "LoRA",
    "lora_note": "Note on LoRA",
    "family": "Family",
    "variants": "Variants",
    "version_date": "Version",
    "params_total": "Parameters",
    "params_active": "Active parameters",
    "params_note": "Note on parameters",
    "quantization": "Quantization",
    "license": "License",
    "kind": "Kind",
    "lifecycle": "Lifecycle",
    "lifecycle_note": "Note on lifecycle",
    "retired_on": "Retirement",
    "replacement": "Replacement",
    "released_on": "Released",
    "created_on": "Created, says the list",
    "owned_by": "Owned by",
}
APART = "description"
"""Long text that a narrow column would stretch over the whole page; it is drawn by itself."""

DIFFERS = "≠"
"""Marks what another source says otherwise."""

_NO_BREAK_HYPHEN = "\u2011"
_BREAK = "\u200b"
_LONG_WORD = re.compile(r"\S{17,}")
_JOINT = re.compile(r"(?<=[/@._:-])")
_TOKENS = ("context_window", "max_output_tokens")


@dataclass(frozen=True)
class FactLine:
    """One statement as a reader sees it."""

    label: str
    value: str
    source: str
    as_of: str


def notes(lines: list[FactLine]) -> dict[str, int]:
    """The long part of each source and its number: told once below, not in every line."""
    details = dict.fromkeys(detail for line in lines if (detail := line.source.partition(": ")[2]))
    return {detail: number for number, detail in enumerate(details, start=1)}


def origin(line: FactLine, numbered: Mapping[str, int]) -> str:
    """Source and, where there is one, date; a date is not broken over two lines of a narrow cell."""
    head, _, detail = line.source.partition(": ")
    source = f"{head} ({numbered[detail]})" if detail in numbered else line.source
    day = line.as_of.replace("-", _NO_BREAK_HYPHEN)
    return source if line.as_of == UNKNOWN_FIGURE else f"{source}, {day}"


def fact_lines(model: Model, fetched_on: date | None) -> list[FactLine]:
    """Every short statement about the model, in the order of `LABELS`."""
    names = (name for name in LABELS if name != APART)
    return [line for name in names for line in _lines(model, name, fetched_on)]


def descriptions(model: Model, fetched_on: date | None) -> list[FactLine]:
    """What the sources say about the model in sentences."""
    return _lines(model, APART, fetched_on)


def _lines(model: Model, name: str, fetched_on: date | None) -> list[FactLine]:
    facts = [fact for fact in model.facts if fact.name == name]
    return [
        FactLine(label, write_fact(fact), fact.source, _day(fact, fetched_on))
        for label, fact in zip(_labels(LABELS[name], facts), facts, strict=True)
    ]


def _labels(label: str, facts: list[Fact]) -> list[str]:
    """A single statement needs no remark; of several, each says how it stands to the one that is used."""
    if len(facts) < 2:
        return [label] * len(facts)
    used, *others = facts
    return [f"{label} (used)", *(f"{label} ({_remark(used, other)})" for other in others)]


def _remark(used: Fact, other: Fact) -> str:
    if comparable(other.value) == comparable(used.value):
        return "agrees"
    mark = "" if used.name in WORDED else f"{DIFFERS} "
    return f"{mark}differs{_in_percent(used, other)}"


def contradictions(model: Model) -> list[str]:
    """One line for each fact of which the sources disagree: who says what, first the one that is used."""
    return [
        f"{LABELS[name]}: {write_fact(used)} ({_who(used)}); "
        + "; ".join(
            f"{write_fact(other)} ({_who(other)}{_in_percent(used, other)})" for other in others
        )
        for name, (used, others) in disagreements(model).items()
    ]


def _who(fact: Fact) -> str:
    """The source without the long part, which is told below the table."""
    return fact.source.partition(": ")[0]


def _in_percent(used: Fact, other: Fact) -> str:
    if not isinstance(used.value, Price) or not isinstance(other.value, Price):
        return ""
    return f": {price_difference(used.value, other.value)}"


def _day(fact: Fact, fetched_on: date | None) -> str:
    """What the endpoint's own list says is as old as the list."""
    day = fact.as_of or (fetched_on if fact.source == LISTED_SOURCE else None)
    return day.isoformat() if day else UNKNOWN_FIGURE


def write_fact(fact: Fact) -> str:
    """The value in words."""
    match fact.value:
        case bool(yes):
            return "yes" if yes else "no"
        case int(number) if fact.name in _TOKENS:
            return f"{number:,} tokens"
        case Price() as price:
            return write_price(price)
        case RefusedPrice(reason=reason):
            return f"refused: {reason}"
        case frozenset() as names:
            return ", ".join(sorted(names))
        case date() as day:
            return day.isoformat()
        case other:
            return str(other)


def breakable(text: str) -> str:
    """Long ids and paths may break at their joints: on a phone they would push the table off the screen."""
    return _LONG_WORD.sub(lambda word: _JOINT.sub(_BREAK, word[0]), text)


def summary(model: Model) -> str:
    """The few facts that most people choose by, in one line."""
    window = model.context_window
    refused = model.fact("price_refused")
    price = "price refused" if refused and model.price is None else f"price {UNKNOWN_FIGURE}"
    return " · ".join(
        [
            write_price(model.price) if model.price else price,
            f"{window:,} tokens of context" if window else f"context {UNKNOWN_FIGURE}",
        ]
    )
