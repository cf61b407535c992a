"""What Settings promises: every call that the app makes, where it keeps data, and what becomes of keys."""

from __future__ import annotations

import streamlit as st

from components.safe_text import plain
from components.services import Services

CALLS = """
- **The messages you send**, to the endpoint you chose, with that endpoint's key and no other.
- **The model list of an endpoint** (`/models`), when you open Chat or Models with it or test its connection,
  and at most every five minutes (after a failure, ten seconds). A test that finds nothing at an address also asks
  the usual paths of the same server.
- **The public catalog of W&B** (`trace.wandb.ai/inference/catalog/models`), without any key, while an endpoint of
  W&B is selected or tested, at most every six hours (after a failure, ten minutes). It can be switched off above.
- **A probe or a short reply of a test**, when you press its button; what it may cost is said before.
- **Nothing else.** No titles or summaries written by a model, no usage statistics, no other price lists, no updates.

This machine answers on 127.0.0.1, to Parley alone.
"""
KEYS = (
    "API keys are never written to disk. They come from the environment or `.streamlit/secrets.toml`, or are "
    "typed here and held in memory until Parley ends or you forget them."
)


def show(services: Services) -> None:
    """Draw the section."""
    st.header("What Parley calls", anchor=False)
    st.markdown(CALLS)
    st.header("Where your data is", anchor=False)
    st.markdown("Conversations, what they used, and your endpoints are in this folder:")
    st.code(plain(str(services.settings.data_dir)), language=None, wrap_lines=True)
    st.markdown(KEYS)
