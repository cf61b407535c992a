"""What budgets say before a message is sent: what a usual reply costs, what is left, and when it gets narrow.

Nothing is drawn where no budget is set. Nothing is read where a model costs nothing, nor while a reply is written.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from components import budget_override, foot, long_message
from components.choice import Choice
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from components.thread import Thread
from parley.budget import Standing
from parley.budget_gate import SEEN_CALLS, costs_nothing, standings
from parley.budget_note import BudgetNote
from parley.budget_words import left_words, usual_words, warnings_of
from parley.calendar_groups import zone_named
from parley.catalog.model import Model
from parley.chat_settings import ChatSettings
from parley.errors import StoreError
from parley.usual_reply import UsualReply, usual_reply
from parley.usual_turn import usual_message
from parley.wanted_calls import Wanted

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

WORDS_MAX_CHARS = 1_000
LEFT = "budget-left"


def show(
    place: DeltaGenerator,
    services: Services,
    owner: str,
    session: Session,
    thread: Thread | None,
    choice: Choice,
) -> None:
    """Draw it into a place that holds one element; nothing of a budget that cannot be read now."""
    model = choice.model
    if model is None or costs_nothing(choice.endpoint, model.price):
        return
    if thread is not None and thread.running is not None:
        _while_it_is_answered(place, session)
        return
    session.set_widget(LEFT, "")
    try:
        stand = standing_now(services, owner, thread.conversation.id if thread else "")
        if not stand:
            return
        usual = _usual(services, owner, session, thread, choice.endpoint.name, model)
    except StoreError:
        return
    left = f"{left_words(stand)}."
    session.set_widget(LEFT, left)
    warned = " ".join(warnings_of(stand, usual, model.id))
    with place.container(gap="small"):
        st.caption(safe_label(f"{usual_words(usual, model.id)}. {left}", WORDS_MAX_CHARS))
        # On a phone there is no room to say it twice.
        if warned and not budget_override.is_offered(session):
            st.warning(safe_label(warned, WORDS_MAX_CHARS), icon=":material/savings:")


def _while_it_is_answered(place: DeltaGenerator, session: Session) -> None:
    """The reply counts with the most that it may cost, which would look spent; nor does it wait for sums."""
    left = session.widget(LEFT)
    if left:
        place.caption(safe_label(f"Before this reply: {left}", WORDS_MAX_CHARS))


def standing_now(services: Services, owner: str, conversation_id: str) -> list[Standing]:
    """How each budget stands on the reader's day; an empty id stands for a new conversation.

    Raises:
        StoreError: it could not be read.
    """
    now = datetime.now(zone_named(st.context.timezone))
    return standings(services.store, owner, conversation_id, now)


def of_call(note: BudgetNote | None) -> None:
    """Say what a budget did to the call that is running, if anything."""
    if note is not None and note.words:
        st.caption(safe_label(note.words))


def _usual(
    services: Services,
    owner: str,
    session: Session,
    thread: Thread | None,
    endpoint_name: str,
    model: Model,
) -> UsualReply:
    settings: ChatSettings = thread.conversation.settings if thread else session.draft_settings
    usual = usual_message(thread.messages) if thread else None
    chars = len(long_message.typed(session)) or (usual.usual if usual else 0)
    waiting = [file.attachment for file in session.pending_files]
    inputs = foot.carried_by(session, thread).with_text(chars, waiting)
    wanted = Wanted(endpoints=(endpoint_name,), models=(model.id,))
    calls = services.store.calls_page(owner, wanted, limit=SEEN_CALLS).calls
    return usual_reply(calls, model.price, inputs.value or 0, settings.max_tokens)
