"""What an empty chat says, and where a visitor without any endpoint is sent first."""

from __future__ import annotations

import streamlit as st

from components.choice import Choice
from components.safe_text import safe_label
from components.services import Services
from components.state import Session


def needs_key(services: Services, owner: str, session: Session) -> bool:
    """True once per tab, when a key has to be given, or to be said what it is for, before anything else.

    Who follows a link to a conversation wants to read it, with or without a key.
    """
    book = services.endpoints
    is_asked = book.needs_assignment(owner) and not book.has_given
    is_wanted = is_asked or not book.is_set_up(owner)
    return is_wanted and session.conversation_id is None and session.is_first_visit()


def show(choice: Choice) -> None:
    """Draw the empty state."""
    st.title("Ask a model", anchor=False)
    if choice.model is None:
        st.text("Choose a model above, or type its id, then write a message below.")
        return
    st.markdown(
        f"Write a message below; **{safe_label(choice.model.id)}** answers. Under each reply stands what it "
        "used and cost, and where every figure comes from."
    )
