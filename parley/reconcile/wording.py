"""The verdict on a file, and what was left out of it, in sentences of plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from parley.pricing.wording import sign_of, write_money
from parley.reconcile.causes import Cause, counted
from parley.reconcile.columns import Field
from parley.reconcile.explaining import Explained
from parley.reconcile.pairs import Pair, Side
from parley.reconcile.theirs import TheirUsage, plus
from parley.usage import State

MOST_NAMED = 10


def verdict(every: Sequence[Explained], *, names_models: bool, tells_tokens: bool) -> str:
    """How many agree, how many differ and why. `tells_tokens`: the file has a column for some."""
    sides = Counter(one.pair.side for one in every)
    pairs = "day-model pair" if names_models else "day"
    agree, unknown = sides[Side.AGREES], sides[Side.UNCOMPARED]
    differ = len(every) - agree - unknown
    words = f"Of {counted(len(every), pairs, f'{pairs}s')} {agree:,} {_plural(agree, 'agree')}"
    if tells_tokens:
        words += " to the token"
    if unknown:
        words += f"; {unknown:,} cannot be compared"
    if not differ:
        return f"{words}; none differs."
    return f"{words}; {differ:,} {_plural(differ, 'differ')}: {_causes(every)}."


def _plural(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 else verb


def _causes(every: Sequence[Explained]) -> str:
    """Each pair counts for the first of its causes."""
    first: Counter[Cause] = Counter(one.why[0].cause for one in every if one.why)
    return ", ".join(f"{number:,} × {cause}" for cause, number in first.most_common())


def total_words(every: Sequence[Explained]) -> str | None:
    """The money of both sides, and by how much they are apart; `None` = the file tells none."""
    pairs = [one.pair for one in every]
    there = _sum(one.theirs.figures.get(Field.COST) for one in pairs)
    here = _sum(one.our_figures.get(Field.COST) for one in pairs)
    if there is None:
        return None
    ours = "unknown" if here is None else f"{_sign_here(pairs)}{write_money(here)}"
    theirs = f"{_sign_there(pairs)}{write_money(there)}"
    apart = _sum(one.deltas.get(Field.COST) for one in pairs)
    return f"Cost in all: {ours} here, {theirs} in the file; {_apart_words(apart)}."


def _apart_words(apart: Decimal | None) -> str:
    if apart is None:
        return "on no line both are known"
    if not apart:
        return "where both are known, they are the same"
    more = "more" if apart > 0 else "less"
    return f"where both are known, the file has {write_money(abs(apart))} {more}"


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total: Decimal | None = None
    for amount in amounts:
        total = total if amount is None else plus(total, amount)
    return total


def _sign_here(pairs: Sequence[Pair]) -> str:
    states = {one.ours.state(Field.COST) for one in pairs if one.is_here}
    return next((sign_of(one) for one in (State.PARTIAL, State.ESTIMATED) if one in states), "")


def _sign_there(pairs: Sequence[Pair]) -> str:
    unsaid = (one.theirs.unsaid.get(Field.COST, 0) for one in pairs if one.is_there)
    return sign_of(State.PARTIAL) if any(unsaid) else ""


def uncompared_words(every: Sequence[Explained]) -> str | None:
    """Which figures of the file have nothing here to be held against; `None` = each has."""
    missing = Counter(one for each in every for one in each.pair.uncompared)
    if not missing:
        return None
    named = ", ".join(f"{_name(one)} of {number:,}" for one, number in missing.items())
    return f"Told by the file and unknown here (–), so not compared: {named}."


def _name(one: Field) -> str:
    return "the cost" if one is Field.COST else f"the {one} tokens"


def left_out_words(theirs: TheirUsage) -> list[str]:
    """What of the file is not compared, each line by its number."""
    words = []
    if theirs.left_out:
        named = "; ".join(f"line {one.number:,} {one.why}" for one in theirs.left_out[:MOST_NAMED])
        more = len(theirs.left_out) - MOST_NAMED
        rest = f"; and {more:,} more" if more > 0 else ""
        lines = counted(len(theirs.left_out), "line", "lines")
        words.append(f"Left out, {lines}: {named}{rest}.")
    if theirs.empty:
        words.append(
            f"{counted(theirs.empty, 'line says', 'lines say')} nothing: no model, no figure."
        )
    if theirs.other_money:
        lines = counted(theirs.other_money, "line", "lines")
        words.append(f"The cost of {lines} is not in US dollars, so it is not compared.")
    return words
