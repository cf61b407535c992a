"""What the parts of requests and replies cost: re-sent history, new text, reasoning … Pure.

Only calls count of which it can be said truly: reported in full, costed line by line, and with nothing out of a
cache, since nobody tells which part of the input that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from parley.call_figures import figures_of
from parley.conversation import LedgerEntry, Outcome
from parley.pricing.costing import EXACT_DIGITS
from parley.pricing.wording import write_money
from parley.spending import reached_a_model
from parley.spending_words import calls_of, percent
from parley.usage import State

IN_PARTS: Mapping[str, str] = {
    "Re-sent history": "history_tokens",
    "New text": "new_tokens",
    "System prompt": "system_tokens",
    "Attachments": "attachment_tokens",
}
"""Name → of which figure of a call."""


@dataclass(frozen=True)
class MoneyOfParts:
    """US dollars, exact but for the division of the input by its characters."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    """By the names of `IN_PARTS`, and "Output"."""
    calls: int = 0
    """Whose cost is divided here."""
    left_out: int = 0
    """Which may have cost something too."""

    @property
    def total(self) -> Decimal:
        with localcontext(prec=EXACT_DIGITS):
            return sum(self.amounts.values(), Decimal(0))


def money_of_parts(calls: Iterable[LedgerEntry]) -> MoneyOfParts:
    amounts = dict.fromkeys((*IN_PARTS, "Output"), Decimal(0))
    divided = left_out = 0
    for call in calls:
        parts = _parts(call)
        if parts is None:
            left_out += _may_have_cost(call)
            continue
        divided += 1
        with localcontext(prec=EXACT_DIGITS):
            for name, amount in parts.items():
                amounts[name] += amount
    return MoneyOfParts(amounts if divided else {}, divided, left_out)


def _may_have_cost(call: LedgerEntry) -> bool:
    return call.outcome is None or (not call.outcome.cost.free and reached_a_model(call.outcome))


def _parts(call: LedgerEntry) -> dict[str, Decimal] | None:
    outcome = call.outcome
    if outcome is None or not _is_plain(outcome):
        return None
    figures = figures_of(outcome, call.request.composition)
    tokens = {name: figures.get(figure, 0) for name, figure in IN_PARTS.items()}
    full, output = outcome.cost.lines
    if sum(tokens.values()) != full.tokens:
        return None
    with localcontext(prec=EXACT_DIGITS):
        parts = {name: (n * full.rate_per_mtok).scaleb(-6) for name, n in tokens.items()}
    return {**parts, "Output": output.amount}


def _is_plain(outcome: Outcome) -> bool:
    """All of it reported, all input at one price, and that is what it cost."""
    cost, usage = outcome.cost, outcome.usage
    is_certain = cost.state is State.REPORTED and not cost.free
    is_counted = usage.output_tokens.state is State.REPORTED
    return is_certain and is_counted and [line.label for line in cost.lines] == ["Input", "Output"]


def money_words(money: MoneyOfParts) -> str:
    """What the dearest part of the input cost; empty where nothing can be said."""
    paid = {name: money.amounts[name] for name in IN_PARTS if money.amounts.get(name)}
    if not paid or not money.calls:
        return ""
    name = max(paid, key=lambda part: paid[part])
    share = percent(paid[name] / money.total)
    words = (
        f"In money: ≈{write_money(paid[name])} ({share}) of the {write_money(money.total)} "
        f"that {calls_of(money.calls)} cost went into {name.lower()}."
    )
    if money.left_out:
        words += (
            f" Left out: {calls_of(money.left_out)} whose cost is not certain or was named in "
            "one sum, or with input out of a cache that nobody tells the part of."
        )
    return words
