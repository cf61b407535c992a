"""A box for a model id that the list does not hold: lists are often short of what an endpoint serves."""

from __future__ import annotations

import streamlit as st

from components.choice import choose_model
from components.services import Services
from components.state import Session
from parley.catalog.model import MAX_ID_CHARS
from parley.endpoint import Endpoint


def show(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    """Draw the box; a model that is known to be retired or not to chat is shown instead of used."""
    with (
        st.form("typed-model", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(
            "Use a model id that is not listed",
            max_chars=MAX_ID_CHARS,
            placeholder="publisher/model-name",
            autocomplete="off",
        )
        sent = st.form_submit_button("Chat with it", icon=":material/chat:")
    model_id = (typed or "").strip()
    if sent and model_id:
        _use(services, owner, session, endpoint, model_id)
    elif sent:
        st.caption("Type a model id first.")


def _use(
    services: Services, owner: str, session: Session, endpoint: Endpoint, model_id: str
) -> None:
    model = services.model(endpoint, model_id)
    if model.is_retired or not model.is_chat:
        session.inspected_model = model_id
        st.rerun()
    choose_model(services, owner, session, endpoint.name, model_id)
    st.switch_page("chat.py")
