"""The head of a conversation: its title and what it has used and cost so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from components.safe_text import safe_label
from components.services import Services
from parley.conversation import Conversation, MessageState
from parley.errors import (
    CannotConnect,
    CredentialMissing,
    LocalModelError,
    UntrustedServer,
    WrongBaseUrl,
)
from parley.pricing.costing import total_cost
from parley.pricing.wording import write_count, write_total
from parley.store import CallUsage
from parley.usage import Usage, total

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

REACHED_NOTHING = frozenset(
    kind.__name__
    for kind in (CannotConnect, UntrustedServer, CredentialMissing, LocalModelError, WrongBaseUrl)
)
"""Errors that come before any model; a web page may have answered with status 200."""


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
    calls = services.store.usage_of_conversation(owner, conversation.id)
    place.caption(safe_label(totals(calls)))


def totals(calls: list[CallUsage | None]) -> str:
    """Tokens and money of all calls that an endpoint took; `None` is a call that has no outcome yet."""
    answered = [call for call in calls if call is not None and reached_a_model(call)]
    open_calls = calls.count(None)
    if not answered:
        return "No usage yet."
    inputs = write_count(total([call.usage.input_tokens for call in answered]))
    outputs = write_count(total([call.usage.output_tokens for call in answered]))
    costs = total_cost([call.cost for call in answered])
    money = write_total(costs) if costs.amount is not None or costs.all_free else "–"
    words = [f"{inputs} tokens in", f"{outputs} out", f"cost {money}"]
    words.append(f"{len(answered):,} {'reply' if len(answered) == 1 else 'replies'}")
    if open_calls:
        words.append(f"{open_calls:,} not finished")
    return " · ".join(words)


def reached_a_model(call: CallUsage) -> bool:
    """Whether a call may have used anything.

    It did not when the endpoint refused it, when no endpoint of the kind was there, or when the reader stopped it
    before it was sent. Silence and a lost connection count: the endpoint may have billed them.
    """
    was_refused = call.http_status is not None and call.http_status >= 400
    was_never_sent = (
        call.state is MessageState.STOPPED and call.http_status is None and call.usage == Usage()
    )
    return not (was_refused or was_never_sent or call.error_kind in REACHED_NOTHING)
