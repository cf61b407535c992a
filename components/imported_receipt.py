"""The receipt that came with an imported reply: shown as what the file said, and added up nowhere."""

from __future__ import annotations

import json

import streamlit as st

from components.safe_text import plain
from parley.conversation import Message


def show(message: Message) -> None:
    """Draw it folded; nothing in it was measured here."""
    with st.expander("Imported receipt, not counted here", type="compact"):
        st.caption("As the imported file says; this Parley did not make that call.")
        st.code(plain(json.dumps(message.imported, indent=2, ensure_ascii=False)), language="json")
