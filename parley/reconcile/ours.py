"""What the ledger says of the days and models of a usage file: each call with what is certain of it.

A call that the endpoint turned away used nothing, so it is counted apart. One without an outcome may have used
something, so it counts as a call of unknown figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from parley.conversation import LedgerEntry, MessageState, Outcome
from parley.errors import Refused
from parley.outcomes import is_same_model, is_variant
from parley.pricing.costing import RESPONSE_SOURCE
from parley.pricing.price import Price
from parley.reconcile.columns import Field
from parley.reconcile.theirs import Key, plus
from parley.spending import CallsPage, reached_a_model
from parley.usage import Count, State
from parley.wanted_calls import Wanted

MOST_CALLS = 50_000
PAGE = 500
MIDNIGHT = timedelta(hours=1)
"""A call within this of the end of a day may count for the other day, by another clock."""

Pages = Callable[[Wanted, tuple[datetime, int] | None, int], CallsPage]
"""Pages of the ledger: what is wanted, after which place, so many."""
Rates = tuple[Decimal, Decimal, Decimal | None]
"""US dollars per million tokens: input, output, cached input."""


@dataclass(frozen=True)
class OurCall:
    """One call that may have been billed."""

    sent_at: datetime
    figures: Mapping[Field, Decimal]
    """Requests, and whatever is known of the rest."""
    states: Mapping[Field, State]
    """How certain each of them is."""
    answered: str | None
    """The model that answered instead of the one that was asked."""
    state: MessageState | None
    """`None` = it has no outcome."""
    is_doubtful: bool
    """Stopped, failed, without outcome or without figures of the server: nobody here knows what it used."""
    room: Decimal | None
    """Output tokens that it may have used beside those that are known; `None` = nobody knows how many."""
    price: Price | None
    """What it was costed with, where nothing but that price made its cost."""


@dataclass
class Ours:
    """The calls of a day and a model."""

    calls: list[OurCall] = field(default_factory=list)
    refused: int = 0
    """Turned away, or sent to nobody: in no figure."""
    repeated: int = 0
    """Those of `refused` that were tried again."""

    @property
    def figures(self) -> dict[Field, Decimal]:
        """The sums of what is known."""
        sums = {Field.REQUESTS: Decimal(len(self.calls))}
        for call in self.calls:
            for one, value in call.figures.items():
                if one is not Field.REQUESTS:
                    sums[one] = plus(sums.get(one), value)
        return sums

    def unsaid(self, one: Field) -> int:
        """Calls of which this figure is unknown."""
        return sum(one not in call.figures for call in self.calls)

    def state(self, one: Field) -> State:
        """How certain the sum of a figure is."""
        states = {call.states.get(one, State.UNKNOWN) for call in self.calls}
        if states & {State.PARTIAL, State.UNKNOWN}:
            return State.PARTIAL
        return State.ESTIMATED if State.ESTIMATED in states else State.REPORTED

    @property
    def rates(self) -> Rates | None:
        """Those of every call; `None` where they differ, or something else made a cost."""
        prices = [call.price for call in self.calls if Field.COST in call.figures]
        found = {None if price is None or price.tiers else rates_of(price) for price in prices}
        return found.pop() if len(found) == 1 else None

    def near_midnight(self, zone: tzinfo) -> int:
        """Calls within an hour of the beginning or the end of their day."""
        return sum(_is_near_midnight(call.sent_at, zone) for call in self.calls)


def rates_of(price: Price) -> Rates:
    return price.input_per_mtok, price.output_per_mtok, price.cached_input_per_mtok


def _is_near_midnight(moment: datetime, zone: tzinfo) -> bool:
    here = moment.astimezone(zone).replace(tzinfo=None)
    return (here - MIDNIGHT).date() != here.date() or (here + MIDNIGHT).date() != here.date()


def calls_between(first: date, last: date, endpoint: str, pages: Pages) -> Iterator[LedgerEntry]:
    """Every call to an endpoint from the day before `first` to the day after `last`, the newest first.

    Days are those of UTC: with one more at either end, those of any zone are in it.

    Raises:
        Refused: they are too many to be compared at once.
    """
    wanted = Wanted(first_day=_moved(first, -1), last_day=_moved(last, 1), endpoints=(endpoint,))
    after: tuple[datetime, int] | None = None
    while True:
        page = pages(wanted, after, PAGE)
        if page.total > MOST_CALLS:
            raise Refused(
                f"The ledger holds {page.total:,} calls on the days of this file; "
                f"at most {MOST_CALLS:,} are compared at once.",
                advice="Choose a file of fewer days.",
            )
        yield from page.calls
        after = page.next
        if after is None:
            return


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def our_usage(
    entries: Iterable[LedgerEntry], zone: tzinfo, name_of: Callable[[str, str | None], str]
) -> dict[Key, Ours]:
    """By day and model; `name_of`: the model that a call counts for, from the one asked and the one that answered."""
    every = list(entries)
    last = {entry.request.reply_id: entry.request.attempt_id for entry in reversed(every)}
    found: dict[Key, Ours] = {}
    for entry in every:
        request = entry.request
        model = name_of(request.model, answered_otherwise(entry))
        ours = found.setdefault((request.sent_at.astimezone(zone).date(), model), Ours())
        if entry.outcome is not None and not reached_a_model(entry.outcome):
            ours.refused += 1
            ours.repeated += last[request.reply_id] != request.attempt_id
        else:
            ours.calls.append(_call(entry))
    return found


def answered_otherwise(entry: LedgerEntry) -> str | None:
    """The model that answered, where it is not the one that was asked."""
    answered = None if entry.outcome is None else entry.outcome.model_answered
    asked = entry.request.model
    if not answered or is_same_model(asked, answered) or is_variant(asked, answered):
        return None
    return answered


def _call(entry: LedgerEntry) -> OurCall:
    outcome, figures = entry.outcome, {Field.REQUESTS: Decimal(1)}
    states = {Field.REQUESTS: State.REPORTED}
    if outcome is None:
        return OurCall(entry.request.sent_at, figures, states, None, None, True, None, None)
    usage = outcome.usage
    counts = {
        Field.INPUT: usage.input_tokens,
        Field.CACHED: usage.cached_tokens,
        Field.OUTPUT: usage.output_tokens,
    }
    figures |= {one: Decimal(c.value) for one, c in counts.items() if c.value is not None}
    if outcome.cost.amount is not None:
        figures[Field.COST] = outcome.cost.amount
        states[Field.COST] = outcome.cost.state
    is_certain = all(counts[one].state is State.REPORTED for one in (Field.INPUT, Field.OUTPUT))
    return OurCall(
        sent_at=entry.request.sent_at,
        figures=figures,
        states=states | {one: count.state for one, count in counts.items()},
        answered=answered_otherwise(entry),
        state=outcome.state,
        is_doubtful=not is_certain,
        room=_room(usage.output_tokens),
        price=_price(entry, outcome),
    )


def _room(output: Count) -> Decimal | None:
    if output.state is State.REPORTED:
        return Decimal(0)
    if output.state is State.PARTIAL and output.at_most is not None and output.value is not None:
        return Decimal(max(0, output.at_most - output.value))
    return None


def _price(entry: LedgerEntry, outcome: Outcome) -> Price | None:
    """The price of the model that was asked makes no cost where another one answered, or the server names it."""
    if outcome.cost.source == RESPONSE_SOURCE or answered_otherwise(entry) is not None:
        return None
    return entry.request.price
