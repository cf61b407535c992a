"""What a month of many people costs on each model: the table, what trimming or another model saves, and a file."""

from __future__ import annotations

from datetime import date

import streamlit as st

from components import projection_inputs, usage_conversation, usage_table
from components.choice import model_of
from components.learned_ratios import learned
from components.model_comparison import price_notes
from components.projected import Projected, projection
from components.projection_inputs import Inputs
from components.projection_words import approximate, assumed_words, money, results, saved
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from components.usage_table import Column, Columns, holds_words, range_words
from parley.catalog.listing import Listing
from parley.conversation import Conversation
from parley.endpoint import Endpoint
from parley.errors import Refused
from parley.pricing.wording import UNKNOWN_FIGURE
from parley.projection import Month

VIEW = "projection"
WORDS_MAX_CHARS = 1_000
NOTHING_REPORTED = (
    "No reply of this conversation reported its figures, so there is nothing to project. "
    "Type figures instead."
)


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the inputs, what follows from them, the table, and the button for the file."""
    conversation = usage_conversation.choose(services, owner, session, VIEW)
    projection_inputs.show(session, conversation)
    endpoint = usage_conversation.endpoint_for(services, owner, session, conversation)
    listing = usage_conversation.listing_of(services, owner, endpoint) if endpoint else None
    if endpoint is None or listing is None:
        return
    try:
        inputs = _inputs(services, owner, session, conversation)
    except Refused as refused:
        st.warning(safe_label(refused.title))
        return
    if inputs is None:
        st.info(NOTHING_REPORTED)
        return
    now = _model_now(services, owner, session, conversation, endpoint, listing)
    _draw(session, projection(inputs, listing, now))


def _inputs(
    services: Services, owner: str, session: Session, conversation: Conversation | None
) -> Inputs | None:
    if conversation is None or projection_inputs.is_typed(session, conversation):
        return projection_inputs.read_typed(session)
    real = projection_inputs.real_shape(services, owner, conversation)
    if real is None:
        return None
    return projection_inputs.read_real(session, real, learned(services, owner))


def _model_now(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    endpoint: Endpoint,
    listing: Listing,
) -> str | None:
    """The model that the others are compared with: the conversation's, else the one that Chat would take."""
    if conversation is not None and conversation.model:
        return conversation.model
    model = model_of(services, owner, session, None, endpoint, listing)
    return model.id if model else None


def _draw(session: Session, found: Projected) -> None:
    for words in results(found):
        st.markdown(safe_label(words, WORDS_MAX_CHARS))
    st.caption(safe_label(assumed_words(found), WORDS_MAX_CHARS))
    if found.months:
        alt = f"A month on {len(found.months):,} models"
        usage_table.show(session, VIEW, columns_of(found), found.months, alt=alt)
    usage_conversation.tell_unpriced([month.model for month in found.unpriced])
    if found.months or found.unpriced:
        st.download_button(
            "CSV",
            found.csv,
            file_name="projection.csv",
            mime="text/csv",
            key="download-projection",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help="Every model, with what was assumed and the source and date of each price",
        )


def columns_of(found: Projected) -> Columns[Month]:
    """The columns: those of trimming and of a comparison only where there is one."""
    columns: dict[str, Column[Month]] = {
        "model": Column("Model", 230, lambda one: usage_conversation.name_of(one.model)),
        "cost": Column(
            "A month",
            110,
            lambda one: money(one.cost, one),
            lambda one: one.cost,
            help="US dollars",
        ),
        "range": Column("Range", 160, lambda one: range_words(one.least, one.most)),
        "conversation": Column("A conversation", 120, lambda one: money(one.per_conversation, one)),
    }
    last: dict[str, Column[Month]] = {
        "holds": Column("Holds", 150, lambda one: holds_words(one.too_long_from, one.holds_all)),
        "price": Column("Price", 420, lambda one: _price(one, found.fetched_on)),
    }
    every = columns | _comparison(found.now) | _trimming(found) | last
    return every | _tokens(found.inputs)


def _tokens(inputs: Inputs) -> dict[str, Column[Month]]:
    """What the range rests on; of typed figures there is nothing to say."""
    if not inputs.counted_by:
        return {}
    return {
        "rests_on": Column(
            "Tokens per character",
            210,
            lambda one: inputs.rests_on(one.model.id),
            help="As seen in the newest calls, with the least, the most and the number of requests (n)",
        )
    }


def _trimming(found: Projected) -> dict[str, Column[Month]]:
    if found.inputs.last_messages is None:
        return {}
    return {
        "trimmed": Column(
            "Trimmed month", 120, lambda one: money(one.trimmed, one), lambda one: one.trimmed
        ),
        "trimming": Column(
            "Trimming saves",
            120,
            saved,
            lambda one: one.trimming_saves,
            help="With − it would cost more: less of it would come from the cache",
        ),
        "trimmed_holds": Column("Trimmed holds", 150, _trimmed_holds),
    }


def _trimmed_holds(one: Month) -> str:
    is_known = one.model.context_window is not None
    return holds_words(one.trimmed_too_long_from, True if is_known else None)


def _comparison(now: Month | None) -> dict[str, Column[Month]]:
    if now is None or now.cost is None:
        return {}
    return {
        "saves": Column(
            "Saves",
            110,
            lambda one: _saves(one, now),
            lambda one: one.saves_against(now),
            help="Against the model that is used now; with − it costs more",
        )
    }


def _saves(one: Month, now: Month) -> str:
    saves = one.saves_against(now)
    return "used now" if one is now else approximate(saves)


def _price(month: Month, fetched_on: date | None) -> str:
    return next(iter(price_notes(month.model, fetched_on)), UNKNOWN_FIGURE)
