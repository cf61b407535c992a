"""Averages of the ledger in words: of how many calls or conversations each is one, and what is not in it. Pure."""

from __future__ import annotations

from decimal import Decimal

from parley.pricing.wording import UNKNOWN_FIGURE, write_money
from parley.spending import Averages, Spent
from parley.spending_words import calls_of


def per_call(means: Averages, spent: Spent) -> str:
    """Money for a headline."""
    if spent.total.all_free:
        return "free"
    sign = "≥" if spent.partial else "≈" if spent.estimated else ""
    return _signed(sign, means.cost_per_call)


def per_conversation(means: Averages, spent: Spent) -> str:
    """Money for a headline."""
    if spent.total.all_free and means.conversations:
        return "free"
    sign = "≥" if means.is_lower_bound else "≈" if spent.estimated else ""
    return _signed(sign, means.cost_per_conversation)


def _signed(sign: str, mean: Decimal | None) -> str:
    return UNKNOWN_FIGURE if mean is None else f"{sign}{write_money(mean)}"


def call_words(means: Averages, spent: Spent) -> str:
    """Of what the mean of a call is one."""
    tokens_in, tokens_out = spent.input, spent.output
    return (
        f"Averages per call, of those where it is known: cost of {calls_of(means.calls)}, "
        f"{_rounded(means.input_per_call)} tokens in ({calls_of(tokens_in.known)}), "
        f"{_rounded(means.output_per_call)} out ({calls_of(tokens_out.known)})."
    )


def conversation_words(means: Averages) -> str:
    """Of what the mean of a conversation is one; empty where there is none."""
    if not means.conversations or means.calls_per_conversation is None:
        return ""
    number = means.conversations
    return (
        f"Per conversation: {means.calls_per_conversation:,.1f} calls on average, "
        f"of {number:,} {'conversation' if number == 1 else 'conversations'}; probes belong to none."
    )


def _rounded(mean: Decimal | None) -> str:
    """
    >>> _rounded(None), _rounded(Decimal("1234.5")), _rounded(Decimal("0.4"))
    ('–', '1,234', '0.4')
    """
    if mean is None:
        return UNKNOWN_FIGURE
    return f"{mean:,.0f}" if mean >= 10 or mean == 0 else f"{mean:,.1f}"
