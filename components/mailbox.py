"""What a callback leaves for the run after it, safe from newer runs that cut in before any line.

Any access to the session may raise, because Streamlit wants to stop the run; a plain object does not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from streamlit.runtime.scriptrunner import RerunException

from parley.attachment import AttachedFile
from parley.errors import Notice
from parley.reply import Reply

T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """A message went out."""

    conversation_id: str
    reply_id: str
    took_files: bool = False
    """The files that waited went along."""


@dataclass(frozen=True)
class Refusal:
    """Something was not sent: what goes back to the reader, and why."""

    text: str = ""
    """For the message box."""
    notice: Notice | None = None
    files: tuple[AttachedFile, ...] = ()
    """Kept for the next message."""


@dataclass(frozen=True)
class Unsent:
    """What a budget stopped: to be sent all the same, if the reader says so."""

    begin: Callable[[str | None], Reply]
    """From the open conversation, as `sending.deliver` calls it."""
    otherwise: Refusal
    takes_files: bool
    when_sent: Callable[[], None] = lambda: None
    """For the place that it was written in, which still holds it."""


@dataclass
class Mailbox:
    """What became of the messages that one tab sent, until the next run of Chat takes it.

    A plain object, because a newer run stops an older one at its next access to the session, whatever that was
    about to keep there. The lock is held while a message is sent: a newer run waits, and then sees its conversation.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    opened: Opened | None = None
    refused: Refusal | None = None
    over_budget: Unsent | None = None
    """Stays until something else is sent."""


class Interruption:
    """Access in a callback that does not lose a submission to the next one.

    Any access may raise because a newer rerun is waiting. That rerun is kept, the access tried again, and the
    rerun raised once the submission is safe.
    """

    def __init__(self) -> None:
        self._later: RerunException | None = None

    def do(self, access: Callable[[], T]) -> T:
        """Run an access to the session to its end."""
        try:
            return access()
        except RerunException as later:
            self._later = later
            return access()

    def resume(self) -> None:
        """Give way to the newer rerun, if one came."""
        if self._later is not None:
            raise self._later
