"""The cheapest model that can take what the reader's last conversation asked for, and the way to its details."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from components import notices
from components.model_comparison import price_notes
from components.my_use import average_of, average_words, counted, recent_conversations, tokens_of
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.catalog.model import Model
from parley.conversation import Conversation
from parley.cost_of_use import Cheapest, cheapest_that_fits
from parley.errors import Refused, StoreError
from parley.pricing.monthly import AverageUse, Use
from parley.pricing.wording import write_money

CHEAPEST = "cheapest"
WORDS_MAX_CHARS = 1_000


def show(
    services: Services,
    owner: str,
    session: Session,
    models: Sequence[Model],
    fetched_on: date | None = None,
) -> None:
    """Draw the switch and, when it is on, the cheapest model that fits the last conversation.

    `fetched_on`: the day of the endpoint's own list, which dates the prices that it gives.
    """
    asked = st.toggle("Cheapest that fits my last conversation", key=CHEAPEST, bind="query-params")
    if not asked:
        return
    try:
        last = next(iter(recent_conversations(services, owner)), None)
        average = average_of(services, owner, last.id) if last else None
    except StoreError as unreadable:
        notices.show(unreadable.notice, key="cheapest-notice")
        return
    if last is None or average is None:
        st.caption(
            "Your last conversation has no reply that reported what it used."
            if last
            else "There is no conversation yet."
        )
        return
    _answer(session, models, last, average, fetched_on)


def _answer(
    session: Session,
    models: Sequence[Model],
    last: Conversation,
    average: AverageUse,
    fetched_on: date | None,
) -> None:
    try:
        use = Use(*tokens_of(average), requests_per_month=1)
    except Refused as refused:
        st.caption(safe_label(refused.title))
        return
    found = cheapest_that_fits(models, use, holds=average.largest, writes=average.longest_output)
    words = cheapest_words(found, average, last.title, fetched_on)
    st.caption(safe_label(words, WORDS_MAX_CHARS))
    if found.model is not None:
        st.button(
            f"Open {safe_label(found.model.id)}",
            icon=":material/arrow_forward:",
            key="open-cheapest",
            on_click=_open,
            args=(session, found.model.id),
        )


def _open(session: Session, model_id: str) -> None:
    session.inspected_model = model_id


def cheapest_words(
    found: Cheapest, average: AverageUse, title: str, fetched_on: date | None
) -> str:
    """Which model, what it costs, by which price, and what could not be judged; plain text."""
    asked = (
        f"a request like those of “{title}”: {average.input_tokens:,} tokens in, "
        f"{average.output_tokens:,} out, at most {average.largest:,} together"
    )
    answer = f"No model is known to fit {asked}."
    if found.model is not None:
        cost = f"≈{write_money(found.per_request)}" if found.per_request else "free"
        price = price_notes(found.model, fetched_on)[0]
        answer = f"{found.model.id}, {cost} for {asked}. Its price: {price}."
    return f"{answer} {average_words(average)} {_judged(found)}"


def _judged(found: Cheapest) -> str:
    groups = (
        (found.fitting, "fitting and priced"),
        (found.too_small, "too small"),
        (found.window_unknown, "of unknown context window"),
        (found.price_unknown, "fitting but of unknown price"),
    )
    parts = ", ".join(f"{number:,} {what}" for number, what in groups if number)
    considered = counted(found.considered, "chat model", "chat models")
    return f"Of {considered}: {parts}." if parts else "There is no chat model to choose from."
