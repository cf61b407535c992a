"""Everything known of one model, with where it comes from, and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from components.choice import choose_model
from components.model_facts import breakable, descriptions, fact_lines, notes, origin, summary
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.catalog.enrich import nearest_id, stated_replacement
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.endpoint import Endpoint

VALUE_MAX_CHARS = 1_000

_GONE = {
    "retired": ("This model is retired{}: the endpoint will most likely refuse it.", " since {}"),
    "delisted": ("The endpoint no longer lists this model{}.", " since {}"),
    "deprecated": ("This model is deprecated{}.", "; its end is set for {}"),
}
"""Lifecycle → the sentence, and what is put into it when the day is known."""


def show(
    services: Services, owner: str, session: Session, endpoint: Endpoint, listing: Listing
) -> None:
    """Draw the details of the model that the address names; without one, how to open one."""
    model_id = session.inspected_model
    if model_id is None:
        if listing.models:
            st.caption(
                "Click a row to see everything that is known about that model. "
                "Prices are US dollars per million tokens."
            )
        return
    model = services.model(endpoint, model_id)
    with st.container(key="model-detail", border=True):
        _heading(session, model)
        _warn(model, listing)
        better = better_id(model, listing.models)
        _actions(services, owner, session, endpoint, model, better)
        fetched_on = listing.fetched_at.date() if listing.fetched_at else None
        _describe(model, fetched_on)
        _facts(model, fetched_on)
        _raw(model)


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
    if model.lifecycle in _GONE:
        st.warning(safe_label(gone_words(model, listing.models)), icon=":material/event_busy:")
    elif not model.listed and listing.fetched_at is not None:
        st.info("The endpoint's list does not hold this id.", icon=":material/help:")


def gone_words(model: Model, models: Sequence[Model]) -> str:
    """That the model is gone or going, since when, and what to take instead."""
    day = model.value("retired_on")
    sentence, dated = _GONE[model.lifecycle or ""]
    words = [sentence.format(dated.format(day.isoformat()) if day else "")]
    if model.replacement:
        current = stated_replacement(models, model.id)
        followed = "" if current in (None, model.replacement) else f", by now {current}"
        words.append(f"Its replacement is {model.replacement}{followed}.")
        nearest = better_id(model, models) if current is None else None
        words.append(_nearest_words(nearest, models) if nearest else "")
    return " ".join(filter(None, words))


def _nearest_words(nearest: str, models: Sequence[Model]) -> str:
    """A likeness of spelling is no replacement, and is not called one."""
    whose = "the endpoint lists" if any(model.listed for model in models) else "is known"
    return f"The nearest id that {whose} is {nearest}."


def better_id(model: Model, models: Sequence[Model]) -> str | None:
    """What to look at instead: what a gone model's replacements lead to, else the id that is spelled most like it."""
    if model.lifecycle in _GONE:
        known = any(other.id == model.replacement for other in models)
        return nearest_id(models, model.id) if known else None
    return None if model.listed else nearest_id(models, model.id)


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
