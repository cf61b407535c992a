"""What a reader is told while nothing has arrived yet."""

from __future__ import annotations

import time

import pytest

from components.live_reply import waiting_words
from parley.conversation import Message, MessageState, Role
from parley.reply import Phase, Reply

MESSAGE = Message("r1", "c1", "u1", Role.ASSISTANT, "", state=MessageState.STREAMING, model="m")


def waiting(phase: Phase, retry_in_s: float | None = None) -> str:
    reply = Reply(MESSAGE, "ann", stop=lambda: None)
    reply.started_at = time.monotonic() - 3.1
    reply.enter(phase, None if retry_in_s is None else time.monotonic() + retry_in_s)
    return waiting_words(reply)


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.STARTING, "Starting the model on this machine… 3 s"),
        (Phase.QUEUED, "Waiting for a free place at the endpoint… 3 s"),
        (Phase.WAITING, "Waiting for the first word… 3 s"),
        (Phase.STREAMING, "Thinking… 3 s"),
    ],
)
def test_a_wait_says_what_for_and_how_long(phase: Phase, words: str) -> None:
    assert waiting(phase) == words


@pytest.mark.parametrize(("left_s", "words"), [(4.5, "5 s"), (-1.0, "0 s")])
def test_u6_a_busy_endpoint_is_told_with_a_countdown(left_s: float, words: str) -> None:
    assert waiting(Phase.RETRYING, left_s) == f"The endpoint is busy; trying again in {words}"


def test_a_retry_without_a_moment_is_told_as_a_wait() -> None:
    assert waiting(Phase.RETRYING) == "Waiting for the first word… 3 s"
