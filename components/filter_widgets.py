"""The filters of the models page as widgets: each shows what it can of the question, and writes into it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st

from components.safe_text import plain
from components.state import Session
from parley.model_query.controls import CONTROLS, HIGHEST_PRICE
from parley.model_query.fields import CAPABILITIES, KINDS, MODALITIES, STAGES
from parley.model_query.parsing import Known
from parley.model_query.query import ModelQuery
from parley.model_query.words import MAX_CHARS

QUERY = "q"
"""The one parameter of the address that says what is asked for."""
SEARCH = "search"
PAGE = "models-page"
CONTEXTS = (8_000, 16_000, 32_000, 64_000, 128_000, 200_000, 500_000, 1_000_000)
MOST_NAMES = 300
"""So many publishers are offered: a list of thousands would be sent anew with every click."""
ORDERS = {
    "name": "Id, A to Z",
    "out": "Cheapest output",
    "in": "Cheapest input",
    "monthly": "Cheapest for your use",
    "ctx": "Largest context",
    "params": "Most parameters",
    "-params": "Fewest parameters",
    "released": "Newest",
    "retires": "Next to retire",
}
"""Word after `sort:` → what the choice says."""


def asked_text(session: Session) -> str:
    """The question as the address has it."""
    return (session.asked(QUERY) or "")[:MAX_CHARS]


def ask(session: Session, text: str) -> None:
    """Put another question: into the address, and into the search box, from which other callbacks go on."""
    # A name from outside may hold half a character, which no address can.
    writable = plain(text)
    if len(writable) > MAX_CHARS:
        # Cut short, it would ask for something else.
        st.toast(f"A search has room for {MAX_CHARS:,} characters, so it stays as it was.")
        return
    session.ask(QUERY, writable or None)
    session.set_widget(SEARCH, writable)
    session.set_widget(PAGE, 1)


def show(session: Session, query: ModelQuery, known: Known) -> None:
    """Draw the filters."""
    with st.expander("Filters and order", icon=":material/filter_list:", type="compact"):
        origin, size, ability = st.columns(3)
        with origin:
            _names(session, query, "publisher", "Publisher", known)
            _names(session, query, "family", "Family", known)
            _order(session, query)
        with size:
            _context(session, query)
            _max_price(session, query)
            _many(session, query, "lifecycle", "Lifecycle", STAGES, "All but retired and delisted")
            _switch(session, query, "favourites", "Favourites only")
        with ability:
            _many(session, query, "takes", "Takes", MODALITIES, "Anything")
            _many(session, query, "can", "Capabilities", tuple(CAPABILITIES.values()), "Any")
            _many(session, query, "kind", "Kind", KINDS, "Chat")
            _switch(session, query, "all_kinds", "Show non-chat models")


def _prepare(session: Session, query: ModelQuery, key: str, options: Collection[Any] = ()) -> Any:
    """Set a widget to what the question says; returns that."""
    value = CONTROLS[key].read(query, options)
    if session.widget(key) != value:
        session.set_widget(key, value)
    return value


def _changed(session: Session, key: str) -> None:
    # The box and not the address: another callback of the same click may just have written it.
    text = session.widget(SEARCH) or ""
    ask(session, CONTROLS[key].rewrite(text, session.widget(key)))


def _names(session: Session, query: ModelQuery, key: str, label: str, known: Known) -> None:
    chosen = CONTROLS[key].read(query, known[key])
    offered = sorted({*list(known[key])[:MOST_NAMES], *chosen}, key=str.casefold)
    _many(session, query, key, label, offered, "Any")


def _many(
    session: Session,
    query: ModelQuery,
    key: str,
    label: str,
    options: Sequence[str],
    placeholder: str,
) -> None:
    _prepare(session, query, key, options)
    st.multiselect(
        label,  # trusted: ours
        options,
        key=key,
        format_func=_as_option,
        placeholder=placeholder,
        on_change=_changed,
        args=(session, key),
    )


def _as_option(name: str) -> str:
    return plain(name.replace("_", " "))


def _context(session: Session, query: ModelQuery) -> None:
    value = _prepare(session, query, "context")
    st.selectbox(
        "Minimum context window",
        sorted({*CONTEXTS, *([value] if value else [])}),
        index=None,
        key="context",
        format_func=lambda tokens: f"{tokens:,} tokens",
        placeholder="Any",
        on_change=_changed,
        args=(session, "context"),
    )


def _max_price(session: Session, query: ModelQuery) -> None:
    _prepare(session, query, "max_price")
    st.number_input(
        "Maximum output price",
        min_value=0.0,
        max_value=HIGHEST_PRICE,
        value=None,
        step=0.5,
        format="%g",
        key="max_price",
        placeholder="Any",
        help="US dollars per million tokens. Models without a known price are then left out.",
        on_change=_changed,
        args=(session, "max_price"),
    )


def _order(session: Session, query: ModelQuery) -> None:
    value = _prepare(session, query, "sort")
    words = [*ORDERS, *([value] if value and value not in ORDERS else [])]
    st.selectbox(
        "Order",
        words,
        index=None,
        key="sort",
        format_func=lambda word: ORDERS.get(word, f"By {word}"),
        placeholder="As listed",
        help="A click on a column's head sorts as well.",
        on_change=_changed,
        args=(session, "sort"),
    )


def _switch(session: Session, query: ModelQuery, key: str, label: str) -> None:
    _prepare(session, query, key)
    st.toggle(label, key=key, on_change=_changed, args=(session, key))  # trusted: ours
