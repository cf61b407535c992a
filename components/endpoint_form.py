"""Adds an endpoint from a name and a base URL in whatever form it was pasted.

The tidied address is shown before it is kept. The key's field belongs to the address's origin: another origin
has an empty field.
"""

from __future__ import annotations

import streamlit as st

from components import key_form, notices
from components.endpoint_card import CHOSEN
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.endpoint import ApiKey, origin_of, service_at, tidy_base_url, tidy_project
from parley.errors import BaseUrlRefused, ParleyError

NAME = "new-endpoint-name"
BASE_URL = "new-endpoint-base-url"
PROJECT = "new-endpoint-project"
NOTICE = "new-endpoint-notice"


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the form."""
    with st.expander("Add an endpoint", icon=":material/add:", key="add-endpoint"):
        st.text_input("Name", key=NAME, max_chars=60, placeholder="My server")
        st.text_input(
            "Base URL",
            key=BASE_URL,
            max_chars=2000,
            placeholder="https://api.example.com/v1",
            live="250ms",
        )
        _preview(_typed(session, BASE_URL))
        st.text_input("API key (optional)", key=_key_field(session), type="password")
        st.text_input("Project (optional)", key=PROJECT, max_chars=200)
        st.button("Add endpoint", type="primary", on_click=_add, args=(services, owner, session))
        notice = session.widget(NOTICE)
        if notice is not None:
            notices.show(notice, key="add-notice")


def _preview(typed: str) -> None:
    """What will be kept, or why it cannot be."""
    if not typed.strip():
        st.caption("Any form will do, such as one that ends in /chat/completions.")
        return
    try:
        st.text(f"Will be kept as {plain(tidy_base_url(typed))}")
    except BaseUrlRefused as refused:
        st.caption(f":material/error: {safe_label(refused.title)} {safe_label(refused.advice)}")


def _typed(session: Session, field: str) -> str:
    return str(session.widget(field) or "")


def _key_field(session: Session) -> str:
    try:
        return f"new-endpoint-key-{origin_of(tidy_base_url(_typed(session, BASE_URL)))}"
    except BaseUrlRefused:
        return "new-endpoint-key"


def _add(services: Services, owner: str, session: Session) -> None:
    session.set_widget(NOTICE, None)
    key_form.quiet(session)
    name, key_field = _typed(session, NAME).strip(), _key_field(session)
    try:
        base_url = tidy_base_url(_typed(session, BASE_URL))
        project = tidy_project(_typed(session, PROJECT), service_at(base_url))
        key = ApiKey(_typed(session, key_field)) if _typed(session, key_field).strip() else None
        services.endpoints.add(owner, name=name, base_url=base_url, project=project)
    except ParleyError as error:
        session.set_widget(NOTICE, error.notice)
        return
    added = services.endpoints.named(owner, name)
    if key is not None and added is not None:
        services.endpoints.give_key(owner, added, key)
    for field in (NAME, BASE_URL, PROJECT, key_field):
        session.set_widget(field, "")
    session.set_widget(CHOSEN, name)
