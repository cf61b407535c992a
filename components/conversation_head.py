"""The head of a conversation: its title and what it has used and cost so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from components import currency, transfer_panel
from components.safe_text import safe_label
from components.services import Services
from parley.conversation import Conversation
from parley.pricing.costing import CostTotal, total_cost
from parley.pricing.price import UNKNOWN_COST
from parley.pricing.wording import write_count, write_total
from parley.spending import reached_a_model
from parley.store import CallUsage
from parley.usage import UNKNOWN, total

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

WORDS_MAX_CHARS = 400


def show(services: Services, owner: str, conversation: Conversation) -> DeltaGenerator:
    """Draw title and totals; returns the place of the totals, to be drawn again when a reply has ended."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(safe_label(conversation.title), anchor=False, width="stretch")
        with st.popover("Export", icon=":material/download:", type="tertiary", key="export-menu"):
            transfer_panel.export_buttons(services, owner, conversation)
    place = st.empty()
    show_totals(place, services, owner, conversation)
    return place


def show_totals(
    place: DeltaGenerator, services: Services, owner: str, conversation: Conversation
) -> None:
    """Draw what the conversation has used and cost so far."""
    # Read before the calls: a reply that ends in between has its outcome then.
    reply = services.engine.running(owner, conversation.id)
    calls = services.store.usage_of_conversation(owner, conversation.id)
    words = totals(
        calls,
        is_running=reply is not None and not reply.ended,
        second=lambda costs: currency.second_of_total(services, owner, costs),
    )
    place.caption(safe_label(words, WORDS_MAX_CHARS))


def totals(
    calls: list[CallUsage | None],
    *,
    is_running: bool = False,
    second: Callable[[CostTotal], str] = lambda _: "",
) -> str:
    """Tokens and money of all calls that an endpoint may have taken; `None` is a call without an outcome.

    The last of these is left out while a reply is being written; the others were interrupted, so that what they
    used is unknown. `second`: the money in the reader's own currency, in words; "" where none is set.
    """
    being_written = is_running and calls[-1:] == [None]
    counted = [call for call in calls[: len(calls) - being_written] if may_have_used(call)]
    if not counted:
        return "No usage yet."
    inputs = write_count(total([call.usage.input_tokens if call else UNKNOWN for call in counted]))
    outputs = write_count(
        total([call.usage.output_tokens if call else UNKNOWN for call in counted])
    )
    costs = total_cost([call.cost if call else UNKNOWN_COST for call in counted])
    money = write_total(costs) if costs.amount is not None or costs.all_free else "–"
    other = second(costs)
    cost = f"cost {money} ({other})" if other else f"cost {money}"
    words = [f"{inputs} tokens in", f"{outputs} out", cost]
    interrupted = counted.count(None)
    answered = len(counted) - interrupted
    if answered:
        words.append(f"{answered:,} {'reply' if answered == 1 else 'replies'}")
    if interrupted:
        words.append(f"{interrupted:,} not finished")
    return " · ".join(words) + (" so far" if being_written else "")


def may_have_used(call: CallUsage | None) -> bool:
    """One that was interrupted was recorded just before it was sent, so it may have used something."""
    return call is None or reached_a_model(call)
