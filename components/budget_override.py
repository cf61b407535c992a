"""The way on from a budget that stopped a message: send it all the same, this once, or change the budget."""

from __future__ import annotations

import streamlit as st

from components import sending
from components.mailbox import Interruption, Unsent
from components.state import Session
from parley.errors import Notice, OverBudget

LABEL = "Send it all the same"


def is_offered(session: Session) -> bool:
    """Whether the page says that a budget stopped a message."""
    return session.mailbox.over_budget is not None and _is_about_a_budget(session.flash)


def offer(session: Session, notice: Notice) -> None:
    """Draw it under the notice that says what was stopped, as long as that stands there."""
    unsent = session.mailbox.over_budget
    if unsent is None or not _is_about_a_budget(notice):
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
        _way_to("settings.py", "Open Settings", ":material/settings:", session, unsent)
        _way_to("models.py", "Open Models", ":material/view_list:", session, unsent)


def _is_about_a_budget(notice: Notice | None) -> bool:
    return notice is not None and notice.kind == OverBudget.__name__


def _way_to(page: str, label: str, icon: str, session: Session, unsent: Unsent) -> None:
    """No link: Streamlit empties the message box of a page that is left, and what stood in it has to be there again."""
    if st.button(label, key=f"to-{page}", icon=icon, type="tertiary"):  # trusted: ours
        session.give_back(unsent.otherwise.text)
        st.switch_page(page)


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
    if session.mailbox.refused is None:
        unsent.when_sent()
