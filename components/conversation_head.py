"""The head of a conversation: its title and what it has used and cost so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from components.safe_text import safe_label
from components.services import Services
from parley.conversation import Conversation, LedgerEntry
from parley.pricing.costing import total_cost
from parley.pricing.wording import write_count, write_total
from parley.usage import total

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def show(services: Services, owner: str, conversation: Conversation) -> DeltaGenerator:
    """Draw title and totals; returns the place of the totals, to be drawn again when a reply has ended."""
    st.subheader(safe_label(conversation.title), anchor=False)
    place = st.empty()
    show_totals(place, services, owner, conversation)
    return place


def show_totals(
    place: DeltaGenerator, services: Services, owner: str, conversation: Conversation
) -> None:
    """Draw what the conversation has used and cost so far."""
    entries = services.store.ledger(owner, conversation_id=conversation.id)
    place.caption(safe_label(totals(entries)))


def totals(entries: list[LedgerEntry]) -> str:
    """Tokens and money of all calls that an endpoint took; calls that it refused used nothing."""
    outcomes = [entry.outcome for entry in entries if entry.outcome is not None]
    answered = [outcome for outcome in outcomes if not _was_refused(outcome.http_status)]
    open_calls = len(entries) - len(outcomes)
    if not answered:
        return "No usage yet."
    inputs = write_count(total([outcome.usage.input_tokens for outcome in answered]))
    outputs = write_count(total([outcome.usage.output_tokens for outcome in answered]))
    costs = total_cost([outcome.cost for outcome in answered])
    money = write_total(costs) if costs.amount is not None or costs.all_free else "–"
    words = [f"{inputs} tokens in", f"{outputs} out", f"cost {money}"]
    words.append(f"{len(answered):,} {'reply' if len(answered) == 1 else 'replies'}")
    if open_calls:
        words.append(f"{open_calls:,} not finished")
    return " · ".join(words)


def _was_refused(status: int | None) -> bool:
    return status is not None and status >= 400
