"""At the head of a chat: that its model is gone or going, until when, and the replacement one click away."""

from __future__ import annotations

import streamlit as st

from components.choice import choose_model
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.catalog.model import Model
from parley.catalog.retirement import GOING, LEAVING, better_id, gone_words
from parley.endpoint import Endpoint

WORDS_MAX_CHARS = 600


def show(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model: Model | None
) -> None:
    """Draw the notice; nothing for a model that stays. What follows keeps its place on the page either way."""
    with st.container(key="retirement"):
        if model is not None and model.lifecycle in LEAVING:
            _notice(services, owner, session, endpoint, model)


def _notice(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model: Model
) -> None:
    models = services.listing(endpoint, at_most_s=0.0).models
    words = safe_label(gone_words(model, models), WORDS_MAX_CHARS)
    if model.lifecycle == GOING:
        st.info(words, icon=":material/event_upcoming:")  # trusted: a safe label
    else:
        st.warning(words, icon=":material/event_busy:")  # trusted: a safe label
    better = better_id(model, models)
    if better is not None:
        st.button(
            f"Continue with {safe_label(better)}",
            icon=":material/arrow_forward:",
            key="continue-with-replacement",
            on_click=choose_model,
            args=(services, owner, session, endpoint.name, better),
        )
