"""Adds an endpoint from a name and a base URL in whatever form it was pasted.

The tidied address is shown before it is kept. What is typed into the key's field is for one origin: it is
thrown away when the address changes to another. The rest is a Streamlit form, because a password field whose
text has not left the browser yet would otherwise be read as empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import streamlit as st

from components import connection_test, endpoint_card, key_form, notices
from components.mailbox import Interruption
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.endpoint import (
    ApiKey,
    Endpoint,
    Service,
    from_mapping,
    origin_of,
    service_at,
    tidy_base_url,
    tidy_project,
)
from parley.endpoint_book import KeySource
from parley.errors import BaseUrlRefused, Notice, ParleyError

T = TypeVar("T")

NAME = "new-endpoint-name"
BASE_URL = "new-endpoint-base-url"
KEY = "new-endpoint-key"
PROJECT = "new-endpoint-project"
NOTICES = "new-endpoint-notices"
ORIGIN = "new-endpoint-origin"
EMPTIED = "new-endpoint-key-emptied"

KEY_EMPTIED = "The address changed to another server, so the key's field was emptied."
ADDED_WITHOUT_KEY = (
    "Added without a key: its field was emptied when the address changed to another server."
)


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the form."""
    with st.expander("Add an endpoint", icon=":material/add:", key="add-endpoint"):
        st.text_input("Name", key=session.field(NAME), max_chars=60, placeholder="My server")
        st.text_input(
            "Base URL",
            key=session.field(BASE_URL),
            max_chars=2000,
            placeholder="https://api.example.com/v1",
            on_change=_address_changed,
            args=(session,),
        )
        _preview(_typed(session, BASE_URL), _refusals(session))
        with st.form("add-endpoint-form", border=False):
            st.text_input("API key (optional)", key=session.field(KEY), type="password")
            if session.widget(EMPTIED):
                st.caption(KEY_EMPTIED)
            st.text_input("Project (optional)", key=session.field(PROJECT), max_chars=200)
            with st.container(horizontal=True):
                st.form_submit_button(
                    "Add endpoint", type="primary", on_click=_add, args=(services, owner, session)
                )
                tested = st.form_submit_button(
                    "Test without adding",
                    icon=":material/network_check:",
                    on_click=_before_test,
                    args=(session,),
                )
        _test(services, owner, session, tested=tested)
        for number, notice in enumerate(_refusals(session)):
            notices.show(notice, key=f"add-notice-{number}")


def _preview(typed: str, refusals: list[Notice]) -> None:
    """What will be kept, or why it cannot be, unless that is said below already."""
    if not typed.strip():
        st.caption("Any form will do, such as one that ends in /chat/completions.")
        return
    try:
        st.text(f"Will be kept as {plain(tidy_base_url(typed))}")
    except BaseUrlRefused as refused:
        if refused.notice not in refusals:
            st.caption(f":material/error: {safe_label(refused.title)} {safe_label(refused.advice)}")


def _typed(session: Session, field: str) -> str:
    return str(session.widget(session.field(field)) or "")


def _refusals(session: Session) -> list[Notice]:
    """What stood against the last click; of the address only as long as it is still that one."""
    base_url, refusals = session.widget(NOTICES) or ("", [])
    unchanged = base_url == _typed(session, BASE_URL)
    return [said for said in refusals if unchanged or said.kind != BaseUrlRefused.__name__]


def _address_changed(session: Session) -> None:
    # In a callback, because the run itself may be cut off by a newer one before it has looked at the address.
    interruption = Interruption()
    interruption.do(lambda: _follow_origin(session))
    interruption.resume()


def _follow_origin(session: Session) -> None:
    """What was typed for one origin is not kept for another."""
    try:
        origin = origin_of(tidy_base_url(_typed(session, BASE_URL)))
    except BaseUrlRefused:
        return
    if session.widget(ORIGIN) not in (None, origin):
        session.renew(KEY)
        session.set_widget(EMPTIED, True)
    # Last, because a newer run may cut in before any line here, and then all of this is to be done again.
    session.set_widget(ORIGIN, origin)


def _refuse(session: Session, refusals: list[Notice]) -> None:
    session.set_widget(NOTICES, (_typed(session, BASE_URL), refusals))


# A test before anything is kept

PLACE_OF_TEST = " new-endpoint"
"""With a space before it, as no endpoint's name begins: the elements of each place need keys of their own."""


def _before_test(session: Session) -> None:
    # As before adding: the address may have changed with this very click.
    interruption = Interruption()
    interruption.do(lambda: _judge_for_test(session))
    interruption.resume()


def _judge_for_test(session: Session) -> None:
    """Everything but the name, which a test does not need."""
    key_form.quiet(session)
    _follow_origin(session)
    refusals: list[Notice] = []
    _judge_address(session, refusals)
    _refuse(session, refusals)


def _test(services: Services, owner: str, session: Session, *, tested: bool) -> None:
    """Draw what a test asks besides, take it after a click, and show what it found as long as nothing changes."""
    endpoint = _described(services, owner, session)
    if endpoint is None:
        return
    use = partial(session.set_widget, session.field(BASE_URL))
    place = connection_test.Place(PLACE_OF_TEST, use, is_kept=False)
    asked = connection_test.question(services, owner, session, endpoint, place)
    if tested:
        connection_test.run(services, session, endpoint, asked, place)
    connection_test.show(services, session, endpoint, place)


def _described(services: Services, owner: str, session: Session) -> Endpoint | None:
    """The endpoint as it would be kept, under the name of its host; `None` while something cannot be used."""
    refusals: list[Notice] = []
    base_url, key, project = _judge_address(session, refusals)
    if refusals or base_url is None:
        return None
    entry = {"base_url": base_url, "project": project or ""}
    described = from_mapping(urlsplit(base_url).netloc, entry).with_key(key)
    if key is not None:
        return described
    beside = (known for known in services.endpoints.all(owner) if known.origin == described.origin)
    shared = (
        known.key
        for known in beside
        if services.endpoints.key_source(owner, known) is KeySource.TYPED
    )
    return described.with_key(next(shared, None))


@dataclass(frozen=True)
class _Filled:
    """What was typed into the form, judged."""

    name: str
    base_url: str
    key: ApiKey | None
    project: str | None


def _add(services: Services, owner: str, session: Session) -> None:
    # The fields that lose the focus rerun the page, so a run may be waiting that would cut this one off halfway.
    interruption = Interruption()
    filled = interruption.do(lambda: _judge(services, owner, session))
    refused = _keep(services, owner, filled) if filled else None
    if refused is not None:
        interruption.do(lambda: _refuse(session, [refused]))
    elif filled is not None:
        name, without_key = filled.name, filled.key is None
        interruption.do(lambda: _begin_anew(session, name, without_key=without_key))
    interruption.resume()


def _judge(services: Services, owner: str, session: Session) -> _Filled | None:
    """Each field is judged, so that one click tells everything that has to be mended."""
    key_form.quiet(session)
    # A click beside the field changes the address and presses the button at once, in either order.
    _follow_origin(session)
    refusals: list[Notice] = []
    name = _checked(refusals, lambda: services.endpoints.free_name(owner, _typed(session, NAME)))
    base_url, key, project = _judge_address(session, refusals)
    _refuse(session, refusals)
    if refusals or name is None or base_url is None:
        return None
    return _Filled(name, base_url, key, project)


def _judge_address(
    session: Session, refusals: list[Notice]
) -> tuple[str | None, ApiKey | None, str | None]:
    """Base URL, key and project, of which each may be refused."""
    base_url = _checked(refusals, lambda: tidy_base_url(_typed(session, BASE_URL)))
    key = _checked(refusals, lambda: _key(_typed(session, KEY)))
    service = service_at(base_url) if base_url else Service.OTHER
    project = _checked(refusals, lambda: tidy_project(_typed(session, PROJECT), service))
    return base_url, key, project


def _checked(refusals: list[Notice], check: Callable[[], T]) -> T | None:
    try:
        return check()
    except ParleyError as error:
        refusals.append(error.notice)
        return None


def _key(typed: str) -> ApiKey | None:
    return ApiKey(typed) if typed.strip() else None


def _keep(services: Services, owner: str, filled: _Filled) -> Notice | None:
    try:
        services.endpoints.add(
            owner, name=filled.name, base_url=filled.base_url, project=filled.project
        )
    except ParleyError as error:
        return error.notice
    added = services.endpoints.named(owner, filled.name)
    if filled.key is not None and added is not None:
        services.endpoints.give_key(owner, added, filled.key)
    return None


def _begin_anew(session: Session, name: str, *, without_key: bool) -> None:
    if without_key and session.widget(EMPTIED):
        key_form.say(session, ADDED_WITHOUT_KEY)
    for field in (NAME, BASE_URL, KEY, PROJECT):
        session.renew(field)
    session.set_widget(ORIGIN, None)
    session.set_widget(EMPTIED, False)
    endpoint_card.present(session, name)
