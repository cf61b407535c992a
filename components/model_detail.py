"""Everything known of one model, with where it comes from, and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.choice import choose_model
from components.model_facts import fact_lines, summary
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.catalog.enrich import nearest_id
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.endpoint import Endpoint

VALUE_MAX_CHARS = 1_000


def show(
    services: Services, owner: str, session: Session, endpoint: Endpoint, listing: Listing
) -> None:
    """Draw the details of the model that the address names; without one, how to open one."""
    model_id = session.inspected_model
    if model_id is None:
        if listing.models:
            st.caption("Click a row to see everything that is known about that model.")
        return
    model = services.model(endpoint, model_id)
    with st.container(key="model-detail", border=True):
        _heading(session, model)
        _warnings(session, model, listing)
        _chat(services, owner, session, endpoint, model)
        _facts(model, listing)
        _raw(model)


def _heading(session: Session, model: Model) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.subheader(safe_label(model.value("name") or model.id), anchor=False, width="content")
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


def _warnings(session: Session, model: Model, listing: Listing) -> None:
    if model.is_retired:
        st.warning(safe_label(_retired_words(model)), icon=":material/event_busy:")
        _offer(session, _replacement(model, listing.models))
    elif model.lifecycle == "delisted":
        st.warning("The endpoint no longer lists this model.", icon=":material/event_busy:")
    elif model.lifecycle == "deprecated":
        st.warning(safe_label(_deprecated_words(model)), icon=":material/event_upcoming:")
        _offer(session, _replacement(model, listing.models))
    elif not model.listed and listing.fetched_at is not None:
        st.info("The endpoint's list does not hold this id.", icon=":material/help:")
        _offer(session, nearest_id(listing.models, model.id))


def _retired_words(model: Model) -> str:
    retired_on = model.value("retired_on")
    when = f" since {retired_on.isoformat()}" if retired_on else ""
    instead = f" Its replacement is {model.replacement}." if model.replacement else ""
    return f"This model is retired{when}: the endpoint will most likely refuse it.{instead}"


def _deprecated_words(model: Model) -> str:
    ends_on = model.value("retired_on")
    when = f" and ends on {ends_on.isoformat()}" if ends_on else ""
    instead = f" Its replacement is {model.replacement}." if model.replacement else ""
    return f"This model is deprecated{when}.{instead}"


def _replacement(model: Model, models: Sequence[Model]) -> str | None:
    """The id to go on with: a replacement may have been replaced in its turn."""
    known = any(other.id == model.replacement for other in models)
    return nearest_id(models, model.id) if known else None


def _offer(session: Session, other: str | None) -> None:
    if other is not None:
        st.button(
            f"Show {safe_label(other)}",
            icon=":material/arrow_forward:",
            key="show-other-model",
            on_click=_open,
            args=(session, other),
        )


def _chat(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model: Model
) -> None:
    if not model.is_chat:
        st.caption(safe_label(f"Not for chat: its kind is {model.value('kind')}."))
        return
    is_gone = model.lifecycle in ("retired", "delisted")
    if st.button(
        "Chat with this model",
        type="secondary" if is_gone else "primary",
        icon=":material/chat:",
        key="chat-with-model",
    ):
        choose_model(services, owner, session, endpoint.name, model.id)
        st.switch_page("chat.py")


def _facts(model: Model, listing: Listing) -> None:
    fetched_on = listing.fetched_at.date() if listing.fetched_at else None
    lines = fact_lines(model, fetched_on)
    if not lines:
        st.caption("Nothing else is known about this model.")
        return
    st.table(
        {
            "Fact": [line.label for line in lines],
            "Value": [safe_label(line.value, VALUE_MAX_CHARS) for line in lines],
            "Source": [safe_label(line.source, VALUE_MAX_CHARS) for line in lines],
            "As of": [line.as_of for line in lines],
        },
        border="horizontal",
        hide_index=True,
        alt="What is known about the model",
    )


def _raw(model: Model) -> None:
    if model.raw:
        with st.expander("Entry as the endpoint sent it", icon=":material/data_object:"):
            st.json(dict(model.raw), expanded=True)
