"""The editor for a long message: its text is counted, which Streamlit's message box does not allow."""

from __future__ import annotations

import streamlit as st

from components import composer
from components.mailbox import Interruption
from components.services import Services
from components.state import Session

FIELD = "long-message"
HEIGHT_PX = 240


def opener(session: Session) -> None:
    """Open or close the editor; its text stays."""
    st.button(
        "Long message",
        key="toggle-long-message",
        icon=":material/edit_note:",
        type="tertiary",
        on_click=_toggle,
        args=(session,),
    )


def typed(session: Session) -> str:
    """What stands in the open editor."""
    return str(session.widget(FIELD) or "") if session.is_writing_long else ""


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the editor, if it is open."""
    if not session.is_writing_long:
        return
    st.text_area(
        "Long message",
        key=FIELD,
        height=HEIGHT_PX,
        persist_state="session",
        help="Counted when you leave the field, or with Ctrl+Enter.",
    )
    st.button(
        "Send the long message",
        key="send-long-message",
        type="primary",
        on_click=_send,
        args=(services, owner, session),
    )


def _toggle(session: Session) -> None:
    session.is_writing_long = not session.is_writing_long


def _send(services: Services, owner: str, session: Session) -> None:
    interruption = Interruption()
    text = interruption.do(lambda: typed(session))
    composer.submit(services, owner, session, interruption, text, [], gives_text_back=False)
    box = session.mailbox
    if box.opened is not None and box.refused is None:
        session.set_widget(FIELD, "")
        session.is_writing_long = False
