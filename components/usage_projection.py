"""What a month of many people costs on each model: the table, what trimming or another model saves, and a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from components import projection_inputs, usage_conversation, usage_table
from components.choice import model_of
from components.learned_ratios import learned
from components.model_comparison import price_notes
from components.model_export import BYTE_ORDER_MARK
from components.my_use import counted
from components.projection_inputs import Inputs
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from components.usage_table import Column, Columns, holds_words, range_words
from parley.catalog.listing import Listing
from parley.conversation import Conversation
from parley.endpoint import Endpoint
from parley.errors import Refused
from parley.pricing.wording import UNKNOWN_FIGURE, write_money
from parley.projection import Month, cheapest_instead, projected
from parley.projection_export import Assumed, as_csv

VIEW = "projection"
WORDS_MAX_CHARS = 1_000
NOTHING_REPORTED = (
    "No reply of this conversation reported its figures, so there is nothing to project. "
    "Type figures instead."
)


@dataclass(frozen=True)
class Projected:
    """Every model's month, and what it was made from."""

    inputs: Inputs
    months: tuple[Month, ...]
    """Those of known price, the cheapest that hold every turn first."""
    unpriced: tuple[Month, ...]
    now: Month | None
    """On the model that is used now; `None` = the list does not hold it."""
    fetched_on: date | None = None
    """The day of the endpoint's own list, which dates its prices."""

    @property
    def assumed(self) -> Assumed:
        inputs = self.inputs
        return Assumed(inputs.audience, inputs.shape.turns, inputs.last_messages, self.now)

    def csv(self) -> bytes:
        """The file, those of unknown price too."""
        text = as_csv([*self.months, *self.unpriced], self.assumed, fetched_on=self.fetched_on)
        return f"{BYTE_ORDER_MARK}{text}".encode("utf-8", "replace")


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


def projection(inputs: Inputs, listing: Listing, now: str | None) -> Projected:
    """Every chat model of a list. `now`: the id of the model to compare with."""
    months = projected(
        listing.models,
        inputs.shape,
        inputs.audience,
        last_messages=inputs.last_messages,
        scales=inputs.scales,
    )
    priced = [month for month in months if month.cost is not None]
    return Projected(
        inputs,
        months=tuple(sorted(priced, key=_rank)),
        unpriced=tuple(month for month in months if month.cost is None),
        now=next((month for month in months if month.model.id == now), None),
        fetched_on=listing.fetched_at.date() if listing.fetched_at else None,
    )


def _rank(month: Month) -> tuple[bool, Decimal]:
    return month.holds_all is False, month.cost or Decimal(0)


def _draw(session: Session, found: Projected) -> None:
    for words in summary(found):
        st.caption(safe_label(words, WORDS_MAX_CHARS))
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


def summary(found: Projected) -> list[str]:
    """What was assumed, what it comes to on the model that is used now, and what would save; plain text."""
    audience, turns = found.inputs.audience, found.inputs.shape.turns
    conversations = f"{audience.conversations:,f}"
    if "." in conversations:
        conversations = conversations.rstrip("0").rstrip(".")
    assumed = (
        f"{counted(audience.users, 'user', 'users')} × {audience.conversations_a_day.normalize():f} a day × "
        f"{counted(audience.days_a_month, 'day', 'days')} = {conversations} conversations a month "
        f"of {counted(turns, 'turn', 'turns')}. "
        f"{found.inputs.words} Prices as they are now; all of it is an assumption (≈)."
    )
    if found.now is None:
        return [assumed]
    return [assumed, _now_words(found.now), _cheaper_words(found, found.now)]


def _now_words(now: Month) -> str:
    words = f"On {now.model.id}: {_money(now.cost, now)} a month"
    if now.trimming_saves is None:
        return f"{words}."
    if now.trimming_saves < 0:
        dearer = write_money(-now.trimming_saves)
        return (
            f"{words}; with the last messages alone ≈{dearer} more, as less comes from the cache."
        )
    return f"{words}; with the last messages alone ≈{write_money(now.trimming_saves)} less."


def _cheaper_words(found: Projected, now: Month) -> str:
    other = cheapest_instead(found.months, now)
    if other is None:
        less = "has a known price" if now.cost is None else f"costs less than {now.model.id}"
        return f"No other model that is known to hold every turn {less}."
    saves = other.saves_against(now)
    less = "" if saves is None else f", ≈{write_money(saves)} less"
    return f"The cheapest that holds every turn is {other.model.id}: {_money(other.cost, other)} a month{less}."


def columns_of(found: Projected) -> Columns[Month]:
    """The columns: those of trimming and of a comparison only where there is one."""
    columns: dict[str, Column[Month]] = {
        "model": Column("Model", 230, lambda one: usage_conversation.name_of(one.model)),
        "cost": Column(
            "A month",
            110,
            lambda one: _money(one.cost, one),
            lambda one: one.cost,
            help="US dollars",
        ),
        "range": Column("Range", 160, lambda one: range_words(one.least, one.most)),
        "conversation": Column(
            "A conversation", 120, lambda one: _money(one.per_conversation, one)
        ),
    }
    return (
        columns
        | _trimming(found)
        | _comparison(found.now)
        | {
            "holds": Column(
                "Holds", 150, lambda one: holds_words(one.too_long_from, one.holds_all)
            ),
            "price": Column("Price", 420, lambda one: _price(one, found.fetched_on)),
        }
    )


def _trimming(found: Projected) -> dict[str, Column[Month]]:
    if found.inputs.last_messages is None:
        return {}
    return {
        "trimmed": Column(
            "Trimmed", 110, lambda one: _money(one.trimmed, one), lambda one: one.trimmed
        ),
        "trimming": Column(
            "Trimming saves",
            120,
            lambda one: _approximate(one.trimming_saves),
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
    return "used now" if one is now else _approximate(saves)


def _money(amount: Decimal | None, month: Month) -> str:
    """Free is certain, whatever is assumed."""
    is_free = month.price is not None and month.price.free
    return "free" if is_free and amount is not None else _approximate(amount)


def _approximate(amount: Decimal | None) -> str:
    return UNKNOWN_FIGURE if amount is None else f"≈{write_money(amount)}"


def _price(month: Month, fetched_on: date | None) -> str:
    return next(iter(price_notes(month.model, fetched_on)), UNKNOWN_FIGURE)
