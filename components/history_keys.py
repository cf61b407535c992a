"""The keyboard: to the conversation above and below, and the sheet that lists every shortcut."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import chat_settings, history_entry
from components.services import Services
from components.state import Session
from parley.conversation import Hit

NEW_CHAT = "Ctrl+Shift+O"
PREVIOUS, NEXT = "Alt+Up", "Alt+Down"
SHORTCUTS = (
    ("Send the message", "Enter"),
    ("New line in the message", "Shift+Enter"),
    ("Stop the reply", "Esc"),
    ("New chat", NEW_CHAT),
    ("Previous chat in the list", "Alt+↑"),
    ("Next chat in the list", "Alt+↓"),
    ("Settings of this chat", chat_settings.SHORTCUT),
)
ROWS = "".join(f"\n| {what} | `{keys}` |" for what, keys in SHORTCUTS)
TABLE = "| To | Press |\n|---|---|" + ROWS


def steps(services: Services, owner: str, session: Session, listed: Sequence[Hit]) -> None:
    """Draw the two buttons that go through what is listed; each is disabled at its end."""
    above, below = neighbours(listed, session.conversation_id)
    for name, words, icon, keys, hit in (
        ("previous", "Previous", "arrow_upward", PREVIOUS, above),
        ("next", "Next", "arrow_downward", NEXT, below),
    ):
        st.button(
            words,  # trusted: one of two words above
            key=f"{name}-conversation",
            icon=f":material/{icon}:",
            type="tertiary",
            shortcut=keys,
            disabled=hit is None,
            on_click=history_entry.open_hit if hit else None,
            args=(services, owner, session, hit) if hit else None,
        )


def neighbours(listed: Sequence[Hit], open_id: str | None) -> tuple[Hit | None, Hit | None]:
    """What stands above and below the open conversation; of a new chat, which is above the list, the first."""
    ids = [hit.conversation.id for hit in listed]
    place = ids.index(open_id) if open_id in ids else -1
    above = listed[place - 1] if place > 0 else None
    return above, listed[place + 1] if place + 1 < len(listed) else None


def sheet_button() -> bool:
    """Draw the button that asks for the sheet."""
    return st.button(
        "Keyboard shortcuts", key="shortcuts", icon=":material/keyboard:", type="tertiary"
    )


@st.dialog("Keyboard shortcuts", icon=":material/keyboard:")
def sheet() -> None:
    """List them all."""
    st.markdown(TABLE)
    st.caption("On a Mac, ⌘ takes the place of Ctrl and ⌥ that of Alt.")
