"""The key and the project of one endpoint. A key is never shown again: its field is drawn anew as it is saved.

Each endpoint has fields of its own, so that what was typed for one can never be saved for another. A saved key
belongs to the origin, so every sentence about one names the host and the endpoints that share it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from components import notices
from components.choice import choose_endpoint, endpoint_of
from components.mailbox import Interruption
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.doctor import key_advice
from parley.endpoint import ApiKey, Endpoint, Service, tidy_project
from parley.endpoint_book import KeySource
from parley.errors import ParleyError

KEY = "settings-key"
SAID = "settings-said"
LEADS_TO_CHAT = "settings-said-leads-to-chat"
REFUSED = "settings-refused"
SAID_MAX_CHARS = 600

WITH_PROJECT = frozenset({Service.WANDB, Service.OPENAI, Service.OTHER})


def show(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    """Draw the key's source, its field, and the project's where the service knows projects."""
    source = services.endpoints.key_source(owner, endpoint)
    sharing = services.endpoints.sharing(owner, endpoint)
    st.text(plain(_source_words(endpoint, source, sharing)))
    _key_field(services, owner, session, endpoint, forgettable=source is KeySource.TYPED)
    if endpoint.service in WITH_PROJECT:
        _project_field(services, owner, session, endpoint)


def quiet(session: Session) -> None:
    """Something else is tried: what was said of the last attempt no longer stands."""
    session.set_widget(SAID, None)
    session.set_widget(LEADS_TO_CHAT, False)
    session.set_widget(REFUSED, None)


def leave(session: Session) -> None:
    """Another endpoint is shown: neither what was said nor what was typed goes along."""
    quiet(session)
    session.renew(KEY)


def say(session: Session, sentence: str) -> None:
    """Keep a sentence for `outcome`."""
    session.set_widget(SAID, sentence)


def outcome(session: Session) -> None:
    """Draw what the last attempt led to."""
    said, refused = session.widget(SAID), session.widget(REFUSED)
    if refused is not None:
        notices.show(refused, key="key-notice")
    if said is None:
        return
    with st.container(key="key-saved"):
        st.success(safe_label(said, SAID_MAX_CHARS), icon=":material/check:")
        if session.widget(LEADS_TO_CHAT):
            st.page_link("chat.py", label="Go to Chat", icon=":material/chat:")


def removal_words(services: Services, owner: str, endpoint: Endpoint) -> str:
    """What removing an endpoint takes along and what it leaves."""
    stays = "Conversations held with it stay."
    if services.endpoints.key_source(owner, endpoint) is not KeySource.TYPED:
        return stays
    sharing = services.endpoints.sharing(owner, endpoint)
    if not sharing:
        return f"Its typed key is forgotten too. {stays}"
    return f"Its typed key stays for {_listed(sharing)}. {stays}"


def _listed(names: list[str]) -> str:
    """
    >>> _listed(["A"]), _listed(["A", "B", "C"])
    ('A', 'A, B and C')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _host(endpoint: Endpoint) -> str:
    """As it stands in the address, with the port where one was given."""
    return urlsplit(endpoint.base_url).netloc


def _source_words(endpoint: Endpoint, source: KeySource, sharing: list[str]) -> str:
    if source is KeySource.ENVIRONMENT:
        return "Key: from the environment or secrets.toml. A key typed here is used instead."
    if source is KeySource.TYPED:
        shared = f"shared with {_listed(sharing)}, " if sharing else ""
        return f"Key: typed for {_host(endpoint)}, {shared}held in memory until Parley ends."
    if endpoint.needs_key:
        return f"Key: none, and this service answers nobody without one. {key_advice(endpoint)}"
    return "Key: none. Most servers of this kind want none."


def _saved_words(endpoint: Endpoint, sharing: list[str]) -> str:
    uses = "uses" if len(sharing) == 1 else "use"
    shared = f" {_listed(sharing)} at the same address {uses} it too." if sharing else ""
    return (
        f"Key saved. It is held in memory until Parley ends, and sent to {_host(endpoint)} only."
        + shared
    )


def _key_field(
    services: Services, owner: str, session: Session, endpoint: Endpoint, *, forgettable: bool
) -> None:
    what = (services, owner, session, endpoint)
    # The name is in the key too: two endpoints never have one field, whatever else changes.
    field = f"{session.field(KEY)}-{endpoint.name}"
    with (
        st.form(f"key-form-{endpoint.name}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "API key", key=field, type="password", placeholder="Paste a key", width="stretch"
        )
        st.form_submit_button("Save key", on_click=_save_key, args=(*what, field))
        if forgettable:
            st.form_submit_button("Forget key", on_click=_forget_key, args=what)
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


def _save_key(
    services: Services, owner: str, session: Session, endpoint: Endpoint, field: str
) -> None:
    # A run that waits would cut this one off halfway: the key kept, and shown in its field all the same.
    interruption = Interruption()
    interruption.do(lambda: _keep_key(services, owner, session, endpoint, field))
    interruption.resume()


def _keep_key(
    services: Services, owner: str, session: Session, endpoint: Endpoint, field: str
) -> None:
    quiet(session)
    typed = str(session.widget(field) or "")
    session.renew(KEY)
    try:
        services.endpoints.give_key(owner, endpoint, ApiKey(typed))
        _prefer(services, owner, session, endpoint)
    except ParleyError as error:
        session.set_widget(REFUSED, error.notice)
        return
    say(session, _saved_words(endpoint, services.endpoints.sharing(owner, endpoint)))
    session.set_widget(LEADS_TO_CHAT, True)


def _prefer(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    """Chat talks to the endpoint that just got a key when the one it would use has none."""
    used = endpoint_of(services, owner, session, None)
    if used.needs_key and used.key is None:
        choose_endpoint(services, owner, session, endpoint.name)


def _forget_key(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    services.endpoints.forget_key(owner, endpoint)
    quiet(session)
    session.renew(KEY)
    sharing = services.endpoints.sharing(owner, endpoint)
    say(session, f"Key forgotten, for {_listed(sharing)} too." if sharing else "Key forgotten.")


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
    say(session, "Project saved." if project else "No project is sent any more.")
