"""A month's total as a provider bills it, against the ledger's: what they differ by, and what can explain it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from parley.errors import Refused
from parley.pricing.wording import write_money, write_total
from parley.reconcile.causes import counted
from parley.reconcile.cells import is_unsaid, read_amount
from parley.reconcile.columns import POINT
from parley.reconcile.theirs import plus
from parley.spending import Spent
from parley.wanted_calls import Wanted

NEVER_IN_THE_LEDGER = (
    "what other programs used with the same key, credits and discounts, taxes, a month that "
    "begins in another time zone, and prices other than those here"
)
NOTHING_OPEN = "Nothing of this month is open here that could explain it."


@dataclass(frozen=True)
class BilledTotal:
    """What was typed."""

    amount: Decimal
    """US dollars."""
    step: Decimal
    """1 of the last place that was typed."""


def typed_total(text: str) -> BilledTotal | None:
    """What a person typed; `None` = nothing.

    Raises:
        Refused: it is no amount in US dollars.
    """
    if is_unsaid(text):
        return None
    try:
        amount = read_amount(text, POINT)
    except ValueError as unread:
        raise Refused(f"{unread.args[0]}.", advice="Type it such as 12.34.") from None
    if amount is None or not amount.is_dollars:
        raise Refused("The total is not in US dollars.", advice="Type it in US dollars.")
    return BilledTotal(amount.value, amount.step)


def month_of(year: int, month: int) -> tuple[date, date]:
    """Its first and its last day.

    >>> month_of(2026, 2)
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)


def wanted_month(
    year: int, month: int, endpoints: tuple[str, ...], utc_offset_min: int = 0
) -> Wanted:
    """The calls of a month, to these endpoints or to all where none is named."""
    first, last = month_of(year, month)
    return Wanted(first, last, utc_offset_min, endpoints)


def compared(spent: Spent, billed: BilledTotal) -> list[str]:
    """The verdict first, then what can explain a difference; sentences of plain text."""
    ours = spent.amount
    words = f"Here {write_total(spent.total)}, billed {write_money(billed.amount)}"
    if ours is None:
        return [
            f"{words}. No cost is known here, so there is no difference to tell.",
            *_doubts(spent),
        ]
    delta = plus(billed.amount, -ours)
    if abs(delta) <= billed.step / 2:
        return [f"{words}: they agree, as far as the total is written.", *_doubts(spent)]
    more = "more" if delta > 0 else "less"
    share = f" ({_percent(delta, ours)} % of ours)" if ours else ""
    return [
        f"{words}: {write_money(abs(delta))}{share} {more} than here.",
        *_doubts(spent),
        _whether_they_explain(spent, billed, delta),
    ]


def _percent(delta: Decimal, ours: Decimal) -> str:
    percent = abs(delta) * 100 / ours
    return "<1" if percent < 1 else f"{percent:,.0f}"


def _doubts(spent: Spent) -> Iterator[str]:
    """What the ledger does not know of this month."""
    kinds = (
        (spent.unpriced, "of no known price"),
        (spent.unfinished, "without an outcome, of unknown cost"),
        (spent.partial, "cut short, whose cost is a lower bound (≥)"),
        (spent.estimated, "of estimated cost (≈)"),
        (spent.unused, "refused or never sent, counted as nothing"),
    )
    named = [f"{counted(number, 'call', 'calls')} {what}" for number, what in kinds if number]
    if named:
        yield f"Of {counted(spent.calls, 'call', 'calls')} here: {'; '.join(named)}."


def _whether_they_explain(spent: Spent, billed: BilledTotal, delta: Decimal) -> str:
    others = f"Not in the ledger: {NEVER_IN_THE_LEDGER}."
    if spent.estimated:
        others = f"Estimates may be too {'low' if delta > 0 else 'high'}. {others}"
    unbounded = spent.unpriced + spent.unfinished + spent.unbounded
    if delta < 0:
        return others
    if unbounded:
        calls = counted(unbounded, "call", "calls")
        return f"The {calls} whose cost nothing bounds may explain it. {others}"
    if spent.partial and spent.at_most is not None:
        room = plus(spent.at_most, -(spent.amount or Decimal(0)))
        enough = delta <= plus(room, billed.step / 2)
        answer = "so they can explain it" if enough else "so they cannot explain all of it"
        return f"Calls cut short may add up to {write_money(room)}, {answer}. {others}"
    return others if spent.estimated else f"{NOTHING_OPEN} {others}"
