"""The way on from a budget that stopped a message: send it all the same, this once, or change the budget."""

from __future__ import annotations

import streamlit as st

from components import sending
from components.mailbox import Interruption, Unsent
from components.state import Session
from parley.errors import Notice, OverBudget

LABEL = "Send it all the same"


def offer(session: Session, notice: Notice) -> None:
    """Draw it under the notice that says what was stopped, as long as that stands there."""
    unsent = session.mailbox.over_budget
    if unsent is None or notice.kind != OverBudget.__name__:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            LABEL,  # trusted: ours
            key="despite-budget",
            icon=":material/send:",
            help="Once; the ledger records that it may exceed your budget.",
            on_click=_send,
            args=(session, unsent),
        )
        st.page_link("settings.py", label="Open Settings", icon=":material/settings:")


def _send(session: Session, unsent: Unsent) -> None:
    """The very same once more. What was given back to the box is on its way then."""
    interruption = Interruption()
    if unsent.otherwise.text or unsent.otherwise.files:
        interruption.do(session.clear_box)
    interruption.do(lambda: setattr(session, "flash", None))
    sending.deliver(
        interruption,
        session,
        unsent.begin,
        unsent.otherwise,
        takes_files=unsent.takes_files,
        despite_budget=True,
    )
