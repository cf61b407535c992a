"""What can make the two sides of a day and a model differ, each in words, with whether it accounts for all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from parley.pricing.costing import EXACT_DIGITS
from parley.pricing.wording import write_money, write_rate
from parley.reconcile.columns import Field
from parley.reconcile.ours import OurCall, Rates
from parley.reconcile.theirs import Figures


class Cause(StrEnum):
    """The name of a difference, as the verdict counts it."""

    OTHER_NAME = "another name"
    OTHER_DAY = "another day"
    CACHED_APART = "cached tokens counted apart"
    REFUSED = "refused calls counted there"
    MISSING = "calls missing there"
    MORE_THERE = "calls not made here"
    UNFINISHED = "calls of unknown end"
    CUT = "replies cut short"
    ESTIMATED = "estimated tokens"
    CACHE_UNSAID = "cache not reported"
    OTHER_TOKENS = "other token counts"
    OTHER_PRICE = "another price"
    OTHER_COST = "another cost"
    UNPRICED = "no price here"
    UNSAID_THERE = "empty cells there"


@dataclass(frozen=True)
class Explanation:
    """Why two sides differ."""

    cause: Cause
    words: str
    """A sentence in plain text."""
    is_whole: bool = False
    """It accounts for the counts to the last token; otherwise it may account for some of the difference."""


def counted(number: int | Decimal, one: str, many: str) -> str:
    """
    >>> counted(1, "call", "calls"), counted(1200, "call", "calls")
    ('1 call', '1,200 calls')
    """
    return f"{number:,} {one if number == 1 else many}"


_COUNTED = {
    Field.REQUESTS: ("call", "calls"),
    Field.INPUT: ("input token", "input tokens"),
    Field.CACHED: ("cached token", "cached tokens"),
    Field.OUTPUT: ("output token", "output tokens"),
}


def written(deltas: Figures) -> str:
    """How much more or less, without what is 0.

    >>> written({Field.INPUT: Decimal(-5), Field.OUTPUT: Decimal(1), Field.COST: Decimal("0.1")})
    '5 input tokens less, 1 output token more, $0.10 more'
    """
    parts = []
    for one, delta in deltas.items():
        words = _COUNTED.get(one)
        much = write_money(abs(delta)) if words is None else counted(abs(delta), *words)
        if delta:
            parts.append(f"{much} {'more' if delta > 0 else 'less'}")
    return ", ".join(parts)


def call_words(call: OurCall) -> str:
    """When one of our calls was sent and what became of it."""
    ending = "no outcome" if call.state is None else str(call.state)
    tokens = written(
        {one: n for one, n in call.figures.items() if one in (Field.INPUT, Field.OUTPUT)}
    )
    used = f", {tokens.replace(' more', '')}" if tokens else ""
    return f"sent {call.sent_at:%Y-%m-%d %H:%M:%S} UTC, {ending}{used}"


def at_rates(tokens: Figures, rates: Rates) -> Decimal | None:
    """US dollars that these tokens cost; `None` where a count is not told."""
    inputs, outputs = tokens.get(Field.INPUT), tokens.get(Field.OUTPUT)
    if inputs is None or outputs is None:
        return None
    full, output, cached_rate = rates
    cached = min(tokens.get(Field.CACHED, Decimal(0)), inputs)
    at_cached_rate = cached * (full if cached_rate is None else cached_rate)
    return ((inputs - cached) * full + at_cached_rate + outputs * output).scaleb(-6)


def price_words(ours: Figures, theirs: Figures, rates: Rates | None) -> str:
    """How the price there compares with the one here, for the same tokens."""
    here, there = ours[Field.COST], theirs[Field.COST]
    words = f"The same tokens cost {write_money(there)} there and {write_money(here)} here"
    if here > 0 and there > 0:
        words += _times(there, here)
    each = _blended(ours, theirs)
    if each:
        words += f": {each}"
    if rates is not None:
        words += f"; here at {write_rate(rates[0])} in and {write_rate(rates[1])} out"
    return f"{words}. Compare the price of that day."


def _times(there: Decimal, here: Decimal) -> str:
    """Nothing where three places would say that there is no difference, or no cost."""
    with localcontext(prec=EXACT_DIGITS):
        ratio = (there / here).quantize(Decimal("0.001")).normalize()
    return "" if ratio in (0, 1) else f", {ratio:f} times as much"


def _blended(ours: Figures, theirs: Figures) -> str:
    tokens = theirs.get(Field.INPUT, Decimal(0)) + theirs.get(Field.OUTPUT, Decimal(0))
    if not tokens or Field.INPUT not in theirs or Field.OUTPUT not in theirs:
        return ""
    mtok = tokens.scaleb(-6)
    there, here = write_money(theirs[Field.COST] / mtok), write_money(ours[Field.COST] / mtok)
    return f"{there} against {here} per million tokens, in and out together"


def states_of(calls: Iterable[OurCall]) -> str:
    """
    >>> states_of([])
    ''
    """
    endings = sorted({"without outcome" if c.state is None else str(c.state) for c in calls})
    return ", ".join(endings)
