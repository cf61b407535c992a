"""What each model, endpoint, conversation, kind or day cost: one table, and by what it tells is in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

import streamlit as st

from components import usage_table
from components.safe_text import safe_label
from components.services import Services
from components.state import CONVERSATION_PARAMETER, Session
from components.usage_asked import conversation_named
from components.usage_table import Column, Columns
from parley.conversation import Kind
from parley.spending import Group, TokenSum
from parley.spending_words import KINDS, doubts_of, money_of, percent, tokens_words
from parley.wanted_calls import Dimension, Wanted

PARAMETER = "by"
CONTROL = "usage-by"
DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.MODEL: "Model",
    Dimension.ENDPOINT: "Endpoint",
    Dimension.CONVERSATION: "Conversation",
    Dimension.KIND: "Kind",
    Dimension.DAY: "Day",
}
MOST_GROUPS = 1_000
MOST_LINKS = 10
MOST_SHOWN = f"The {MOST_GROUPS:,} that cost most; filters show others."
MOST_DAYS_SHOWN = f"The last {MOST_GROUPS:,} days; filters show others."
NO_CONVERSATION = "no conversation (probes)"


def show(services: Services, owner: str, session: Session, wanted: Wanted) -> None:
    """Draw the choice, the table, and for conversations the way to each."""
    dimension = choose(session)
    groups = services.store.spent_by(owner, dimension, wanted, limit=MOST_GROUPS)
    groups = groups[::-1] if dimension is Dimension.DAY else groups
    named = _names(services, owner, dimension)
    columns = columns_of(DIMENSIONS[dimension], named, groups)
    alt = f"What was spent, by {dimension.value}"
    usage_table.show(session, f"usage-{dimension.value}", columns, groups, alt=alt)
    if len(groups) == MOST_GROUPS:
        st.caption(MOST_DAYS_SHOWN if dimension is Dimension.DAY else MOST_SHOWN)
    if dimension is Dimension.CONVERSATION:
        order = usage_table.asked_order(session, columns)
        _links(services, owner, usage_table.in_order(groups, columns, order))


def choose(session: Session) -> Dimension:
    """Draw the control; an address that names none means by model."""
    said = session.asked(PARAMETER)
    by = next((one for one in DIMENSIONS if one.value == said), Dimension.MODEL)
    if session.widget(CONTROL) != by:
        session.set_widget(CONTROL, by)
    st.segmented_control(
        "By",
        list(DIMENSIONS),
        key=CONTROL,
        format_func=lambda one: f":gray[{DIMENSIONS[one]}]",  # trusted: ours
        required=True,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(session,),
    )
    return by


def _chosen(session: Session) -> None:
    by = session.widget(CONTROL)
    session.ask(PARAMETER, None if by is Dimension.MODEL else by.value)


def _names(services: Services, owner: str, dimension: Dimension) -> Callable[[str], str]:
    """What a key is called; asked for those alone that are drawn."""
    if dimension is Dimension.KIND:
        return lambda key: KINDS[Kind(key)].capitalize()
    if dimension is not Dimension.CONVERSATION:
        return lambda key: key
    return lru_cache(maxsize=None)(lambda key: title_of(services, owner, key))


def title_of(services: Services, owner: str, conversation_id: str) -> str:
    """Plain text."""
    if not conversation_id:
        return NO_CONVERSATION
    named = conversation_named(services, owner, conversation_id)
    return named.title if named else f"deleted ({conversation_id[:6]})"


def columns_of(label: str, named: Callable[[str], str], groups: Sequence[Group]) -> Columns[Group]:
    """Name, cost, tokens and calls, and what of the cost is not certain."""
    known = sum((group.spent.amount or Decimal(0) for group in groups), Decimal(0))
    return {
        "name": Column(label, 240, lambda one: named(one.key)),
        "cost": Column("Cost", 90, lambda one: money_of(one.spent), _amount, help="US dollars"),
        "share": Column(
            "Share",
            70,
            lambda one: _share(one, known),
            _amount,
            help="Of the money that is known",
        ),
        "calls": Column(
            "Calls", 70, lambda one: f"{one.spent.calls:,}", lambda one: Decimal(one.spent.calls)
        ),
        "in": _tokens("Tokens in", lambda one: one.spent.input),
        "out": _tokens("Tokens out", lambda one: one.spent.output),
        "doubts": Column("The cost is", 200, lambda one: doubts_of(one.spent)),
    }


def _tokens(label: str, which: Callable[[Group], TokenSum]) -> Column[Group]:
    return Column(
        label,
        110,
        lambda one: tokens_words(which(one)),
        lambda one: _decimal(which(one).tokens),
    )


def _decimal(tokens: int | None) -> Decimal | None:
    return None if tokens is None else Decimal(tokens)


def _amount(one: Group) -> Decimal | None:
    return one.spent.amount


def _share(one: Group, known: Decimal) -> str:
    return percent(None if one.spent.amount is None or not known else one.spent.amount / known)


def _links(services: Services, owner: str, groups: Sequence[Group]) -> None:
    """The first of them, as they stand in the table."""
    found = (
        conversation_named(services, owner, one.key) for one in groups[: MOST_LINKS + 1] if one.key
    )
    here = [one for one in found if one is not None][:MOST_LINKS]
    if not here:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Open in Chat:", width="content")
        for one in here:
            st.page_link(
                "chat.py",
                label=safe_label(one.title, 40),
                icon=":material/chat:",
                query_params={CONVERSATION_PARAMETER: one.id},
            )
