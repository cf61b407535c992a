"""At today's prices: what the calls of a period would cost by the price that their models have now, by model.

A view of its own: what was paid stays as the ledger has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache

import streamlit as st

from components import known_model, notices, usage_filters, usage_table
from components.my_use import counted
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from components.usage_elsewhere import difference_words
from components.usage_table import Column, Columns
from parley.catalog.entry import LISTED_SOURCE
from parley.conversation import LedgerEntry
from parley.errors import StoreError
from parley.pricing.price import Price
from parley.pricing.wording import UNKNOWN_FIGURE, write_price, write_total
from parley.spending_words import figure_of
from parley.todays_prices import AtTodaysPrices, ModelToday, PriceOf, WhyNot, at_todays_prices
from parley.wanted_calls import Wanted

VIEW = "today"
MOST_CALLS = 5_000
PAGE_CALLS = 500
MOST_REASONS = 30
WORDS_MAX_CHARS = 1_000
LABEL = (
    "This is not what was paid: each call again at the price that its model has today on its endpoint, "
    "your own prices first. Receipts and every other sum keep the price of their day."
)
NOT_FETCHED = (
    "Today's prices are in a model list that was not fetched since Parley was started; "
    "Models fetches it. It is that of"
)
NOTHING = "No call is within these filters."


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the filters, the sums, the table by model, and what could not be repriced."""
    try:
        wanted = usage_filters.show(services, owner, session)
        if wanted is not None:
            _view(services, owner, session, wanted)
    except StoreError as unreadable:
        notices.show(unreadable.notice, key="usage-today-notice")


def _view(services: Services, owner: str, session: Session, wanted: Wanted) -> None:
    total = services.store.calls_page(owner, wanted, limit=1).total
    if not total:
        st.info(NOTHING)
        return
    prices_at = cache(lambda name, base_url: prices_of(services, owner, name, base_url))
    with st.spinner("Repricing", show_time=True):
        found = at_todays_prices(newest_calls(services, owner, wanted), prices_at)
    st.caption(LABEL)
    if total > MOST_CALLS:
        st.info(f"Of {total:,} calls the newest {MOST_CALLS:,} are repriced here.")
    st.text(plain(sum_words(found)))
    if found.models:
        columns = columns_of(prices_at, base_urls_of(services, owner))
        if not found.total.unpriced_then.replies:
            columns = {name: one for name, one in columns.items() if name != "unpriced"}
        alt = f"{counted(len(found.models), 'model', 'models')} at today's prices"
        usage_table.show(session, VIEW, columns, found.models, alt=alt)
    _lists_to_fetch(services, owner, found)
    _not_repriced(found)


def newest_calls(services: Services, owner: str, wanted: Wanted) -> Iterator[LedgerEntry]:
    """At most `MOST_CALLS`, in pages, so that never more than one page is held."""
    after = None
    for _ in range(MOST_CALLS // PAGE_CALLS):
        page = services.store.calls_page(owner, wanted, after=after, limit=PAGE_CALLS)
        yield from page.calls
        if (after := page.next) is None:
            return


def prices_of(services: Services, owner: str, name: str, base_url: str) -> PriceOf | None:
    """Today's prices at an endpoint; `None` = it is not set up any more, or now has another address."""
    endpoint = services.endpoints.named(owner, name)
    if endpoint is None or endpoint.base_url != base_url:
        return None
    known = known_model.lookup(services, owner, endpoint)
    listing = services.catalog.peek(endpoint)
    fetched_at = listing.fetched_at if listing else None
    return cache(lambda model_id: _dated(known(model_id).price, fetched_at))


def _dated(price: Price | None, fetched_at: datetime | None) -> Price | None:
    """What the endpoint's own list says is as old as the list."""
    if price is None or fetched_at is None or price.source != LISTED_SOURCE:
        return price
    return replace(price, as_of=price.as_of or fetched_at.date())


def base_urls_of(services: Services, owner: str) -> Callable[[str], str]:
    def base_url(name: str) -> str:
        endpoint = services.endpoints.named(owner, name)
        return "" if endpoint is None else endpoint.base_url

    return base_url


def sum_words(found: AtTodaysPrices) -> str:
    """The sums in plain text."""
    total = found.total
    parts = [f"{counted(total.today.replies, 'call', 'calls')} repriced"]
    if total.today.replies:
        parts.append(f"paid then, as recorded: {write_total(total.then)}")
        parts.append(f"at today's prices: {write_total(total.today)}")
        parts.append(f"difference: {difference_words(total.today, total.then)}")
    if total.unpriced_then.replies:
        number = counted(total.unpriced_then.replies, "call", "calls")
        parts.append(
            f"{number} without a price then, in neither sum: {write_total(total.unpriced_then)} today"
        )
    if found.unused:
        parts.append(f"{counted(found.unused, 'call', 'calls')} reached no model and cost nothing")
    return "; ".join(parts) + "."


def columns_of(
    prices_at: Callable[[str, str], PriceOf | None], base_url: Callable[[str], str]
) -> Columns[ModelToday]:
    def price_words(one: ModelToday) -> str:
        price_of = prices_at(one.asked.endpoint, base_url(one.asked.endpoint))
        return todays_price_words(price_of(one.asked.model) if price_of else None)

    return {
        "model": Column("Model", 230, lambda one: one.asked.model),
        "endpoint": Column("Endpoint", 140, lambda one: one.asked.endpoint),
        "calls": Column(
            "Calls", 65, lambda one: f"{_calls(one):,}", lambda one: Decimal(_calls(one))
        ),
        "then": Column(
            "Paid then",
            90,
            lambda one: figure_of(one.then),
            lambda one: one.then.amount,
            help="US dollars, as recorded",
        ),
        "today": Column(
            "At today's prices",
            120,
            lambda one: figure_of(one.today),
            lambda one: one.today.amount,
            help="US dollars for the same calls",
        ),
        "difference": Column(
            "Difference",
            95,
            lambda one: difference_words(one.today, one.then),
            lambda one: one.difference,
            help="US dollars; with − it would cost less today",
        ),
        "unpriced": Column(
            "Unpriced then",
            160,
            _unpriced_words,
            lambda one: one.unpriced_then.amount,
            help="Calls that had no price when they were sent, at today's; in neither sum",
        ),
        "price": Column("Price today", 420, price_words),
    }


def _calls(one: ModelToday) -> int:
    return one.today.replies + one.unpriced_then.replies


def _unpriced_words(one: ModelToday) -> str:
    if not one.unpriced_then.replies:
        return UNKNOWN_FIGURE
    number = counted(one.unpriced_then.replies, "call", "calls")
    return f"{number}: {write_total(one.unpriced_then)}"


def todays_price_words(price: Price | None) -> str:
    """
    >>> todays_price_words(None)
    '–'
    """
    if price is None:
        return UNKNOWN_FIGURE
    dated = f", as of {price.as_of.isoformat()}" if price.as_of else ", undated"
    return f"{write_price(price)} (source: {price.source}{dated})"


def _lists_to_fetch(services: Services, owner: str, found: AtTodaysPrices) -> None:
    """Prices may be missing only because nobody has asked for them yet; this view asks for nothing."""
    named = {asked.endpoint for asked, why in found.not_repriced if why is WhyNot.NO_PRICE}
    endpoints = [services.endpoints.named(owner, name) for name in sorted(named)]
    unasked = [one.name for one in endpoints if one and services.catalog.peek(one) is None]
    if unasked:
        st.info(safe_label(f"{NOT_FETCHED} {', '.join(unasked)}.", WORDS_MAX_CHARS))


def _not_repriced(found: AtTodaysPrices) -> None:
    lines = [
        f"{asked.model} at {asked.endpoint}: {counted(number, 'call', 'calls')}, because {why}"
        for (asked, why), number in sorted(found.not_repriced.items())
    ]
    if not lines:
        return
    number = counted(sum(found.not_repriced.values()), "call", "calls")
    with st.expander(safe_label(f"Not repriced: {number}"), key="usage-today-left-out"):
        for line in lines[:MOST_REASONS]:
            st.text(plain(line)[:WORDS_MAX_CHARS])
        if len(lines) > MOST_REASONS:
            st.text(f"and {len(lines) - MOST_REASONS:,} more of such lines")
