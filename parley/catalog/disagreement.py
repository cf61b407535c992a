"""Where the sources of a model's facts contradict each other, and by how much two prices differ. Pure.

Names and notes are worded as each source likes; only what a choice or a cost hangs on can contradict.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from parley.catalog.model import FACT_NAMES, Fact, Model
from parley.pricing.price import Price

WORDED = frozenset(
    {
        "name",
        "publisher",
        "description",
        "family",
        "license",
        "owned_by",
        "created_on",
        "released_on",
        "version_date",
        "reasoning_mode",
        "lora_note",
        "lifecycle_note",
        "params_note",
        "price_refused",
    }
)
"""Facts that two honest sources may put differently."""

_MANY_TIMES = 10


def disagreements(model: Model) -> dict[str, tuple[Fact, tuple[Fact, ...]]]:
    """By the name of each fact of which the sources disagree: the one that is used, and those that contradict it.

    In the order of `FACT_NAMES`.
    """
    by_name: dict[str, list[Fact]] = {}
    for fact in model.facts:
        by_name.setdefault(fact.name, []).append(fact)
    told = [(name, *_split(by_name[name])) for name in FACT_NAMES if name in by_name]
    return {name: (used, others) for name, used, others in told if others and name not in WORDED}


def _split(facts: list[Fact]) -> tuple[Fact, tuple[Fact, ...]]:
    used, *others = facts
    mine = comparable(used.value)
    return used, tuple(fact for fact in others if comparable(fact.value) != mine)


def comparable(value: Any) -> Any:
    """Two prices agree when their rates do, wherever and whenever they were read."""
    if isinstance(value, Price):
        rates = value.input_per_mtok, value.output_per_mtok, value.cached_input_per_mtok
        return *rates, value.tiers
    return value


def price_difference(used: Price, other: Price) -> str:
    """How another price stands to the one that is used; empty where their rates agree.

    >>> price_difference(Price(Decimal("0.2"), Decimal("1")), Price(Decimal("0.25"), Decimal("0.9")))
    'in +25 %, out −10 %'
    """
    pairs = (
        ("in", used.input_per_mtok, other.input_per_mtok),
        ("cached", used.cached_input_per_mtok, other.cached_input_per_mtok),
        ("out", used.output_per_mtok, other.output_per_mtok),
    )
    changes = [f"{label} {_change(a, b)}" for label, a, b in pairs if a != b]
    if used.tiers != other.tiers:
        changes.append("other rates for long requests")
    return ", ".join(changes)


def _change(used: Decimal | None, other: Decimal | None) -> str:
    if used is None:
        return "only there"
    if other is None:
        return "only here"
    if not used or not other:
        return "free there" if used else "free here"
    if other >= _MANY_TIMES * used:
        return f"×{_figure(other / used)}"
    if used >= _MANY_TIMES * other:
        return f"÷{_figure(used / other)}"
    return _percent(100 * (other - used) / used)


def _figure(times: Decimal) -> str:
    return f"{times:,.0f}"


def _percent(change: Decimal) -> str:
    sign = "+" if change > 0 else "−"
    size = abs(change)
    if size < Decimal("0.05"):
        return f"{sign}<0.1 %"
    return f"{sign}{size:,.1f} %".replace(".0 %", " %")
