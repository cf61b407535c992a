"""What was spent day by day, or month by month, told apart by a few series and the rest of them. Pure.

What is not known is in no bar: it is counted beside it, so that nobody takes a low bar for a cheap day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal, localcontext

from parley.pricing.costing import EXACT_DIGITS
from parley.pricing.wording import UNKNOWN_FIGURE, write_money
from parley.spending import Group, Spent

MOST_DAYS = 92
"""Longer times are drawn by months."""


@dataclass(frozen=True)
class Sums:
    """Of some calls; they can be added to one another and taken from one another."""

    calls: int = 0
    amount: Decimal = Decimal(0)
    """US dollars, exact, of the calls whose cost is known."""
    tokens: int = 0
    """Input and output, as far as they are known."""
    costed: int = 0
    """Calls whose cost is known, with certainty or not."""
    estimated: int = 0
    partial: int = 0
    uncosted: int = 0
    """Calls that may have cost something, nobody knows what."""
    counted: int = 0
    """Counts, two a call, that are known."""
    counts_estimated: int = 0
    counts_at_least: int = 0
    """Counts that are partial or unknown."""

    def plus(self, other: Sums, times: int = 1) -> Sums:
        with localcontext(prec=EXACT_DIGITS):
            each = zip(astuple(self), astuple(other), strict=True)
            return Sums(*(mine + times * theirs for mine, theirs in each))

    @property
    def money_words(self) -> str:
        """
        >>> Sums(2, Decimal("0.5"), costed=1, uncosted=1).money_words, Sums(1, uncosted=1).money_words
        ('≥$0.50', '–')
        """
        if not self.costed:
            return UNKNOWN_FIGURE
        return f"{_sign(self.partial + self.uncosted, self.estimated)}{write_money(self.amount)}"

    @property
    def token_words(self) -> str:
        """
        >>> Sums(2, tokens=1200, counted=2, counts_estimated=1).token_words, Sums(1).token_words
        ('≈1,200', '–')
        """
        if not self.counted:
            return UNKNOWN_FIGURE
        return f"{_sign(self.counts_at_least, self.counts_estimated)}{self.tokens:,}"


def _sign(at_least: int, estimated: int) -> str:
    return "≥" if at_least else "≈" if estimated else ""


def sums_of(spent: Spent) -> Sums:
    both = spent.input, spent.output
    return Sums(
        calls=spent.calls,
        amount=spent.amount or Decimal(0),
        tokens=sum(one.tokens or 0 for one in both),
        costed=spent.of_known_cost,
        estimated=spent.estimated,
        partial=spent.partial,
        uncosted=spent.unpriced + spent.unfinished,
        counted=sum(one.known for one in both),
        counts_estimated=sum(one.estimated for one in both),
        counts_at_least=sum(one.unknown + one.partial for one in both),
    )


@dataclass(frozen=True)
class Step:
    """One series in one day or month."""

    begins: date
    series: str
    rank: int
    """Of the series, from 0; the rest comes last."""
    sums: Sums


@dataclass(frozen=True)
class Course:
    """All steps, the oldest first."""

    steps: tuple[Step, ...]
    by_month: bool

    def written(self, begins: date) -> str:
        return f"{begins:%Y-%m}" if self.by_month else begins.isoformat()


def course(days: Sequence[Group], parts: Mapping[str, Sequence[Group]], rest: str) -> Course:
    """`days`: everything; `parts`: the series that are told apart, by day; `rest`: the name of all others."""
    by_month = _is_long(days)
    left = _in_steps(days, by_month)
    found: list[Step] = []
    for rank, (series, groups) in enumerate(parts.items()):
        for begins, sums in _in_steps(groups, by_month).items():
            left[begins] = left.get(begins, sums).plus(sums, -1)
            found.append(Step(begins, series, rank, sums))
    others = (Step(begins, rest, len(parts), sums) for begins, sums in left.items())
    found.extend(step for step in others if step.sums.calls > 0)
    return Course(tuple(sorted(found, key=lambda step: (step.begins, step.rank))), by_month)


def _is_long(days: Sequence[Group]) -> bool:
    each = [date.fromisoformat(group.key) for group in days]
    return bool(each) and (max(each) - min(each)).days >= MOST_DAYS


def _in_steps(groups: Iterable[Group], by_month: bool) -> dict[date, Sums]:
    found: dict[date, Sums] = {}
    for group in groups:
        day = date.fromisoformat(group.key)
        begins = day.replace(day=1) if by_month else day
        found[begins] = found.get(begins, Sums()).plus(sums_of(group.spent))
    return found


def uncosted(steps: Iterable[Step]) -> int:
    """Calls that may have cost something and are in no bar of money."""
    return sum(step.sums.uncosted for step in steps)
