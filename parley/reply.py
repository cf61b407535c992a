"""A `Reply` is the message being written: its growing text, its state, waiting for news, stop.

It belongs to the process, not to a page: many threads may watch one. It is written by the engine's loop alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from parley.budget_note import BudgetNote
from parley.conversation import Message, Outcome
from parley.errors import Notice


class Phase(StrEnum):
    """What a reply is doing right now."""

    STARTING = "starting"
    """The model on this machine is being started."""
    QUEUED = "queued"
    """As many requests as the endpoint takes are running already."""
    WAITING = "waiting"
    """Sent; nothing has arrived yet."""
    RETRYING = "retrying"
    """The endpoint asked to wait; `retry_at` says until when."""
    STREAMING = "streaming"
    ENDED = "ended"


@dataclass(frozen=True)
class News:
    """What arrived since a watcher last looked."""

    text: str
    reasoning: str
    cursor: int
    """To be passed to the next `Reply.news`."""


class Reply:
    """One running or just ended reply."""

    def __init__(self, message: Message, owner: str, stop: Callable[[], None]) -> None:
        self.id = message.id
        self.conversation_id = message.conversation_id
        self.owner = owner
        self.started_at = time.monotonic()
        self.phase = Phase.WAITING
        self.retry_at: float | None = None
        """`time.monotonic()` of the next attempt while retrying."""
        self.outcome: Outcome | None = None
        self.unsaved: Notice | None = None
        """Set when the store could not keep the end of the reply."""
        self.recorded = False
        """The ledger has the request that the outcome belongs to."""
        self.budget: BudgetNote | None = None
        """What a budget did to the call that is running."""
        self._message = message
        self._stop = stop
        self._pieces: list[tuple[bool, str]] = []
        self._changed = threading.Condition()

    @property
    def ended(self) -> bool:
        """It is complete and stored; nothing will change any more."""
        return self.phase is Phase.ENDED

    @property
    def message(self) -> Message:
        """The message as far as it has been written."""
        if self.ended:
            return self._message
        text, reasoning = self.written()
        return replace(self._message, text=text, reasoning=reasoning)

    def written(self) -> tuple[str, str]:
        """Text and reasoning so far."""
        news = self.news(0)
        return news.text, news.reasoning

    def news(self, cursor: int) -> News:
        """What came after `cursor`; 0 = from the beginning."""
        pieces = self._pieces[cursor:]
        return News(
            text="".join(piece for is_text, piece in pieces if is_text),
            reasoning="".join(piece for is_text, piece in pieces if not is_text),
            cursor=cursor + len(pieces),
        )

    def wait(self, cursor: int, timeout_s: float) -> bool:
        """Block until something came after `cursor` or the reply ended; false after the timeout."""
        with self._changed:
            return self._changed.wait_for(
                lambda: len(self._pieces) > cursor or self.ended, timeout_s
            )

    def wait_until_ended(self, timeout_s: float) -> bool:
        """Block until the reply is stored; false after the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ended, timeout_s)

    def stop(self) -> None:
        """End the reply now; what arrived is kept. Does nothing when it has ended."""
        self._stop()

    def append(self, text: str, reasoning: str) -> None:
        """For the engine: more arrived."""
        with self._changed:
            if reasoning:
                self._pieces.append((False, reasoning))
            if text:
                self._pieces.append((True, text))
            self.phase = Phase.STREAMING
            self._changed.notify_all()

    def enter(self, phase: Phase, retry_at: float | None = None) -> None:
        """For the engine: another phase began."""
        with self._changed:
            self.phase, self.retry_at = phase, retry_at
            self._changed.notify_all()

    def end(self, message: Message, outcome: Outcome) -> None:
        """For the engine: all is stored."""
        with self._changed:
            self._message, self.outcome = message, outcome
            self.phase = Phase.ENDED
            self._changed.notify_all()
