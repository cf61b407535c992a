"""The sidebar of Chat: a new chat, and the conversations that were updated last."""

from __future__ import annotations

import streamlit as st

from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.conversation import Conversation
from parley.errors import Notice

SHOWN = 20


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
    """Draw the list; a click opens a conversation and leaves a running reply running."""
    with st.sidebar:
        st.button(
            "New chat",
            key="new-chat",
            icon=":material/add:",
            on_click=session.open,
            args=(None,),
            width="stretch",
        )
        conversations = services.store.conversations(owner, limit=SHOWN)
        if conversations:
            st.caption("Recent")
        for conversation in conversations:
            st.button(
                safe_label(conversation.title),
                key=f"open-{conversation.id}",
                type="secondary" if conversation.id == session.conversation_id else "tertiary",
                on_click=session.open_existing,
                args=(conversation.id,),
                width="stretch",
            )
