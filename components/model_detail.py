"""Everything known of one model, with where it comes from, and what to do with it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from components import favourite, known_model, model_comparison, own_price
from components.choice import choose_model
from components.model_facts import (
    DIFFERS,
    breakable,
    contradictions,
    descriptions,
    fact_lines,
    notes,
    origin,
    summary,
)
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.catalog.retirement import LEAVING
from parley.catalog.retirement import better_id as better_id
from parley.catalog.retirement import gone_words as gone_words
from parley.endpoint import Endpoint

VALUE_MAX_CHARS = 1_000


def show(
    services: Services, owner: str, session: Session, endpoint: Endpoint, listing: Listing
) -> None:
    """Draw the details of the model that the address names.

    `listing` holds what the owner added: own prices, and what probes observed.
    """
    model_id = session.inspected_model
    if model_id is None:
        return
    model = _inspected(services, owner, endpoint, listing, model_id)
    with st.container(key="model-detail", border=True):
        _heading(session, model)
        _warn(model, listing)
        better = better_id(model, listing.models)
        _actions(services, owner, session, endpoint, model, better)
        _contradictions(model)
        fetched_on = listing.fetched_at.date() if listing.fetched_at else None
        _describe(model, fetched_on)
        _facts(model, fetched_on)
        own_price.show(services, owner, session, endpoint, model)
        _raw(model)


def _inspected(
    services: Services, owner: str, endpoint: Endpoint, listing: Listing, model_id: str
) -> Model:
    """As the list beside it has the model, own price and probes included; else what is known of a typed id."""
    listed = next((model for model in listing.models if model.id == model_id), None)
    return listed or known_model.shown(services, owner, endpoint, model_id)


def _heading(session: Session, model: Model) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.header(safe_label(model.value("name") or model.id), anchor=False, width="content")
        st.button(
            "Close",
            icon=":material/close:",
            type="tertiary",
            key="close-model",
            on_click=_open,
            args=(session, None),
        )
    st.code(plain(model.id), language=None, wrap_lines=True)
    st.caption(safe_label(summary(model)))


def _open(session: Session, model_id: str | None) -> None:
    session.inspected_model = model_id


def _warn(model: Model, listing: Listing) -> None:
    if model.lifecycle in LEAVING:
        st.warning(
            safe_label(gone_words(model, listing.models), VALUE_MAX_CHARS),
            icon=":material/event_busy:",
        )
    elif not model.listed and listing.fetched_at is not None:
        st.info("The endpoint's list does not hold this id.", icon=":material/help:")


def _contradictions(model: Model) -> None:
    """What no reader should have to find in the table: two sources that disagree, and a price that cannot be true."""
    refused = model.fact("price_refused")
    if refused is not None:
        words = (
            f"A price was refused, because it cannot be true: {refused.value.reason}."
            f" It comes from {refused.source}."
        )
        st.warning(safe_label(words, VALUE_MAX_CHARS), icon=":material/money_off:")
    lines = contradictions(model)
    if lines:
        told = "  \n".join(safe_label(line, VALUE_MAX_CHARS) for line in lines)
        words = f"**{DIFFERS} Sources disagree; the first is used.**  \n{told}"
        st.warning(words)  # trusted: safe labels


def _actions(
    services: Services,
    owner: str,
    session: Session,
    endpoint: Endpoint,
    model: Model,
    better: str | None,
) -> None:
    """Chat, and for a model that is gone or unknown the way to a better one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if better is not None:
            st.button(
                f"Show {safe_label(better)}",
                icon=":material/arrow_forward:",
                key="show-other-model",
                on_click=_open,
                args=(session, better),
            )
        if model.is_chat:
            _chat(services, owner, session, endpoint, model)
        else:
            st.caption(safe_label(f"Not for chat: its kind is {model.value('kind')}."))
        favourite.show_button(services, owner, session, endpoint, model.id)
        model_comparison.toggle(session, model.id)  # trusted: draws no label of it


def _chat(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model: Model
) -> None:
    if st.button(
        "Chat with this model",
        type="secondary" if model.lifecycle in ("retired", "delisted") else "primary",
        icon=":material/chat:",
        key="chat-with-model",
    ):
        choose_model(services, owner, session, endpoint.name, model.id)
        st.switch_page("chat.py")


def _describe(model: Model, fetched_on: date | None) -> None:
    for line in descriptions(model, fetched_on):
        st.text(plain(line.value))
        st.caption(safe_label(f"{line.label}: {origin(line, {})}", VALUE_MAX_CHARS))


def _facts(model: Model, fetched_on: date | None) -> None:
    lines = fact_lines(model, fetched_on)
    if not lines:
        st.caption("Nothing else is known about this model.")
        return
    numbered = notes(lines)
    st.table(
        {
            "Fact": [line.label for line in lines],
            "Value": [safe_label(breakable(line.value), VALUE_MAX_CHARS) for line in lines],
            "Source and date": [
                safe_label(breakable(origin(line, numbered)), VALUE_MAX_CHARS) for line in lines
            ],
        },
        border="horizontal",
        hide_index=True,
        alt="What is known about the model",
    )
    for detail, number in numbered.items():
        st.caption(safe_label(breakable(f"({number}) {detail}"), VALUE_MAX_CHARS))


def _raw(model: Model) -> None:
    if model.raw:
        with st.expander("Entry as the endpoint sent it", icon=":material/data_object:"):
            st.json(dict(model.raw), expanded=True)
