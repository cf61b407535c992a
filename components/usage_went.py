"""Where the tokens went, what caches did, and averages: figures, a sentence on each, and the table behind the bars."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from components import usage_charts
from components.safe_text import safe_label
from parley.money_of_parts import MoneyOfParts, money_words
from parley.pricing.wording import UNKNOWN_FIGURE, write_money
from parley.spending import Averages, CacheUse, Spent, WhereTokensWent
from parley.spending_means import call_words, conversation_words, per_call, per_conversation
from parley.spending_words import cache_words, input_words, output_words, percent, saved_figure

WORDS_MAX_CHARS = 600
MOST_PRICED = 500
"""So many calls are read one by one, to divide their money."""
IN, OUT = "in (≈)", "out"
BY_CHARACTERS = "Input is divided by its characters, since no server tells it (≈)."
NOT_MONEY = (
    "These are shares of tokens, not of money: that can be told for up to {most:,} calls that are reported in full, "
    "priced, and had nothing out of a cache."
)


def show(
    spent: Spent, went: WhereTokensWent, cache: CacheUse, means: Averages, money: MoneyOfParts
) -> None:
    """Draw all of it."""
    if went.placed or went.reasoning or went.answer:
        st.subheader("Where the tokens went", anchor=False)
        _went(went, money)
    st.subheader("Averages and caches", anchor=False)
    _averages(spent, cache, means)


def _averages(spent: Spent, cache: CacheUse, means: Averages) -> None:
    with st.container(horizontal=True, gap="medium"):
        for label, figure in (
            ("Average call", per_call(means, spent)),
            ("Average conversation", per_conversation(means, spent)),
            ("Out of a cache", percent(cache.hit_rate)),
            ("Saved by caches", saved_figure(cache)),
        ):
            st.metric(label, safe_label(figure), width="content")  # trusted: ours
    for words in (cache_words(cache), call_words(means, spent), conversation_words(means)):
        if words:
            st.caption(safe_label(words, WORDS_MAX_CHARS))


def _went(went: WhereTokensWent, money: MoneyOfParts) -> None:
    st.markdown(safe_label(input_words(went), WORDS_MAX_CHARS))
    for words in (money_words(money), output_words(went)):
        if words:
            st.markdown(safe_label(words, WORDS_MAX_CHARS))
    rows = [(part, side, tokens) for part, side, tokens in rows_of(went) if tokens]
    usage_charts.parts({part: tokens for part, _, tokens in rows}, [side for _, side, _ in rows])
    reason = "" if money_words(money) else f" {NOT_MONEY.format(most=MOST_PRICED)}"
    st.caption(safe_label(f"{BY_CHARACTERS}{reason}", WORDS_MAX_CHARS))
    _table(went, money)


def rows_of(went: WhereTokensWent) -> list[tuple[str, str, int]]:
    """Part, whether it is of the input or of the output, and tokens."""
    return [
        ("System prompt", IN, went.system),
        ("Re-sent history", IN, went.history),
        ("Attachments", IN, went.attachments),
        ("New text", IN, went.new),
        ("Input, not divided", IN, went.input_unplaced),
        ("Reasoning", OUT, went.reasoning),
        ("Answer", OUT, went.answer),
        ("Output, not divided", OUT, went.output_undivided),
    ]


def _table(went: WhereTokensWent, money: MoneyOfParts) -> None:
    opened = st.expander("The figures of this chart", key="went-figures", on_change="rerun")
    if opened.open:
        rows = rows_of(went)
        opened.dataframe(
            {
                "Part": [part for part, _, _ in rows],
                "Tokens": [written(went, part, tokens) for part, _, tokens in rows],
                "Of the input that was divided": [
                    share_of(went, part, tokens) for part, _, tokens in rows
                ],
                "Cost": [cost_of(money, part) for part, _, _ in rows],
            },
            hide_index=True,
            column_config=usage_charts.figure_columns(
                "Tokens", "Of the input that was divided", "Cost"
            ),
            alt="Tokens by what they were for",
        )


def written(went: WhereTokensWent, part: str, tokens: int) -> str:
    """A part of the input is an estimate, but for what was not divided."""
    return f"≈{tokens:,}" if is_divided(went, part) and tokens else f"{tokens:,}"


def cost_of(money: MoneyOfParts, part: str) -> str:
    """Of the calls whose money can be divided."""
    amount = money.amounts.get(part)
    return f"≈{write_money(amount)}" if amount else UNKNOWN_FIGURE


def share_of(went: WhereTokensWent, part: str, tokens: int) -> str:
    share: Decimal | None = went.share_of_input(tokens) if is_divided(went, part) else None
    return UNKNOWN_FIGURE if share is None else percent(share)


def is_divided(went: WhereTokensWent, part: str) -> bool:
    return part in [name for name, side, _ in rows_of(went)[:4]] and went.placed > 0
