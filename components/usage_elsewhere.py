"""A conversation that took place, on every other model of its endpoint: what the same turns would have cost there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import streamlit as st

from components import usage_conversation, usage_table
from components.learned_ratios import learned
from components.model_comparison import price_notes
from components.my_use import counted
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from components.usage_table import Column, Columns, holds_words, range_words
from parley.endpoint import Endpoint
from parley.pricing.costing import EXACT_DIGITS, CostTotal
from parley.pricing.wording import UNKNOWN_FIGURE, sign_of, write_money, write_total
from parley.repricing import Elsewhere, Repricing, repriced
from parley.usage import State

VIEW = "elsewhere"
ASSUMED = (
    "Assumed are the same questions and answers, though another model might answer at another length. "
    "≈ is an estimate, since each model cuts a text into tokens of its own; the range is that of its tokens per "
    "character seen so far, and – where too few were seen."
)


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the choice of a conversation, what it cost, and the table."""
    conversation = usage_conversation.choose(services, owner, session, VIEW)
    if conversation is None:
        return
    calls = services.store.ledger(owner, conversation_id=conversation.id)
    endpoint = usage_conversation.endpoint_for(services, owner, session, conversation)
    listing = usage_conversation.listing_of(services, owner, endpoint) if endpoint else None
    if endpoint is None or listing is None:
        return
    found = repriced(calls, listing.models, learned(services, owner, calls))
    st.caption(safe_label(paid_words(found, endpoint), usage_conversation.WORDS_MAX_CHARS))
    if found.calls:
        fetched_on = listing.fetched_at.date() if listing.fetched_at else None
        _table(session, found, fetched_on)


def _table(session: Session, found: Repricing, fetched_on: date | None) -> None:
    st.caption(ASSUMED)
    if found.priced:
        columns = columns_of(found.paid, fetched_on)
        alt = f"This conversation on {len(found.priced):,} models"
        usage_table.show(session, VIEW, columns, found.priced, alt=alt)
    usage_conversation.tell_unpriced([one.model for one in found.unpriced])


def paid_words(found: Repricing, endpoint: Endpoint) -> str:
    """What is repriced and what it cost; plain text."""
    if not found.calls:
        return (
            "Nothing of this conversation went to a model from here, so there is nothing to price."
        )
    words = (
        f"{counted(found.calls, 'call', 'calls')}, attempts and other branches included, "
        f"paid by the ledger: {write_total(found.paid)}. "
        f"Below: the same calls at the prices known now for the models of {endpoint.name}."
    )
    if found.paid.unpriced:
        return f"{words} What was paid is not known in full, so there is no difference to tell."
    if found.paid.partial:
        return f"{words} Of a reply that was cut short, what is known of it is compared (≥)."
    return words


def columns_of(paid: CostTotal, fetched_on: date | None) -> Columns[Elsewhere]:
    """The columns; `fetched_on` is the day of the endpoint's own list, which dates its prices."""
    return {
        "model": Column("Model", 230, lambda one: usage_conversation.name_of(one.model)),
        "cost": Column("Would cost", 120, _cost, _amount, help="US dollars for all of its calls"),
        "range": Column("Range", 150, _range),
        "difference": Column(
            "Against paid",
            110,
            lambda one: difference_words(one.total, paid),
            lambda one: _difference(one.total, paid),
            help="US dollars; with − it would have cost less",
        ),
        "holds": Column("Could hold", 150, _holds, help="By its context window and longest output"),
        "rests_on": Column(
            "Tokens per character",
            210,
            lambda one: one.rests_on,
            help="As seen in the newest calls, with the least, the most and the number of requests (n)",
        ),
        "price": Column("Price", 420, lambda one: price_words(one, fetched_on)),
    }


def _cost(one: Elsewhere) -> str:
    """What is missing from a lower bound is the same on each line, so it stands above the table alone."""
    total = one.total
    if total is None or total.amount is None:
        return UNKNOWN_FIGURE
    if total.all_free:
        return "free"
    return f"{_sign(total)}{write_money(total.amount)}"


def _sign(total: CostTotal) -> str:
    if total.unpriced or total.partial:
        return sign_of(State.PARTIAL)
    return sign_of(State.ESTIMATED) if total.estimated else ""


def _amount(one: Elsewhere) -> Decimal | None:
    return None if one.total is None else one.total.amount


def _range(one: Elsewhere) -> str:
    if one.total is None:
        return UNKNOWN_FIGURE
    if _is_certain(one.total):
        return "exact"
    return range_words(one.least, None if one.total.unpriced else one.most)


def _is_certain(total: CostTotal) -> bool:
    return not (total.estimated or total.partial or total.unpriced)


def _holds(one: Elsewhere) -> str:
    words = holds_words(one.too_long_from, one.holds_all)
    perhaps = one.perhaps_too_long_from
    if perhaps is None or perhaps == one.too_long_from:
        return words
    return f"{words}, perhaps not from turn {perhaps:,} on"


def price_words(one: Elsewhere, fetched_on: date | None) -> str:
    """The price that is used, with source and date."""
    return next(iter(price_notes(one.model, fetched_on)), UNKNOWN_FIGURE)


def difference_words(total: CostTotal | None, paid: CostTotal) -> str:
    """What it would have cost more, or with − less, than what was paid; "–" where a call of either is unpriced."""
    difference = _difference(total, paid)
    if difference is None or total is None:
        return UNKNOWN_FIGURE
    sign = "" if _is_certain(total) and _is_certain(paid) else "≈"
    return f"{sign}{'+' if difference > 0 else ''}{write_money(difference)}"


def _difference(total: CostTotal | None, paid: CostTotal) -> Decimal | None:
    if total is None or total.amount is None or paid.amount is None:
        return None
    if total.unpriced or paid.unpriced:
        return None
    with localcontext(prec=EXACT_DIGITS):
        return total.amount - paid.amount
