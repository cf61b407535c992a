"""Shows a `Notice`: what happened, what to do, and the endpoint's own words as plain text."""

from __future__ import annotations

import streamlit as st

from components.safe_text import plain, safe_label
from parley.errors import Notice


def show(notice: Notice, *, key: str = "notice") -> None:
    """Draw a notice. `key` tells several on one page apart; each gets the CSS class `st-key-<key>`."""
    with st.container(key=key):
        st.error(
            f"**{safe_label(notice.title)}** {safe_label(notice.advice)}", icon=":material/error:"
        )
        if notice.detail:
            st.caption("The endpoint said:")
            st.code(plain(notice.detail), language=None, wrap_lines=True)
