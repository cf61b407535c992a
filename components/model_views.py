"""Which way of looking at the models is open; it stands in the address, so that a link opens the same."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.state import Session

PARAMETER = "view"
CONTROL = "model-view"
LIST = "list"
VIEWS: Mapping[str, str] = {
    LIST: ":material/table_rows: :gray[List]",
    "chart": ":material/scatter_plot: :gray[Chart]",
    "compare": ":material/compare_arrows: :gray[Compare]",
    "cost": ":material/calculate: :gray[Cost of my use]",
    "changes": ":material/history: :gray[What changed]",
    "probe": ":material/monitor_heart: :gray[Probe]",
}
"""Value in the address → what the control says; a chosen one in the accent's colour is too faint in the dark theme."""
WITH_TABLE = (LIST, "cost")
"""The cost of a use is a column of the table, so it is seen at once."""


def choose(session: Session) -> str:
    """Draw the control; return a key of `VIEWS`. An address that names none means the list."""
    asked = session.asked(PARAMETER)
    view = asked if asked is not None and asked in VIEWS else LIST
    if session.widget(CONTROL) != view:
        session.set_widget(CONTROL, view)
    st.segmented_control(
        "View",
        list(VIEWS),
        key=CONTROL,
        format_func=lambda name: VIEWS[name],  # trusted: ours
        required=True,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(session,),
    )
    return view


def _chosen(session: Session) -> None:
    view = session.widget(CONTROL)
    session.ask(PARAMETER, None if view == LIST else view)
