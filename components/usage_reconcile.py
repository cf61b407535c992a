"""The ledger held against what a provider bills: its usage file, by day and model, or the total of a month."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import reconcile_file, reconcile_total
from components.services import Services
from components.state import Session

PARAMETER = "billed"
CONTROL = "reconcile-billed"
TOTAL = "total"
SOURCES: Mapping[str, str] = {"file": "A usage file", TOTAL: "A month's total"}


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the choice of what is compared, and the comparison. Nothing is asked of any provider."""
    asked = TOTAL if session.asked(PARAMETER) == TOTAL else "file"
    if session.widget(CONTROL) != asked:
        session.set_widget(CONTROL, asked)
    st.segmented_control(
        "Compare with",
        list(SOURCES),
        key=CONTROL,
        format_func=lambda name: f":gray[{SOURCES[name]}]",  # trusted: ours
        required=True,
        on_change=_chosen,
        args=(session,),
    )
    if asked == TOTAL:
        reconcile_total.show(services, owner, session)
    else:
        reconcile_file.show(services, owner, session)


def _chosen(session: Session) -> None:
    session.ask(PARAMETER, TOTAL if session.widget(CONTROL) == TOTAL else None)
