"""A month's total as it is billed, typed in, against the ledger of that month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from components.reconcile_columns import zones
from components.reconcile_file import endpoint_names
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.calendar_groups import zone_named
from parley.errors import Refused
from parley.reconcile.month_total import compared, typed_total, wanted_month
from parley.wanted_calls import Dimension, Wanted

PARAMETER = "month"
MONTH, ENDPOINTS, ZONE, TYPED = (
    f"reconcile-{name}" for name in ("month", "endpoints", "zone", "total")
)
WORDS_MAX_CHARS = 1_000


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the month, the endpoints and the total, and how they compare."""
    names = endpoint_names(services, owner)
    left, middle, right = st.columns(3)
    with left:
        month = _month(session, months(services, owner))
    with middle:
        zone = st.selectbox("Months begin in", zones(st.context.timezone), key=ZONE)
    with right:
        typed = st.text_input(
            "Billed, US dollars", key=TYPED, max_chars=40, placeholder="12.34", autocomplete="off"
        )
    endpoints = st.multiselect(
        "Endpoints", names, key=ENDPOINTS, format_func=plain, placeholder="All of them"
    )
    verdict, *notes = said(services, owner, month, tuple(endpoints), zone, typed or "")
    st.markdown(safe_label(verdict, WORDS_MAX_CHARS))
    for words in notes:
        st.caption(safe_label(words, WORDS_MAX_CHARS))


def months(services: Services, owner: str) -> list[str]:
    """Those with calls, the newest first, and this one; such as 2026-11."""
    days = services.store.spent_by(owner, Dimension.DAY, Wanted())
    now = f"{datetime.now(UTC):%Y-%m}"
    return sorted({now, *(group.key[:7] for group in days)}, reverse=True)


def said(
    services: Services,
    owner: str,
    month: str,
    endpoints: tuple[str, ...],
    zone: str | None,
    typed: str,
) -> Sequence[str]:
    """How the total compares with the ledger; plain text."""
    try:
        billed = typed_total(typed)
    except Refused as refused:
        return [f"{refused.title} {refused.advice}"]
    if billed is None:
        return ["Type the total of the month as the provider bills it."]
    year, number = int(month[:4]), int(month[5:])
    begins = datetime(year, number, 1, tzinfo=zone_named(zone))
    offset = begins.utcoffset()
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    spent = services.store.spent(owner, wanted_month(year, number, endpoints, minutes))
    return compared(spent, billed)


def _month(session: Session, offered: Sequence[str]) -> str:
    asked = session.asked(PARAMETER)
    now = asked if asked is not None and asked in offered else offered[0]
    if session.widget(MONTH) != now:
        session.set_widget(MONTH, now)
    st.selectbox("Month", offered, key=MONTH, on_change=_chosen, args=(session,))
    return now


def _chosen(session: Session) -> None:
    session.ask(PARAMETER, session.widget(MONTH))
