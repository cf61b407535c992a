"""The settings of a conversation on Chat: what is set, in one line, and the panel that changes it."""

from __future__ import annotations

import streamlit as st

from components import chat_settings_panel, presets
from components.choice import Choice
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.chat_settings import in_words
from parley.conversation import Conversation

SHORTCUT = "Ctrl+Shift+S"


def show(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    choice: Choice,
) -> None:
    """Draw the button with what is set, and the panel when it is open."""
    settings = conversation.settings if conversation else session.draft_settings
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Settings of this chat",
            key="chat-settings",
            icon=":material/tune:",
            type="tertiary",
            shortcut=SHORTCUT,
            on_click=_toggle,
            args=(session,),
        )
        st.caption(safe_label(in_words(settings) or "Nothing set: the model's own defaults hold"))
    if session.settings_open:
        with st.container(border=True, key="chat-settings-panel"):
            model_id = choice.model.id if choice.model else None
            presets.show(services, owner, session, conversation, choice.endpoint, model_id)
            chat_settings_panel.show(services, owner, session, conversation, choice.endpoint)


def _toggle(session: Session) -> None:
    chat_settings_panel.forget(session)
    presets.forget(session)
    session.settings_open = not session.settings_open
