"""The button that tests a connection, and what the test found. It asks for model lists and nothing else."""

from __future__ import annotations

import streamlit as st

from components import key_form
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley import doctor
from parley.doctor import Diagnosis
from parley.endpoint import Endpoint, Service

FOUND = "settings-diagnosis"


def was_asked(session: Session) -> bool:
    """Draw the button; true in the run after the click."""
    return st.button(
        "Test connection",
        icon=":material/network_check:",
        on_click=key_form.quiet,
        args=(session,),
    )


def run(services: Services, session: Session, endpoint: Endpoint) -> None:
    """Test, with visible progress, and keep what was found for this endpoint as it is now."""
    starts = endpoint.service is Service.LOCAL
    with st.spinner("Starting the model on this machine…" if starts else "Asking for the models…"):
        found = doctor.examine(services.engine, endpoint)
        if found.works:
            # Chat and Models would otherwise go on showing the failure of their last fetch.
            services.listing(endpoint, refresh=True)
    session.set_widget(FOUND, (_state_of(endpoint), found))


def show(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    """Draw what the last test found, unless something about the endpoint has changed since."""
    tested, found = session.widget(FOUND) or (None, None)
    if found is None or tested != _state_of(endpoint):
        return
    with st.container(key="diagnosis"):
        _sentences(found)
        if found.suggestion:
            _suggestion(services, owner, endpoint, found.suggestion)
        if found.detail:
            st.caption("The endpoint said:")
            st.code(plain(found.detail), language=None, wrap_lines=True)


def _suggestion(services: Services, owner: str, endpoint: Endpoint, base_url: str) -> None:
    st.code(plain(base_url), language=None, wrap_lines=True)
    if services.endpoints.is_own(owner, endpoint):
        st.button(
            "Use this base URL",
            type="primary",
            on_click=services.endpoints.move,
            args=(owner, endpoint, base_url),
        )
    else:
        st.caption("Change it where it is set, and start Parley again.")


def _state_of(endpoint: Endpoint) -> tuple[str | None, ...]:
    """What a finding is about; of the key only its fingerprint, so that a forgotten key is gone."""
    fingerprint = endpoint.key.fingerprint if endpoint.key else None
    return endpoint.name, endpoint.base_url, fingerprint, endpoint.project


def _sentences(found: Diagnosis) -> None:
    draw, icon = (st.success, "check") if found.works else (st.error, "error")
    draw(
        f"**{safe_label(found.sentence, 600)}** {safe_label(found.advice, 600)}",
        icon=f":material/{icon}:",
    )
