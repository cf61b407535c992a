"""The key and the project of one endpoint. A key is never shown again: the field is emptied as it is saved.

Each endpoint has fields of its own, so that what was typed for one can never be saved for another.
"""

from __future__ import annotations

import streamlit as st

from components import notices
from components.choice import choose_endpoint, endpoint_of
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.doctor import key_advice
from parley.endpoint import ApiKey, Endpoint, Service, tidy_project
from parley.endpoint_book import KeySource
from parley.errors import ParleyError

SAID = "settings-said"
REFUSED = "settings-refused"

WITH_PROJECT = frozenset({Service.WANDB, Service.OPENAI, Service.OTHER})
SAVED = "Key saved. It is held in memory until Parley ends, and sent to this endpoint only."
SOURCES = {
    KeySource.ENVIRONMENT: "Key: from the environment or secrets.toml. A key typed here is used instead.",
    KeySource.TYPED: "Key: typed, held in memory until Parley ends.",
    KeySource.NONE: "Key: none.",
}


def show(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    """Draw the key's source, its field, and the project's where the service knows projects."""
    source = services.endpoints.key_source(owner, endpoint)
    st.text(_source_words(endpoint, source))
    _key_field(services, owner, session, endpoint, forgettable=source is KeySource.TYPED)
    if endpoint.service in WITH_PROJECT:
        _project_field(services, owner, session, endpoint)
    _outcome(session)


def quiet(session: Session) -> None:
    """Something else is tried: what was said of the last attempt no longer stands."""
    session.set_widget(SAID, None)
    session.set_widget(REFUSED, None)


def _source_words(endpoint: Endpoint, source: KeySource) -> str:
    if source is not KeySource.NONE:
        return SOURCES[source]
    if endpoint.needs_key:
        return f"Key: none, and this service answers nobody without one. {key_advice(endpoint)}"
    return "Key: none. Most servers of this kind want none."


def _key_field(
    services: Services, owner: str, session: Session, endpoint: Endpoint, *, forgettable: bool
) -> None:
    field = f"key-{endpoint.name}"
    what = (services, owner, session, endpoint)
    with (
        st.form(f"key-form-{endpoint.name}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "API key", key=field, type="password", placeholder="Paste a key", width="stretch"
        )
        st.form_submit_button("Save key", on_click=_save_key, args=(*what, field))
        if forgettable:
            st.form_submit_button("Forget key", on_click=_forget_key, args=(*what, field))
    if endpoint.base_url.startswith("http://") and not endpoint.runs_here:
        st.caption("The address begins with http://, so a key travels unencrypted.")


def _project_field(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    is_wandb = endpoint.service is Service.WANDB
    field = f"project-{endpoint.name}"
    if session.widget(field) is None:
        session.set_widget(field, endpoint.project or "")
    with (
        st.form(f"project-form-{endpoint.name}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "Team and project (optional)" if is_wandb else "Project (optional)",
            key=field,
            placeholder="my-team/my-project" if is_wandb else "",
            help="Usage is counted there. Sent as the OpenAI-Project header, only when set.",
            width="stretch",
        )
        st.form_submit_button(
            "Save project", on_click=_save_project, args=(services, owner, session, endpoint, field)
        )


def _outcome(session: Session) -> None:
    said, refused = session.widget(SAID), session.widget(REFUSED)
    if refused is not None:
        notices.show(refused, key="key-notice")
    if said is None:
        return
    with st.container(key="key-saved"):
        st.success(safe_label(said), icon=":material/check:")
        if said == SAVED:
            st.page_link("chat.py", label="Go to Chat", icon=":material/chat:")


def _save_key(
    services: Services, owner: str, session: Session, endpoint: Endpoint, field: str
) -> None:
    quiet(session)
    typed = str(session.widget(field) or "")
    session.set_widget(field, "")
    try:
        services.endpoints.give_key(owner, endpoint, ApiKey(typed))
        _prefer(services, owner, session, endpoint)
    except ParleyError as error:
        session.set_widget(REFUSED, error.notice)
        return
    session.set_widget(SAID, SAVED)


def _prefer(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    """Chat talks to the endpoint that just got a key when the one it would use has none."""
    used = endpoint_of(services, owner, session, None)
    if used.needs_key and used.key is None:
        choose_endpoint(services, owner, session, endpoint.name)


def _forget_key(
    services: Services, owner: str, session: Session, endpoint: Endpoint, field: str
) -> None:
    quiet(session)
    session.set_widget(field, "")
    services.endpoints.forget_key(owner, endpoint)
    session.set_widget(SAID, "Key forgotten.")


def _save_project(
    services: Services, owner: str, session: Session, endpoint: Endpoint, field: str
) -> None:
    quiet(session)
    try:
        project = tidy_project(str(session.widget(field) or ""), endpoint.service)
        services.endpoints.set_project(owner, endpoint, project)
    except ParleyError as error:
        session.set_widget(REFUSED, error.notice)
        return
    session.set_widget(field, project or "")
    session.set_widget(SAID, "Project saved." if project else "No project is sent any more.")
