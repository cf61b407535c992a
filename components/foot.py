"""What stands above the message box: how full the window is, waiting files, the long editor, the next turn's price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from components import composer, long_message, next_turn
from components.choice import Choice
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from components.thread import Thread
from parley.attaching import limits_in_words, takes_images
from parley.chat_settings import ChatSettings
from parley.context import Carried, carried
from parley.pricing.wording import write_count, write_share
from parley.usage import CHARS_PER_TOKEN, Count, State

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

TOO_MUCH = (
    "That does not fit: choose a model with a larger window, or let the settings of this chat send its last messages "
    "alone."
)


def show(
    services: Services, owner: str, session: Session, thread: Thread | None, choice: Choice
) -> DeltaGenerator:
    """Draw it; returns the place of what is said of the window, to be drawn again when a reply has ended."""
    long_message.show(services, owner, session, choice.model, lambda: carried_by(session, thread))
    with st.container(key="foot", horizontal=True, vertical_alignment="center", gap="small"):
        place = st.container(width="stretch").empty()
        composer.pending(session)
        long_message.opener(session)
        with st.popover("Files", icon=":material/attach_file:", type="tertiary", key="file-limits"):
            images = takes_images(choice.model)
            st.caption(safe_label(limits_in_words(takes_images=images is not False)))
            if images is None:
                st.caption("Nobody says whether this model takes images; the endpoint will.")
        next_turn.show(
            services, owner, session, thread, choice, lambda: carried_by(session, thread)
        )
    show_context(place, session, thread, choice)
    return place


def show_context(
    place: DeltaGenerator, session: Session, thread: Thread | None, choice: Choice
) -> None:
    """Say how full the window is, and when the conversation does not fit any more."""
    window = choice.model.context_window if choice.model else None
    waiting = [file.attachment for file in session.pending_files]
    tokens = carried_by(session, thread).with_text(len(long_message.typed(session)), waiting)
    if window is not None and (tokens.value or 0) >= window:
        place.warning(safe_label(f"{words(tokens, window)}. {TOO_MUCH}"))
    else:
        place.caption(safe_label(words(tokens, window)))


def carried_by(session: Session, thread: Thread | None) -> Carried:
    """What the next message takes along."""
    if thread is None:
        settings: ChatSettings = session.draft_settings
        chars = len(settings.system_prompt)
        known = Count(round(chars / CHARS_PER_TOKEN), State.ESTIMATED if chars else State.REPORTED)
        return Carried(known, CHARS_PER_TOKEN, is_learned=False)
    settings = thread.conversation.settings
    return carried(
        thread.messages,
        thread.calls,
        system_prompt=settings.system_prompt,
        at_most=settings.sent_messages,
        is_whole=not thread.left_out,
    )


def words(tokens: Count, window: int | None) -> str:
    """How full the window is."""
    if not tokens.value:
        return f"Context: empty, {window:,} tokens fit" if window else "Context: empty"
    if window is None:
        return f"Context carried: {write_count(tokens)} tokens of –"
    share = write_share(tokens, window).removesuffix(" of context").replace("≈<", "<")
    return f"Context carried: {write_count(tokens)} of {window:,} tokens ({share})"
