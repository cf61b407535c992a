"""What the next turn will cost, before it is sent: here, and on the three cheapest models that can take it.

Nothing is worked out while the popover is closed, nor while a reply is being written: a sent message never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import streamlit as st

from components import long_message
from components.choice import Choice
from components.known_model import with_prices
from components.learned_ratios import learned
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from components.thread import Thread
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.chat_settings import ChatSettings
from parley.context import Carried
from parley.conversation import LedgerEntry
from parley.conversation_shape import calls_along
from parley.endpoint import Endpoint
from parley.errors import StoreError
from parley.next_turn_cost import (
    BeforeSending,
    Draft,
    NextTurnCost,
    before_sending,
    draft_of,
    rests_on,
)
from parley.pricing.wording import UNKNOWN_FIGURE, sign_of, write_money, write_price
from parley.projection_export import dated
from parley.tokens_per_character import ratio_in_words

KEY = "next-turn"
WORDS_MAX_CHARS = 1_000
HEIGHT_PX = 340
NOT_NOW = "A reply is being written. What the next turn costs can be told when it has ended."
NO_MODEL = "Choose a model to see what the next turn costs."
NONE_CHEAPER = "The list holds no other model whose price and window are known and that takes it."


def show(
    services: Services,
    owner: str,
    session: Session,
    thread: Thread | None,
    choice: Choice,
    carried: Callable[[], Carried],
) -> None:
    """Draw the popover. `carried`: what the next message takes along; asked for only when it is open."""
    opened = st.popover(
        "Next turn", icon=":material/payments:", type="tertiary", key=KEY, on_change="rerun"
    )
    with opened:
        if not opened.open:
            # The browser decides when it opens, so before its content is there, whether it fits below or goes above.
            st.space(HEIGHT_PX)
            return
        if choice.model is None:
            st.caption(NO_MODEL)
        elif thread is not None and thread.running is not None:
            st.caption(NOT_NOW)
        else:
            _estimate(services, owner, session, thread, choice.endpoint, choice.model, carried())


def _estimate(
    services: Services,
    owner: str,
    session: Session,
    thread: Thread | None,
    endpoint: Endpoint,
    model: Model,
    carried: Carried,
) -> None:
    calls = calls_along(thread.messages, thread.calls) if thread else []
    draft = _draft(session, thread, calls, model.id, carried)
    listing = _listing(services, owner, endpoint)
    ratios = learned(services, owner, calls)
    found = before_sending(draft, model, listing.models, ratios)
    _draw(found, draft, listing.fetched_at.date() if listing.fetched_at else None)


def _draft(
    session: Session,
    thread: Thread | None,
    calls: list[LedgerEntry],
    model_id: str,
    carried: Carried,
) -> Draft:
    settings: ChatSettings = thread.conversation.settings if thread else session.draft_settings
    return draft_of(
        thread.messages if thread else (),
        calls,
        carried,
        model_id,
        typed_chars=len(long_message.typed(session)) or None,
        attachments=[file.attachment for file in session.pending_files],
        token_limit=settings.max_tokens,
    )


def _listing(services: Services, owner: str, endpoint: Endpoint) -> Listing:
    """The list at hand, with own prices where they can be read."""
    listing = services.listing(endpoint, at_most_s=0.0)
    try:
        return with_prices(services, owner, endpoint, listing)
    except StoreError:
        return listing


def _draw(found: BeforeSending, draft: Draft, fetched_on: date | None) -> None:
    st.markdown(f"**{safe_label(headline(found.here))}**")
    if found.here.fits is False:
        st.warning("The window of this model does not take the next turn.")
    st.caption(safe_label(f"Rests on {rests_on(draft)}.", WORDS_MAX_CHARS))
    if found.cheapest:
        st.table(table_of(found), border="horizontal", hide_index=True, alt="The next turn")
    else:
        st.caption(NONE_CHEAPER)
    for words in notes([found.here, *found.cheapest], draft.counted_by, fetched_on):
        st.caption(safe_label(words, WORDS_MAX_CHARS))


def headline(here: NextTurnCost) -> str:
    """The figure and its range; plain text."""
    span = span_words(here)
    return f"Next turn {amount_words(here)}{f' ({span})' if ' to ' in span else ''}"


def table_of(found: BeforeSending) -> dict[str, list[str]]:
    """Head → cells, in Markdown: this model first, then the cheapest of the others."""
    every = [found.here, *found.cheapest]
    return {
        "Model": [
            safe_label(f"{one.model.id}{' (chosen)' if one is found.here else ''}") for one in every
        ],
        "Next turn": [safe_label(amount_words(one)) for one in every],
        "Range": [safe_label(span_words(one)) for one in every],
    }


def amount_words(one: NextTurnCost) -> str:
    """The figure with the sign of its state; plain text."""
    if one.price is not None and one.price.free:
        return "free"
    if one.amount is None:
        return UNKNOWN_FIGURE
    return f"{sign_of(one.state)}{write_money(one.amount)}"


def span_words(one: NextTurnCost) -> str:
    """From the least to the most of what was seen; "–" where there is no range, or nothing to say of its end."""
    is_free = one.price is not None and one.price.free
    if one.least is None or one.most is None or is_free:
        return UNKNOWN_FIGURE
    least, most = write_money(one.least), write_money(one.most)
    return f"≈{least}" if least == most else f"{least} to {most}"


def notes(every: Iterable[NextTurnCost], counted_by: str, fetched_on: date | None) -> list[str]:
    """Of each model its price with source and date, and what its tokens rest on; plain text."""
    return [f"{one.model.id}: {_price(one, fetched_on)}{_tokens(one, counted_by)}" for one in every]


def _price(one: NextTurnCost, fetched_on: date | None) -> str:
    if one.price is None:
        return f"price {UNKNOWN_FIGURE}"
    day = dated(one.model, fetched_on)
    source = one.price.source + (f", {day.isoformat()}" if day else "")
    return f"{write_price(one.price)} ({source})"


def _tokens(one: NextTurnCost, counted_by: str) -> str:
    """Nothing of the model whose tokens they are."""
    return "" if one.model.id == counted_by else f"; {ratio_in_words(one.ratio)}"
