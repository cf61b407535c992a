"""Which of several views of a page is open; it stands in the address, so that a link opens the same."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.state import Session

PARAMETER = "view"


def choose(session: Session, views: Mapping[str, str], key: str) -> str:
    """Draw the control and return a key of `views`; an address that names none means the first.

    `views`: value in the address → what the control says, our own Markdown.
    """
    first = next(iter(views))
    asked = session.asked(PARAMETER)
    view = asked if asked is not None and asked in views else first
    if session.widget(key) != view:
        session.set_widget(key, view)
    st.segmented_control(
        "View",
        list(views),
        key=key,
        format_func=lambda name: views[name],  # trusted: ours
        required=True,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(session, key, first),
    )
    return view


def _chosen(session: Session, key: str, first: str) -> None:
    view = session.widget(key)
    session.ask(PARAMETER, None if view == first else view)
