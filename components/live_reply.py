"""Watches a running reply and paints it: the first text at once, then at most twenty times a second.

The loop runs in the script thread and gives way to every click. It never ends the reply.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from components import budget_line, composer, message_actions, notices, transcript
from components.painter import Painter
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from components.thread import Thread
from parley.reply import News, Phase, Reply

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

TICK_S = 0.05
"""Between two paintings."""
THOUGHT_S = 1.0
"""Between two paintings of reasoning."""
THOUGHT_CHARS = 1_000
"""So much of the reasoning is shown while it grows; all of it from the first word of the answer on."""
FIRST_WORD_S = 0.35
"""So long the older messages wait for it; Streamlit fades what was not drawn again after half a second."""
GLANCE_S = 0.01
"""Between two looks whether a click is waiting."""


class Bubble:
    """The place of the running reply on the page. Made before the history is drawn, watched to its end after it."""

    def __init__(
        self,
        services: Services,
        owner: str,
        session: Session,
        thread: Thread,
        stop_place: DeltaGenerator,
    ) -> None:
        assert thread.running is not None
        self._services, self._owner, self._session = services, owner, session
        self._thread = thread
        self._reply = thread.running
        self._stop_place = stop_place
        self._asked = self._reply.message.model
        _stop_button(stop_place, self._reply)
        # Whoever watches gets the question back when nothing comes: the tab that sent it may have been loaded anew.
        session.awaited_reply = self._reply.id
        with st.chat_message("assistant", avatar=transcript.ASSISTANT_AVATAR):
            self._answering = st.caption(safe_label(self._asked))
            # Takes the place of a notice of an earlier run, which would stand faded above the growing text.
            st.empty()
            budget_line.of_call(self._reply.budget)
            self._live = LiveReply(self._reply, st.container(key="live-reply"))
            self._foot = st.empty()
        self._live.glance()

    def glance(self) -> None:
        """Paint what has come meanwhile, if anything has."""
        self._live.glance()

    def await_first_word(self) -> None:
        """Give a quick model the page to itself: while history is drawn, a browser cannot show its first word.

        Not so long that what stands on the page from the run before would fade.
        """
        self._live.await_first_word(self._session, FIRST_WORD_S)

    def watch(self) -> Thread:
        """Draw the reply to its end, and then its receipt. Returns the thread as it is then."""
        reply = self._reply
        self._live.watch(self._session)
        if reply.message.model != self._asked:
            self._answering.caption(safe_label(reply.message.model))
        self._stop_place.empty()
        ended = _ended(self._services, self._owner, self._thread, reply)
        # The run that follows draws the notice at its place in the transcript; here it would stand a second time.
        if not composer.will_give_back(self._session, reply):
            with self._foot.container():
                self._draw_foot(ended)
        return ended

    def _draw_foot(self, ended: Thread) -> None:
        reply, where = self._reply, (self._services, self._owner, self._session)
        transcript.ending(*where, reply.message, ended.calls_of(reply.message))
        if reply.unsaved is not None:
            notices.show(reply.unsaved, key="unsaved")
        else:
            message_actions.show(*where, ended, reply.message)


def tell_of_another(services: Services, owner: str, thread: Thread) -> None:
    """A reply that is being written on another path of this conversation can be gone to, or stopped."""
    other = thread.elsewhere
    if other is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="elsewhere"):
        st.caption("A reply is being written on another version.", width="content")
        st.button(
            "Show it",
            key="show-elsewhere",
            type="tertiary",
            on_click=services.store.show_path,
            args=(owner, other.conversation_id, other.id),
        )
        st.button("Stop it", key="stop-elsewhere", type="tertiary", on_click=other.stop)


def _ended(services: Services, owner: str, thread: Thread, reply: Reply) -> Thread:
    calls = services.store.ledger(owner, reply_ids=[reply.id])
    return replace(
        thread,
        messages=(*thread.messages, reply.message),
        running=None,
        calls={**thread.calls, reply.id: calls},
    )


class LiveReply:
    """One running reply on the page."""

    def __init__(self, reply: Reply, place: DeltaGenerator) -> None:
        self.reply = reply
        self._status = place.empty()
        self._thinking = place.empty()
        self._painter = Painter(place)
        self._cursor = 0
        self._reasoning = ""
        self._shown_thoughts = ""
        self._next_thought_at = 0.0
        self._has_text = False
        self._status_words = ""

    def glance(self) -> None:
        """Paint what has come, without waiting for more."""
        self._paint(self.reply.news(self._cursor))

    def await_first_word(self, session: Session, at_most_s: float) -> None:
        until = time.monotonic() + at_most_s
        while (left := until - time.monotonic()) > 0 and not self.reply.ended:
            session.yield_to_streamlit()
            if self.reply.wait(self._cursor, min(left, GLANCE_S)):
                self.glance()
                if self._has_text:
                    return

    def watch(self, session: Session) -> None:
        """Paint until the reply has ended. A click leaves this loop by an exception of Streamlit's."""
        while True:
            # Read before the text, so that nothing that came in between is missed.
            ended = self.reply.ended
            news = self.reply.news(self._cursor)
            self._paint(news)
            if ended:
                self._status.empty()
                self._paint_thoughts()
                self._painter.close()
                return
            self._rest(session)

    def _paint(self, news: News) -> None:
        self._cursor = news.cursor
        if news.reasoning:
            self._reasoning += news.reasoning
            self._paint_end_of_thoughts()
        if news.text:
            if not self._has_text:
                self._has_text = True
                self._status.empty()
                self._paint_thoughts()
            self._painter.add(news.text)
        elif not self._has_text:
            self._paint_status(waiting_words(self.reply))

    def _paint_status(self, words: str) -> None:
        if words != self._status_words:
            self._status_words = words
            self._status.caption(safe_label(words))

    def _paint_end_of_thoughts(self) -> None:
        """While it thinks, once a second: thoughts can be longer than any answer, and are folded."""
        if time.monotonic() < self._next_thought_at:
            return
        self._next_thought_at = time.monotonic() + THOUGHT_S
        cut = "… " if len(self._reasoning) > THOUGHT_CHARS else ""
        self._show_thoughts(cut + self._reasoning[-THOUGHT_CHARS:])

    def _paint_thoughts(self) -> None:
        """Whole, when the answer begins and when the reply has ended."""
        if self._reasoning and self._reasoning != self._shown_thoughts:
            self._show_thoughts(self._reasoning)

    def _show_thoughts(self, words: str) -> None:
        self._shown_thoughts = words
        self._thinking.expander("Thinking", type="compact").text(plain(words))

    def _rest(self, session: Session) -> None:
        """Wait a tick, but look for clicks meanwhile, and wake at once for the first word and the end."""
        is_flowing = self._has_text or bool(self._reasoning)
        until = time.monotonic() + (TICK_S if is_flowing else 1.0)
        while (left := until - time.monotonic()) > 0:
            session.yield_to_streamlit()
            if is_flowing:
                woken = self.reply.wait_until_ended(min(left, GLANCE_S))
            else:
                woken = self.reply.wait(self._cursor, min(left, GLANCE_S))
            if woken:
                return


def waiting_words(reply: Reply) -> str:
    """What a reader is told while nothing has arrived."""
    waited = f"{time.monotonic() - reply.started_at:.0f} s"
    words = {
        Phase.STARTING: f"Starting the model on this machine… {waited}",
        Phase.QUEUED: f"Waiting for a free place at the endpoint… {waited}",
        Phase.STREAMING: f"Thinking… {waited}",
    }
    if reply.phase is Phase.RETRYING and reply.retry_at is not None:
        left = max(0, math.ceil(reply.retry_at - time.monotonic()))
        return f"The endpoint is busy; trying again in {left} s"
    return words.get(reply.phase, f"Waiting for the first word… {waited}")


def _stop_button(place: DeltaGenerator, reply: Reply) -> None:
    """A callback, so that it acts before anything is drawn again."""
    place.button(
        "Stop",
        key="stop",
        on_click=reply.stop,
        shortcut="Esc",
    )
