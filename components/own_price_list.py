"""The prices that a person set for a model, in the order of their days: past, in force and to come, each removable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from components import notices
from components.safe_text import safe_label
from components.services import Services
from parley.errors import StoreError
from parley.pricing.dated import DatedPrice, Standing, standings
from parley.pricing.wording import write_price


def kept(services: Services, owner: str, endpoint: str, model_id: str) -> list[DatedPrice]:
    """All that were set; a store that cannot be read is told, and gives none."""
    try:
        return services.store.dated_prices(owner, endpoint, model_id)
    except StoreError as failed:
        notices.show(failed.notice, key="own-prices-unread")
        return []


def show(prices: Sequence[DatedPrice], today: date, remove: Callable[[date], None]) -> None:
    """Draw a line with a button for each. `today`: by UTC; `remove` is called with the day of the price."""
    for number, (one, standing) in enumerate(standings(prices, today)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(words(one, standing), width="stretch")
            is_used = standing is Standing.IN_FORCE
            day = one.since.isoformat()
            st.button(
                "Remove your price" if is_used else f"Remove that from {day}",  # trusted: ours
                icon=":material/delete:",
                key="clear-own-price" if is_used else f"clear-own-price-{number}",
                help=safe_label(f"Remove the price that holds from {day} on"),
                on_click=remove,
                args=(one.since,),
            )


def words(one: DatedPrice, standing: Standing) -> str:
    """One price in plain text."""
    set_on = f"set on {one.set_at.date().isoformat()}"
    return f"From {one.since.isoformat()}: {write_price(one.price)} ({standing}; {set_on})"


def removed_words(since: date) -> str:
    return (
        f"Your price is removed, the one from {since.isoformat()} on; what else holds on a day, an earlier price "
        "of yours or another source, holds again. Earlier receipts keep their price."
    )
