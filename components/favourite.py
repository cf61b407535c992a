"""Favourite models: which ones an owner has, and the star that makes one or takes it back."""

from __future__ import annotations

import streamlit as st

from components import notices
from components.services import Services
from components.state import Session
from parley.endpoint import Endpoint
from parley.errors import Notice, StoreError

OUTCOME = "favourite-notice"


def favourites(services: Services, owner: str, endpoint: Endpoint) -> frozenset[str]:
    """The ids of the owner's favourites at this endpoint; none where they cannot be read."""
    try:
        return services.store.favourites(owner, endpoint.name)
    except StoreError:
        return frozenset()


def toggle(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model_id: str
) -> None:
    """Make a favourite of a model, or take it back. A fault of the store is told by `show_fault`."""
    try:
        starred = model_id in services.store.favourites(owner, endpoint.name)
        services.store.set_favourite(owner, endpoint.name, model_id, not starred)
    except StoreError as failed:
        session.set_widget(OUTCOME, failed.notice)


def show_fault(session: Session) -> None:
    """Say once that a favourite could not be kept."""
    notice: Notice | None = session.widget(OUTCOME)
    if notice is not None:
        session.set_widget(OUTCOME, None)
        notices.show(notice, key=OUTCOME)


def show_button(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model_id: str
) -> None:
    """Draw the star of one model as a button, for its details."""
    starred = model_id in favourites(services, owner, endpoint)
    st.button(
        "No longer a favourite" if starred else "Make a favourite",
        icon=":material/star:" if starred else ":material/star_border:",
        key="favourite",
        on_click=toggle,
        args=(services, owner, session, endpoint, model_id),
    )
