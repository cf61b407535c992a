"""Which calls a view of usage is about: a period of the reader's days, endpoints, models, kinds, a conversation.

All of it stands in the address; every widget is set to what that says before it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from components.my_use import recent_conversations, titles_of
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from components.usage_asked import (
    CONVERSATION,
    ENDPOINTS,
    FROM,
    GONE,
    KIND,
    MODELS,
    NAMES,
    PERIOD,
    TO,
    USUAL,
    Asked,
    asked,
    conversation_named,
    narrow_words,
    period_words,
)
from parley.conversation import Kind
from parley.reader_days import FIRST_DAY, LAST_DAY, Period
from parley.spending_words import KINDS
from parley.wanted_calls import Dimension, Wanted

PERIODS = {
    Period.TODAY: "Today",
    Period.WEEK: "Last 7 days",
    Period.MONTH: "Last 30 days",
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.THIS_YEAR: "This year",
    Period.ALL: "All time",
    Period.TYPED: "From … to …",
}
NARROW = "usage-narrow"
WORDS_MAX_CHARS = 600
UNREADABLE = "A part of the filters in the address cannot be read; that part is left out."
BACKWARDS = "The last day comes before the first, so there is nothing to show."


def show(services: Services, owner: str, session: Session) -> Wanted | None:
    """Draw the filters and what they ask for; `None` = that cannot be, and why is said."""
    found = asked(session)
    with st.container(key="usage-filters", horizontal=True, vertical_alignment="bottom"):
        _period(session, found)
        # Drawn only when it is open: what there is to choose from is asked of the ledger.
        narrow = st.popover(
            f"Filters ({found.narrowed:,})" if found.narrowed else "Filters",
            icon=":material/filter_list:",
            key=NARROW,
            on_change="rerun",
        )
    if narrow.open:
        with narrow:
            _narrow(services, owner, session, found)
    _tell(services, owner, session, found)
    return None if found.is_backwards else found.wanted


def _set(session: Session, key: str, value: object) -> None:
    """The address is what counts."""
    if session.widget(key) != value:
        session.set_widget(key, value)


def _period(session: Session, found: Asked) -> None:
    _set(session, "usage-period", found.period)
    st.selectbox(
        "Period",
        list(PERIODS),
        key="usage-period",
        format_func=lambda one: PERIODS[one],
        width=180,
        on_change=_period_chosen,
        args=(session,),
    )
    if found.period is Period.TYPED:
        _day(session, "From", FROM, found.wanted.first_day)
        _day(session, "To", TO, found.wanted.last_day)


def _period_chosen(session: Session) -> None:
    """To type days begins with those that were shown."""
    before, chosen = asked(session).wanted, session.widget("usage-period")
    is_typed = chosen is Period.TYPED
    for name, day in ((FROM, before.first_day), (TO, before.last_day)):
        session.ask(name, day.isoformat() if is_typed and day else None)
    session.ask(PERIOD, None if chosen is USUAL else chosen.value)


def _day(session: Session, label: str, name: str, day: date | None) -> None:
    key = f"usage-{name}"
    _set(session, key, day)
    st.date_input(
        label,  # trusted: ours
        value=None,
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        key=key,
        width=150,
        on_change=_day_chosen,
        args=(session, key, name),
    )


def _day_chosen(session: Session, key: str, name: str) -> None:
    day = session.widget(key)
    session.ask(name, day.isoformat() if day else None)


def _narrow(services: Services, owner: str, session: Session, found: Asked) -> None:
    wanted = found.wanted
    for label, name, dimension, chosen in (
        ("Endpoint", ENDPOINTS, Dimension.ENDPOINT, wanted.endpoints),
        ("Model", MODELS, Dimension.MODEL, wanted.models),
    ):
        used = [group.key for group in services.store.spent_by(owner, dimension)]
        options = list(dict.fromkeys([*chosen, *used]))
        _several(session, label, name, options, chosen, plain)
    kinds = [kind.value for kind in Kind]
    _several(session, "Kind", KIND, kinds, [kind.value for kind in wanted.kinds], _kind_name)
    _one_conversation(session, _offered(services, owner, wanted.conversation_id), wanted)


def _kind_name(value: str) -> str:
    return KINDS[Kind(value)].capitalize()


def _several(
    session: Session,
    label: str,
    name: str,
    options: Sequence[str],
    chosen: Sequence[str],
    written: Callable[[str], str],
) -> None:
    key = f"usage-{name}"
    _set(session, key, list(chosen))
    st.multiselect(
        label,  # trusted: ours
        options,
        key=key,
        format_func=written,
        placeholder="All",
        on_change=_several_chosen,
        args=(session, key, name),
    )


def _several_chosen(session: Session, key: str, name: str) -> None:
    chosen = session.widget(key)
    if chosen:
        session.ask_all(name, chosen)
    else:
        session.ask(name, None)


def _offered(services: Services, owner: str, named: str | None) -> dict[str, str]:
    """Id → title: the conversations that were written to last, and the one that the address names."""
    recent = recent_conversations(services, owner)
    if named is None or named in {one.id for one in recent}:
        return titles_of(recent)
    other = conversation_named(services, owner, named)
    gone = {} if other else {named: f"({GONE})"}
    return {**gone, **titles_of([*([other] if other else []), *recent])}


def _one_conversation(session: Session, titles: dict[str, str], wanted: Wanted) -> None:
    key = f"usage-{CONVERSATION}"
    _set(session, key, wanted.conversation_id)
    st.selectbox(
        "Conversation",
        list(titles),
        index=None,
        key=key,
        format_func=lambda one: plain(titles.get(one, "")),
        placeholder="All",
        on_change=_conversation_chosen,
        args=(session, key),
    )


def _conversation_chosen(session: Session, key: str) -> None:
    session.ask(CONVERSATION, session.widget(key))


def _tell(services: Services, owner: str, session: Session, found: Asked) -> None:
    """One line: what is asked for, by which days, and the way back."""
    words = " · ".join([period_words(found), *narrow_words(services, owner, found.wanted)])
    with st.container(key="usage-asked", horizontal=True, vertical_alignment="center"):
        st.caption(safe_label(words, WORDS_MAX_CHARS), width="content")
        if found.narrowed or found.period is not USUAL:
            st.button(
                "Clear filters",
                icon=":material/filter_list_off:",
                type="tertiary",
                key="usage-clear",
                on_click=clear,
                args=(session,),
            )
    if found.clock.remark:
        st.caption(safe_label(found.clock.remark))
    if not found.is_understood:
        st.warning(UNREADABLE)
    if found.is_backwards:
        st.warning(BACKWARDS)


def clear(session: Session) -> None:
    """Back to what a fresh visit shows."""
    for name in NAMES:
        session.ask(name, None)
