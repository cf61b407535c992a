"""One endpoint in Settings: choose it, see where it is, give it a key, test it, use it, remove it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import connection_test, key_form, this_machine
from components.choice import choose_endpoint, endpoint_of
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.endpoint import Endpoint, Service

CHOSEN = "settings-endpoint"
WANTED = "settings-wanted-endpoint"
LOCAL_WORDS = (
    "It starts on first use, answers on 127.0.0.1 to Parley "
    "alone, and ends with the app. It needs no key and costs nothing."
)


def choose(services: Services, owner: str, session: Session) -> Endpoint:
    """Draw the endpoints as one row of choices and return the chosen one."""
    known = {endpoint.name: endpoint for endpoint in services.endpoints.all(owner)}
    chosen = session.field(CHOSEN)
    if session.widget(chosen) not in known:
        wanted = session.widget(WANTED)
        in_chat = endpoint_of(services, owner, session, None).name
        session.set_widget(chosen, wanted if wanted in known else in_chat)
    st.radio(
        "Endpoint",
        list(known),
        key=chosen,
        format_func=safe_label,
        on_change=_chosen,
        args=(session,),
        horizontal=True,
        label_visibility="collapsed",
    )
    return known[session.widget(chosen)]


def present(session: Session, name: str | None) -> None:
    """Show this endpoint from now on; `None` = the one that Chat uses.

    The choices are drawn anew, because a run that was under way may still bring back the old choice.
    """
    session.set_widget(WANTED, name)
    session.renew(CHOSEN)


def _chosen(session: Session) -> None:
    session.set_widget(WANTED, None)
    key_form.leave(session)


def show(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    """Draw the chosen endpoint."""
    with st.container(key="endpoint-card", border=True):
        st.subheader(safe_label(endpoint.name), anchor=False)
        if endpoint.service is Service.LOCAL:
            st.text(f"{this_machine.words(services)}. {LOCAL_WORDS}")
        else:
            st.code(plain(endpoint.base_url), language=None, wrap_lines=True)
            key_form.show(services, owner, session, endpoint)
        key_form.outcome(session)
        with st.container(horizontal=True):
            tested = connection_test.was_asked(session)
            _use(services, owner, session, endpoint)
            if services.endpoints.is_own(owner, endpoint):
                _remove(services, owner, session, endpoint)
        place = _place(services, owner, endpoint)
        asked = connection_test.question(services, owner, session, endpoint, place)
        if tested:
            connection_test.run(services, session, endpoint, asked, place)
        connection_test.show(services, session, endpoint, place)


def _place(services: Services, owner: str, endpoint: Endpoint) -> connection_test.Place:
    """Only an address of the owner's own can be changed here."""
    is_own = services.endpoints.is_own(owner, endpoint)
    use = partial(services.endpoints.move, owner, endpoint) if is_own else None
    return connection_test.Place(endpoint.name, use)


def _use(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    lacks_key = endpoint.needs_key and endpoint.key is None
    clicked = st.button(
        "Use in chat",
        icon=":material/chat:",
        disabled=lacks_key,
        help="Save a key first." if lacks_key else None,
    )
    if clicked:
        choose_endpoint(services, owner, session, endpoint.name)
        st.switch_page("chat.py")


def _remove(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    with st.popover("Remove", icon=":material/delete:"):
        st.text(plain(key_form.removal_words(services, owner, endpoint)))
        st.button(
            "Remove this endpoint",
            type="primary",
            on_click=_removed,
            args=(services, owner, session, endpoint),
        )


def _removed(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    key_form.leave(session)
    services.endpoints.remove(owner, endpoint)
    if session.endpoint_name == endpoint.name:
        session.endpoint_name = None
    key_form.say(session, f"Removed {endpoint.name}.")
    present(session, None)
