"""Why each day and model differs: first what accounts for all of it, else everything that may account for some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from parley.pricing.wording import write_money
from parley.reconcile.causes import (
    Cause,
    Explanation,
    at_rates,
    call_words,
    counted,
    price_words,
    states_of,
    written,
)
from parley.reconcile.columns import TOKENS, Field
from parley.reconcile.names import Names
from parley.reconcile.ours import OurCall, Rates
from parley.reconcile.pairs import ZERO, Pair, counts_of, neighbours
from parley.reconcile.theirs import Figures, Key

NOT_OURS = "another program used the same key, or Parley did with another data folder"


@dataclass(frozen=True)
class Explained:
    """A day and a model with what makes them differ; nothing where they agree."""

    pair: Pair
    why: tuple[Explanation, ...]


_Counts = frozenset[tuple[Field, Decimal]]
"""By how much two sides differ."""


@dataclass(frozen=True)
class _Book:
    """All pairs, to be looked up."""

    at: Mapping[Key, Pair]
    apart: Mapping[tuple[date, _Counts], Sequence[Pair]]
    """Those of a day that differ by so much: a file of many names is not gone through for each of them."""
    names: Names
    zone: tzinfo


def explained(every: Sequence[Pair], names: Names, zone: tzinfo) -> list[Explained]:
    """Each pair with its explanations, in the same order."""
    apart: dict[tuple[date, _Counts], list[Pair]] = {}
    for pair in every:
        if pair.differing:
            apart.setdefault((pair.day, _counts(pair)), []).append(pair)
    book = _Book({(pair.day, pair.model): pair for pair in every}, apart, names, zone)
    return [Explained(pair, _why(pair, book)) for pair in every]


def _counts(pair: Pair, times: int = 1) -> _Counts:
    return frozenset((one, times * delta) for one, delta in counts_of(pair.deltas).items())


def _why(pair: Pair, book: _Book) -> tuple[Explanation, ...]:
    if not pair.differing:
        return ()
    counts = {one: delta for one, delta in counts_of(pair.deltas).items() if delta}
    if not counts and pair.is_here and pair.is_there:
        return tuple(_money(pair))
    whole = next((found for rule in _WHOLE if (found := rule(pair, book)) is not None), None)
    if whole is not None:
        return (whole, *_price_apart(pair))
    return (*_parts(pair, counts), *_price_apart(pair))


# ---------------------------------------------------------------- what accounts for all of it


def _has_tokens(pair: Pair) -> bool:
    return any(pair.deltas.get(one) for one in TOKENS)


def _other_day(pair: Pair, book: _Book) -> Explanation | None:
    """What is over on one day is what lacks on the other, to the last token."""
    for day in neighbours(pair):
        other = book.at.get((day, pair.model))
        if other is not None and _has_tokens(pair) and _counts(other) == _counts(pair, -1):
            near = pair.ours.near_midnight(book.zone)
            midnight = f"; {counted(near, 'call', 'calls')} of ours within an hour of midnight"
            words = (
                f"The opposite stands on {day.isoformat()}: counted on the other day there"
                f"{midnight if near else ''}. Another time zone may make them agree."
            )
            return Explanation(Cause.OTHER_DAY, words, True)
    return None


def _other_name(pair: Pair, book: _Book) -> Explanation | None:
    """A pair with tokens is never its own opposite."""
    opposite = book.apart.get((pair.day, _counts(pair, -1)))
    if opposite is None or not _has_tokens(pair):
        return None
    other = opposite[0]
    switched = sum(call.answered is not None for call in (*pair.ours.calls, *other.ours.calls))
    note = f" {counted(switched, 'call was', 'calls were')} answered by another model than asked."
    words = f"The opposite stands under {other.model}: counted under that name there."
    return Explanation(Cause.OTHER_NAME, words + (note if switched else ""), True)


def _cached_apart(pair: Pair, _: _Book) -> Explanation | None:
    """The input differs by what came from the cache, and nothing else does."""
    delta = pair.deltas.get(Field.INPUT, ZERO)
    others = [n for one, n in counts_of(pair.deltas).items() if one is not Field.INPUT and n]
    cached = {pair.our_figures.get(Field.CACHED, ZERO), pair.theirs.figures.get(Field.CACHED, ZERO)}
    if others or not delta or abs(delta) not in cached:
        return None
    how = "left out of" if delta < 0 else "counted twice in"
    words = (
        f"The input differs by exactly the cached tokens: they are {how} the input as it is read. "
        "Change whether the input has them."
    )
    return Explanation(Cause.CACHED_APART, words, True)


def _refused(pair: Pair, _: _Book) -> Explanation | None:
    deltas = counts_of(pair.deltas)
    more = deltas.get(Field.REQUESTS, ZERO)
    if not pair.ours.refused or more != pair.ours.refused or any(deltas.get(one) for one in TOKENS):
        return None
    again = f", {pair.ours.repeated:,} of them sent again" if pair.ours.repeated else ""
    words = f"{counted(more, 'call', 'calls')} that the endpoint refused{again}, counted there; without tokens."
    return Explanation(Cause.REFUSED, words, True)


def _missing(pair: Pair, _: _Book) -> Explanation | None:
    """Some calls of ours are not in the file: one, all that nobody knows the use of, or every one."""
    deltas = counts_of(pair.deltas)
    if deltas.get(Field.REQUESTS, ZERO) >= 0 and Field.REQUESTS in deltas:
        return None
    doubtful = [call for call in pair.ours.calls if call.is_doubtful]
    ones = ([call] for call in pair.ours.calls)
    for calls in (pair.ours.calls, doubtful, *ones):
        if calls and _together(calls, deltas) == {one: -delta for one, delta in deltas.items()}:
            return Explanation(Cause.MISSING, _missing_words(calls), True)
    return None


def _together(calls: Iterable[OurCall], told: Figures) -> Figures:
    every = list(calls)
    return {one: sum((call.figures.get(one, ZERO) for call in every), ZERO) for one in told}


def _missing_words(calls: Sequence[OurCall]) -> str:
    if len(calls) == 1:
        return f"1 call of ours is not in the file: {call_words(calls[0])}."
    return f"{len(calls):,} calls of ours are not in the file: {states_of(calls)}."


_WHOLE: tuple[Callable[[Pair, _Book], Explanation | None], ...] = (
    _other_day,
    _other_name,
    _cached_apart,
    _refused,
    _missing,
)

# ---------------------------------------------------------------- what may account for some of it


def _parts(pair: Pair, counts: Figures) -> Iterator[Explanation]:
    calls = counts.get(Field.REQUESTS, ZERO)
    has_no_calls = Field.REQUESTS not in pair.deltas
    told = written(counts or pair.differing)
    if calls > 0 or (has_no_calls and not pair.is_here):
        yield Explanation(Cause.MORE_THERE, f"There: {told}; {NOT_OURS}.")
    elif calls < 0 or not pair.is_there:
        yield Explanation(Cause.MISSING, f"There: {told}; calls of ours are not in it.")
    doubts = list(_doubts(pair, counts))
    yield from doubts
    if not calls and pair.is_here and pair.is_there and not doubts:
        same = "for the same number of calls" if not has_no_calls else "for our calls"
        words = f"There: {told}, {same}; nothing in the ledger explains it."
        yield Explanation(Cause.OTHER_TOKENS, words)


def _doubts(pair: Pair, counts: Figures) -> Iterator[Explanation]:
    """What the ledger itself does not know for certain."""
    calls = pair.ours.calls
    unfinished = sum(call.state is None for call in calls)
    if unfinished:
        words = f"{counted(unfinished, 'call', 'calls')} of ours without an outcome: what was used is unknown here."
        yield Explanation(Cause.UNFINISHED, words)
    if counts.get(Field.OUTPUT):
        yield from _cut(calls, counts[Field.OUTPUT])
    guessed = sum(call.is_doubtful and call.state is not None for call in calls)
    if guessed and counts.get(Field.INPUT):
        words = f"Of {counted(guessed, 'call', 'calls')} the endpoint did not tell all tokens; ours are estimates (≈)."
        yield Explanation(Cause.ESTIMATED, words)
    unsaid = pair.ours.unsaid(Field.CACHED) - unfinished
    if unsaid and counts.get(Field.CACHED, ZERO) > 0:
        words = (
            f"Of {counted(unsaid, 'call', 'calls')} the endpoint did not tell us what was cached."
        )
        yield Explanation(Cause.CACHE_UNSAID, words)
    yield from _empty_there(pair, counts)


def _cut(calls: Sequence[OurCall], delta: Decimal) -> Iterator[Explanation]:
    open_ended = [call for call in calls if call.state is not None and call.room != 0]
    if not open_ended or delta < 0:
        return
    rooms = [call.room for call in open_ended]
    room = sum((one for one in rooms if one is not None), ZERO)
    if None in rooms:
        bound = "how many more tokens they used nobody said"
    elif room < delta:
        bound = f"that is at most {counted(room, 'token', 'tokens')} more, so not all of it"
    else:
        bound = f"up to {counted(room, 'token', 'tokens')} more, so it can be all of it"
    words = f"{counted(len(open_ended), 'reply was', 'replies were')} {states_of(open_ended)} (≥): {bound}."
    yield Explanation(Cause.CUT, words)


def _empty_there(pair: Pair, differing: Figures) -> Iterator[Explanation]:
    empty = max((pair.theirs.unsaid.get(one, 0) for one in differing), default=0)
    if empty:
        words = f"{counted(empty, 'line', 'lines')} of the file {'has' if empty == 1 else 'have'} an empty cell there."
        yield Explanation(Cause.UNSAID_THERE, words)


# ---------------------------------------------------------------- money


def _money(pair: Pair) -> Iterator[Explanation]:
    """The counts agree and the cost does not."""
    unpriced = pair.ours.unsaid(Field.COST)
    doubtful = sum(call.is_doubtful for call in pair.ours.calls)
    if unpriced:
        yield Explanation(Cause.UNPRICED, _unpriced_words(unpriced))
    elif doubtful:
        words = f"The cost of {counted(doubtful, 'call', 'calls')} of ours is not certain."
        yield Explanation(Cause.CUT, words)
    empty = list(_empty_there(pair, pair.differing))
    yield from empty
    if not (unpriced or doubtful or empty):
        yield _cost_apart(pair)


def _cost_apart(pair: Pair) -> Explanation:
    """Without tokens nobody can tell a price from a use."""
    if Field.INPUT in pair.compared and Field.OUTPUT in pair.compared:
        words = price_words(pair.our_figures, pair.theirs.figures, pair.ours.rates)
        return Explanation(Cause.OTHER_PRICE, words, True)
    words = (
        f"There: {written(pair.differing)}. The file does not tell all tokens, so whether these or "
        "the price differ cannot be told."
    )
    return Explanation(Cause.OTHER_COST, words)


def _unpriced_words(calls: int) -> str:
    return f"No price is known here for {counted(calls, 'call', 'calls')}; what is known is a lower bound (≥)."


def _price_apart(pair: Pair) -> Iterator[Explanation]:
    """The counts differ, and their cost is not what their own counts cost at our price."""
    there, rates = pair.theirs.figures.get(Field.COST), pair.ours.rates
    expected = _expected(pair, rates)
    if there is None or expected is None or Field.COST not in pair.differing:
        return
    if abs(there - expected) > pair.tolerance:
        words = (
            f"And another price: their tokens cost {write_money(expected)} at ours, "
            f"{write_money(there)} in the file."
        )
        yield Explanation(Cause.OTHER_PRICE, words)


def _expected(pair: Pair, rates: Rates | None) -> Decimal | None:
    return None if rates is None else at_rates(pair.theirs.figures, rates)
