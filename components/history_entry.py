"""One line of the history: a click opens the conversation, and what a search found in it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from components import history_actions
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.conversation import Conversation, Hit
from parley.errors import StoreError

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MOST_SHOWN = 200
"""Messages that a click draws at most to reach the one that was found; more keep a browser busy for seconds."""
BEFORE_IT = 3


@dataclass(frozen=True)
class Marks:
    """What the lines of one run are marked by, read once for all of them."""

    open_id: str | None
    renaming: str | None
    running: set[str]


def marks(services: Services, owner: str, session: Session) -> Marks:
    """As it is now."""
    running = services.engine.running_conversations(owner)
    return Marks(session.conversation_id, session.history.renaming, running)


def show(services: Services, owner: str, session: Session, hit: Hit, marked: Marks) -> None:
    """Draw the line; the open conversation has its menu beside it."""
    conversation = hit.conversation
    is_open = conversation.id == marked.open_id
    with _row() if is_open else contextlib.nullcontext():
        st.button(
            safe_label(conversation.title),
            key=f"open-{conversation.id}",
            type="secondary" if is_open else "tertiary",
            icon=_icon(conversation, marked),
            on_click=open_hit,
            args=(services, owner, session, hit),
            width="stretch" if is_open else "content",
            wrap=False,
        )
        if is_open:
            history_actions.menu(services, owner, session, conversation)
    if conversation.id == marked.renaming:
        history_actions.rename_form(services, owner, session, conversation)


def _row() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False)


def _icon(conversation: Conversation, marked: Marks) -> str | None:
    """The open conversation shows its reply itself, and this would outlast it until the page is drawn again."""
    if conversation.id in marked.running and conversation.id != marked.open_id:
        return ":material/pending:"
    return ":material/archive:" if conversation.archived else None


def open_hit(services: Services, owner: str, session: Session, hit: Hit) -> None:
    """Open a conversation on the branch, and as far back, as what was found; for callbacks."""
    history_actions.settle(session)
    session.open_existing(hit.conversation.id)
    if hit.message_id is None:
        return
    try:
        services.store.show_path(owner, hit.conversation.id, hit.message_id)
        reach = _messages_from(services, owner, hit.conversation.id, hit.message_id)
    except StoreError as failed:
        session.flash = failed.notice
        return
    session.shown_messages = max(session.shown_messages, min(reach, MOST_SHOWN))


def _messages_from(services: Services, owner: str, conversation_id: str, message_id: str) -> int:
    """How many of the last messages reach up to this one."""
    above = len(services.store.messages_to(owner, conversation_id, message_id))
    count = services.store.message_count(owner, conversation_id)
    return count - above + BEFORE_IT if above else 0


def new_chat(session: Session) -> None:
    """Open an empty page; for callbacks."""
    history_actions.settle(session)
    session.open(None)
