"""The sidebar of Chat: a new chat, search, and the conversations by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from components import history_actions, history_entry, history_keys, history_search
from components.history_entry import Marks
from components.history_view import STEP
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.calendar_groups import grouped, zone_named
from parley.conversation import Conversation, Hit
from parley.errors import Notice

ARCHIVED = "history-archived"


def opened(services: Services, owner: str, session: Session) -> Conversation | None:
    """The conversation that the tab has open; one that is not there (any more) opens a new chat."""
    if session.conversation_id is None:
        return None
    conversation = services.store.conversation(owner, session.conversation_id)
    if conversation is None:
        session.open(None)
        session.flash = Notice(
            "NotFound",
            "This conversation was not found.",
            "It may have been deleted, or belong to somebody else; a new chat is open.",
        )
    return conversation


def show(services: Services, owner: str, session: Session) -> None:
    """Draw it all; a click opens a conversation and leaves a running reply running."""
    with st.sidebar:
        st.button(
            "New chat",
            key="new-chat",
            icon=":material/add:",
            shortcut=history_keys.NEW_CHAT,
            on_click=history_entry.new_chat,
            args=(session,),
            width="stretch",
        )
        words = history_search.box()
        history_actions.show_undo(services, owner, session)
        marked = history_entry.marks(services, owner, session)
        draw = history_search.show if words else _show_list
        with st.container(gap="xxsmall"):
            listed = draw(services, owner, session, words, marked)
        is_sheet_wanted = _foot(services, owner, session, listed)
    if is_sheet_wanted:
        history_keys.sheet()


def _foot(services: Services, owner: str, session: Session, listed: list[Hit]) -> bool:
    """Whether the sheet of shortcuts was asked for."""
    st.space("small")
    st.toggle("Archived chats", key=ARCHIVED, on_change=_other_list, args=(session,))
    with st.container(horizontal=True, gap="small"):
        history_keys.steps(services, owner, session, listed)
    return history_keys.sheet_button()


def _show_list(
    services: Services, owner: str, session: Session, _: str, marked: Marks
) -> list[Hit]:
    """Draw the conversations under their days; returns them in the order in which they stand there."""
    is_archive, shown = bool(session.widget(ARCHIVED)), session.history.shown
    found = services.store.conversations(owner, limit=shown + 1, archived=is_archive)
    here = found[:shown]
    _show_open_one(services, owner, session, here, marked)
    if is_archive and not here:
        st.caption("No chat is archived.")
    listed: list[Hit] = []
    zone = zone_named(st.context.timezone)
    for heading, group in grouped(here, now=datetime.now(UTC), zone=zone):
        st.caption(safe_label(heading))
        for hit in map(Hit, group):
            history_entry.show(services, owner, session, hit, marked)
            listed.append(hit)
    if len(found) > shown:
        st.button("Show more", key="more-conversations", on_click=_more, args=(session,))
    return listed


def _show_open_one(
    services: Services, owner: str, session: Session, listed: list[Conversation], marked: Marks
) -> None:
    """An open conversation that the list leaves out stands above it: archived, or of long ago."""
    open_id = marked.open_id
    if open_id is None or any(known.id == open_id for known in listed):
        return
    conversation = services.store.conversation(owner, open_id)
    if conversation is not None:
        st.caption("Open")
        history_entry.show(services, owner, session, Hit(conversation), marked)


def _more(session: Session) -> None:
    session.history = replace(session.history, shown=session.history.shown + STEP)


def _other_list(session: Session) -> None:
    session.history = replace(session.history, shown=STEP, renaming=None, refused="")
