"""The switch for W&B's public catalog: which address is asked and when, how old it is, and whether it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from components import catalog_words
from components.safe_text import plain, safe_label
from components.services import CATALOG_PREFERENCE, Services
from components.state import Session
from parley.catalog.bundled import bundled_models
from parley.catalog.wandb_models import newest_bundled

SWITCH = "fetch-catalog"
WORDS = (
    "W&B publishes what its models cost and can do. While an endpoint of W&B is selected in Chat or Models or is "
    "tested here, Parley asks this address for it: without any key, at most every six hours (ten minutes after a "
    "failure). For other endpoints it is never asked. Switched off, what was fetched before and the facts that come "
    "with Parley are used, with their dates."
)


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the section."""
    st.header("Public catalog of W&B", anchor=False)
    session.set_widget(SWITCH, services.wants_catalog())
    st.toggle(
        "Fetch the public catalog of W&B",
        key=SWITCH,
        on_change=_switched,
        args=(services, owner, session),
    )
    st.caption(safe_label(WORDS, len(WORDS)))
    st.code(plain(services.public_catalog.address), language=None, wrap_lines=True)
    st.caption(safe_label(_age(services)))


def _switched(services: Services, owner: str, session: Session) -> None:
    services.store.set_preference(
        owner, CATALOG_PREFERENCE, "on" if session.widget(SWITCH) else "off"
    )


def _age(services: Services) -> str:
    # The catalog itself hears of the switch when it is next looked at.
    state = replace(services.public_catalog.state(), is_off=not services.wants_catalog())
    newest = newest_bundled(bundled_models().values())
    words = catalog_words.age(state, datetime.now(UTC), newest_bundled=newest)
    return f"{words[:1].upper()}{words[1:]}."
