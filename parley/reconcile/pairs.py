"""The two sides of each day and model, and where they differ. A figure is compared where both sides know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from parley.reconcile.columns import COUNTS, FIGURES, Field
from parley.reconcile.names import Names
from parley.reconcile.ours import Ours
from parley.reconcile.theirs import Figures, Key, Stated, TheirUsage, plus

LEAST_DIFFERENCE = Decimal("1e-9")
"""US dollars a line: less than this is what binary fractions leave behind."""
ZERO = Decimal(0)


class Side(StrEnum):
    """How the two sides of a pair compare."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ONLY_HERE = "only here"
    ONLY_THERE = "only there"
    UNCOMPARED = "not comparable"
    """No figure is known on both sides."""


@dataclass(frozen=True)
class Pair:
    """A day and a model."""

    day: date
    model: str
    """As we name it; empty = all models together."""
    ours: Ours
    theirs: Stated
    told: tuple[Field, ...]
    """Figures that the file has a column for."""
    tolerance: Decimal
    """US dollars by which rounding alone can put the costs apart."""

    @property
    def is_here(self) -> bool:
        return bool(self.ours.calls)

    @property
    def is_there(self) -> bool:
        return self.theirs.lines > 0

    @cached_property
    def our_figures(self) -> Figures:
        """The sums of what is known of our calls."""
        return self.ours.figures

    @cached_property
    def compared(self) -> tuple[Field, ...]:
        """Figures that both sides know; a side that has nothing at all has 0 of each."""
        return tuple(
            one
            for one in self.told
            if (one in self.our_figures or not self.is_here)
            and (one in self.theirs.figures or not self.is_there)
        )

    @cached_property
    def deltas(self) -> Figures:
        """Theirs less ours, of every figure that is compared."""
        return {
            one: plus(self.theirs.figures.get(one, ZERO), -self.our_figures.get(one, ZERO))
            for one in self.compared
        }

    @cached_property
    def differing(self) -> Figures:
        """Those of `deltas` that are more than rounding."""
        return {
            one: delta
            for one, delta in self.deltas.items()
            if abs(delta) > (self.tolerance if one is Field.COST else 0)
        }

    @property
    def side(self) -> Side:
        if not self.differing:
            return Side.AGREES if self.compared else Side.UNCOMPARED
        if not self.is_there:
            return Side.ONLY_HERE
        return Side.DIFFERS if self.is_here else Side.ONLY_THERE

    @property
    def uncompared(self) -> tuple[Field, ...]:
        """Figures that the file tells and the ledger does not know."""
        return tuple(
            one for one in self.told if one in self.theirs.figures and one not in self.compared
        )


def counts_of(figures: Figures) -> dict[Field, Decimal]:
    """Without the money."""
    return {one: figures[one] for one in COUNTS if one in figures}


def pairs(
    theirs: TheirUsage, ours: Mapping[Key, Ours], names: Names, told: tuple[Field, ...]
) -> list[Pair]:
    """Every day and model that either side has, between the first and the last day of the file, in their order."""
    stated = _by_our_names(theirs, names)
    first, last = theirs.first_day, theirs.last_day
    # Calls that were all refused are in no figure, and no file has a line for them.
    here = {
        key
        for key, one in ours.items()
        if one.calls and first is not None and last is not None and first <= key[0] <= last
    }
    return [
        Pair(
            day=key[0],
            model=key[1],
            ours=ours.get(key, Ours()),
            theirs=(said := stated.get(key, Stated())),
            told=told,
            tolerance=max(1, said.lines) * max(theirs.cost_step / 2, LEAST_DIFFERENCE),
        )
        for key in sorted(here | stated.keys())
    ]


def _by_our_names(theirs: TheirUsage, names: Names) -> dict[Key, Stated]:
    """Two names of theirs may be one of ours."""
    found: dict[Key, Stated] = {}
    for (day, model), one in theirs.stated.items():
        into = found.setdefault((day, names.ours_of[model]), Stated())
        into.lines += one.lines
        for name in FIGURES:
            if name in one.figures:
                into.figures[name] = plus(into.figures.get(name), one.figures[name])
            if name in one.unsaid:
                into.unsaid[name] = into.unsaid.get(name, 0) + one.unsaid[name]
    return found


def neighbours(pair: Pair) -> Iterator[date]:
    """The day before and the day after."""
    for days in (-1, 1):
        number = pair.day.toordinal() + days
        if date.min.toordinal() <= number <= date.max.toordinal():
            yield date.fromordinal(number)
