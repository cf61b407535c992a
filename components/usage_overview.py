"""What was spent: the sum with what is certain of it, the days, who spent it, and where the tokens went."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import currency, notices, usage_charts, usage_filters, usage_groups, usage_went
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.errors import StoreError
from parley.fetch_count import LIST_FETCHES
from parley.money_of_parts import MoneyOfParts, money_of_parts
from parley.spending import CacheUse, Group, Spent, WhereTokensWent
from parley.spending_over_time import Course, course, uncosted
from parley.spending_words import (
    cached_words,
    calls_of,
    calls_words,
    certainty_words,
    exact_words,
    money_of,
    reasoning_words,
    tokens_words,
)
from parley.wanted_calls import Dimension, Wanted

WORDS_MAX_CHARS = 600
TOLD_APART = 4
"""So many models have a colour of their own."""
MOST_DAYS = 20_000
MEASURE = "usage_chart"
MONEY, TOKENS = "Money", "Tokens"
NOTHING_YET = "Nothing has been spent yet: no call has gone out from here. Every one will be counted on this page."
NOTHING_HERE = "No call is within these filters."


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the whole view."""
    try:
        _view(services, owner, session)
    except StoreError as unreadable:
        notices.show(unreadable.notice, key="usage-notice")


def _view(services: Services, owner: str, session: Session) -> None:
    everything = services.store.spent(owner)
    if not everything.calls:
        _nothing_yet()
        return
    wanted = usage_filters.show(services, owner, session)
    if wanted is None:
        return
    spent = services.store.spent(owner, wanted)
    if not spent.calls:
        st.info(NOTHING_HERE)
        return
    cache = services.store.cache_use(owner, wanted)
    went = services.store.where_tokens_went(owner, wanted)
    _headline(spent, cache, went)
    second = currency.second_of_total(services, owner, spent.total)
    if second:
        st.caption(f"In your currency: {safe_label(second, WORDS_MAX_CHARS)}")
    _calls(services, owner, wanted, spent, everything)
    _over_time(services, owner, wanted)
    st.subheader("Who spent it", anchor=False)
    usage_groups.show(services, owner, session, wanted)
    means = services.store.averages(owner, wanted)
    usage_went.show(spent, went, cache, means, _money(services, owner, wanted, spent))


def _money(services: Services, owner: str, wanted: Wanted, spent: Spent) -> MoneyOfParts:
    """Of few calls, since each has to be read."""
    if spent.calls > usage_went.MOST_PRICED:
        return MoneyOfParts()
    page = services.store.calls_page(owner, wanted, limit=usage_went.MOST_PRICED)
    return money_of_parts(page.calls)


def _nothing_yet() -> None:
    st.info(NOTHING_YET)
    st.page_link("chat.py", label="Go to Chat", icon=":material/chat:")
    _fetches()


def _headline(spent: Spent, cache: CacheUse, went: WhereTokensWent) -> None:
    inputs, outputs = spent.input, spent.output
    with st.container(horizontal=True, gap="medium"):
        st.metric("Spent", safe_label(money_of(spent)), width="content")
        _tokens("Tokens in", tokens_words(inputs), cached_words(cache, inputs))
        _tokens("Tokens out", tokens_words(outputs), reasoning_words(went, outputs))
        st.metric("Calls", f"{spent.calls:,}", width="content")
    for words in (exact_words(spent), certainty_words(spent)):
        if words:
            st.caption(safe_label(words, WORDS_MAX_CHARS))


def _tokens(label: str, figure: str, of_which: str) -> None:
    st.metric(
        label,  # trusted: ours
        safe_label(figure),
        delta=safe_label(f"of which {of_which}"),
        delta_color="off",
        delta_arrow="off",
        width="content",
    )


def _calls(services: Services, owner: str, wanted: Wanted, spent: Spent, everything: Spent) -> None:
    kinds = services.store.spent_by(owner, Dimension.KIND, wanted)
    by_kind = {group.key: group.spent.calls for group in kinds}
    st.caption(safe_label(calls_words(spent.calls, everything.calls, by_kind), WORDS_MAX_CHARS))
    _fetches()


def _fetches() -> None:
    if LIST_FETCHES.number:
        fetched = calls_of(LIST_FETCHES.number)
        st.caption(
            f"Counted apart: {safe_label(fetched)} for model lists since Parley was started."
        )


def _over_time(services: Services, owner: str, wanted: Wanted) -> None:
    st.subheader("Over time", anchor=False)
    measure = st.radio(
        "Bars show",
        [MONEY, TOKENS],
        key=MEASURE,
        horizontal=True,
        label_visibility="collapsed",
        bind="query-params",
    )
    found = course_of(services, owner, wanted)
    usage_charts.over_time(found, of_money=measure == MONEY)
    missing = uncosted(found.steps)
    if missing and measure == MONEY:
        st.caption(f"Of unknown cost, and in no bar: {safe_label(calls_of(missing))}.")
    opened = st.expander("The figures of this chart", key="time-figures", on_change="rerun")
    if opened.open:
        with opened:
            usage_charts.over_time_table(found)


def course_of(services: Services, owner: str, wanted: Wanted) -> Course:
    """By day, the models that cost most told apart."""
    models = services.store.spent_by(owner, Dimension.MODEL, wanted)
    # One more than has a colour of its own needs no "others".
    apart = models if len(models) <= TOLD_APART + 1 else models[:TOLD_APART]
    parts = {one.key: _days(services, owner, replace(wanted, models=(one.key,))) for one in apart}
    days = _days(services, owner, wanted)
    return course(days, parts, f"{len(models) - len(apart):,} other models")


def _days(services: Services, owner: str, wanted: Wanted) -> list[Group]:
    return services.store.spent_by(owner, Dimension.DAY, wanted, limit=MOST_DAYS)
