"""What a reader sees when our own code has a bug: one sentence, and a reference that the log has too.

Never the exception's text: it may hold a key, a path or markup.
"""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from parley.errors import ParleyError

log = logging.getLogger("parley")


def show(error: Exception) -> bool:
    """Draw the notice in place of Streamlit's own; `True` tells Streamlit that this was done."""
    reference = secrets.token_hex(4)
    # Streamlit logs the traceback itself, just before.
    log.error("Page failed, reference %s: %s", reference, type(error).__name__)
    if isinstance(error, ParleyError):
        st.error("This page could not be shown.", icon=":material/error:")
        st.text(f"{error.title} {error.advice}")
    else:
        st.error(
            "Something in Parley went wrong. What you wrote and received is kept; reload the page.",
            icon=":material/error:",
        )
    st.text(f"Reference for the log: {reference}")
    return True
