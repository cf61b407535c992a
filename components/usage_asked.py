"""Which calls a view of usage is about, as the address says it, and that in words.

A period of the reader's days, endpoints, models, kinds, and a conversation; what cannot be read is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import streamlit as st

from components.services import Services
from components.state import Session
from parley.catalog.model import MAX_ID_CHARS
from parley.conversation import Conversation, Kind
from parley.reader_days import Clock, Period, clock, days_of, read_day
from parley.spending_words import KINDS
from parley.wanted_calls import Wanted

PERIOD, FROM, TO = "period", "from", "to"
ENDPOINTS, MODELS, KIND, CONVERSATION = "endpoint", "model", "kind", "conversation"
NAMES = (PERIOD, FROM, TO, ENDPOINTS, MODELS, KIND, CONVERSATION)
USUAL = Period.MONTH
MOST_NAMED = 100
GONE = "a conversation that is not here any more"


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    wanted: Wanted
    period: Period
    clock: Clock
    is_understood: bool = True

    @property
    def is_backwards(self) -> bool:
        first, last = self.wanted.first_day, self.wanted.last_day
        return first is not None and last is not None and last < first

    @property
    def narrowed(self) -> int:
        """How many filters are set besides the period."""
        wanted = self.wanted
        set_ones = (wanted.endpoints, wanted.models, wanted.kinds, wanted.conversation_id)
        return sum(bool(one) for one in set_ones)


def asked(session: Session) -> Asked:
    """What the address asks for, in the days of the reader; what cannot be read is left out."""
    now = clock(st.context.timezone, datetime.now(UTC))
    period = _period_of(session)
    typed = read_day(session.asked(FROM)), read_day(session.asked(TO))
    first, last = typed if period is Period.TYPED else days_of(period, now.today)
    named = {name: _names(session, name) for name in (ENDPOINTS, MODELS, CONVERSATION)}
    kinds = tuple(kind for kind in Kind if kind.value in session.asked_all(KIND))
    wanted = Wanted(
        first,
        last,
        now.utc_offset_min,
        endpoints=named[ENDPOINTS],
        models=named[MODELS],
        kinds=kinds,
        conversation_id=next(iter(named[CONVERSATION]), None),
    )
    return Asked(wanted, period, now, _is_understood(session, wanted, typed))


def _period_of(session: Session) -> Period:
    said = session.asked(PERIOD)
    return Period(said) if said is not None and said in [*Period] else USUAL


def _names(session: Session, name: str) -> tuple[str, ...]:
    """Some signs a database refuses to be asked for."""
    said = session.asked_all(name)[:MOST_NAMED]
    return tuple(one for one in said if one.isprintable() and 0 < len(one) <= MAX_ID_CHARS)


def _is_understood(
    session: Session, wanted: Wanted, typed: tuple[date | None, date | None]
) -> bool:
    read = (
        (PERIOD, int(session.asked(PERIOD) in [*Period])),
        (FROM, int(typed[0] is not None)),
        (TO, int(typed[1] is not None)),
        (ENDPOINTS, len(wanted.endpoints)),
        (MODELS, len(wanted.models)),
        (KIND, len(wanted.kinds)),
        (CONVERSATION, int(wanted.conversation_id is not None)),
    )
    return all(len(session.asked_all(name)) == number for name, number in read)


def conversation_named(services: Services, owner: str, named: str) -> Conversation | None:
    """`None` = it was deleted, or never was; what it cost is in the ledger all the same."""
    return services.store.conversation(owner, named)


def period_words(found: Asked) -> str:
    """
    >>> period_words(Asked(Wanted(first_day=date(1970, 1, 1)), Period.MONTH, Clock(60, date.max)))
    'From 1970-01-01 on, days in UTC+01:00'
    """
    first, last = found.wanted.first_day, found.wanted.last_day
    days = f"days in {found.clock.name}"
    if first is None and last is None:
        return f"All time, {days}"
    if last is None:
        return f"From {first} on, {days}"
    return f"{first or 'The beginning'} to {last}, {days}"


def narrow_words(services: Services, owner: str, wanted: Wanted) -> list[str]:
    """The other filters; plain text."""
    words = [*wanted.endpoints, *wanted.models, *(KINDS[kind] for kind in wanted.kinds)]
    if wanted.conversation_id is not None:
        named = conversation_named(services, owner, wanted.conversation_id)
        words.append(f"“{named.title}”" if named else GONE)
    return words
