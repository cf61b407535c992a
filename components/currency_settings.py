"""The rate of a currency in Settings: typed, changed and removed. No rate is ever fetched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import streamlit as st

from components import notices
from components.currency import PREFERENCE, own_rate
from components.mailbox import Interruption
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.calendar_groups import zone_named
from parley.errors import Notice, ParleyError
from parley.pricing.currency import OwnRate, kept_words, typed_rate, write_converted

OUTCOME = "own-rate-outcome"
CODE, RATE = "own-rate-code", "own-rate-rate"
EXPLANATION = (
    "Amounts are US dollars, and stay so in the ledger. With a rate of yours, totals say beside it what that is in "
    "your currency, always with the rate and the day on which you typed it. No rate is fetched from anywhere."
)
REMOVED = "The rate is removed; amounts are in US dollars alone."


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the form, what became of the last click in it, and the rate that holds."""
    rate = own_rate(services, owner)
    st.caption(EXPLANATION)  # trusted: ours
    _tell(session)
    with (
        st.form("own-rate", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "Currency",
            "" if rate is None else rate.code,
            key=session.field(CODE),
            max_chars=3,
            placeholder="EUR",
            autocomplete="off",
            width=120,
        )
        st.text_input(
            "Units for one US dollar",
            "" if rate is None else f"{rate.per_dollar:f}",
            key=session.field(RATE),
            max_chars=20,
            placeholder="0.92",
            autocomplete="off",
            width=200,
        )
        st.form_submit_button("Save rate", on_click=_saved, args=(services, owner, session))
    if rate is not None:
        st.caption(safe_label(words_of(rate)))
        st.button(
            "Remove the rate",
            icon=":material/delete:",
            key="clear-own-rate",
            on_click=_removed,
            args=(services, owner, session),
        )


def words_of(rate: OwnRate) -> str:
    return f"One US dollar is {write_converted(Decimal(1), rate)}."


def _today() -> date:
    """Of the reader."""
    return datetime.now(UTC).astimezone(zone_named(st.context.timezone)).date()


def _saved(services: Services, owner: str, session: Session) -> None:
    interruption = Interruption()
    typed = interruption.do(
        lambda: {name: str(session.widget(session.field(name)) or "") for name in (CODE, RATE)}
    )

    def save() -> str:
        rate = typed_rate(typed[CODE], typed[RATE], _today())
        services.store.set_preference(owner, PREFERENCE, kept_words(rate))
        return f"Your rate is kept. {words_of(rate)}"

    _attempt(session, interruption, save)


def _removed(services: Services, owner: str, session: Session) -> None:
    def remove() -> str:
        services.store.set_preference(owner, PREFERENCE, "")
        return REMOVED

    _attempt(session, Interruption(), remove)


def _attempt(session: Session, interruption: Interruption, act: Callable[[], str]) -> None:
    """Act and keep what is to be said of it; what was typed stays in the fields unless it is done with."""
    said: str | Notice
    try:
        said = act()
    except ParleyError as failed:
        said = failed.notice
    else:
        interruption.do(lambda: _renew(session))
    interruption.do(lambda: session.set_widget(OUTCOME, said))
    interruption.resume()


def _renew(session: Session) -> None:
    for name in (CODE, RATE):
        session.renew(name)


def _tell(session: Session) -> None:
    said: str | Notice | None = session.widget(OUTCOME)
    session.set_widget(OUTCOME, None)
    if isinstance(said, Notice):
        notices.show(said, key="own-rate-notice")
    elif said:
        st.success(safe_label(said), icon=":material/check:")
