"""A reply while it is written: it grows, wakes those who wait, can be watched by many, and ends once."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

from parley.conversation import Message, MessageState, Outcome, Role
from parley.reply import News, Phase, Reply

MESSAGE = Message("r1", "c1", "u1", Role.ASSISTANT, "", state=MessageState.STREAMING, model="m")
OUTCOME = Outcome("a1", datetime(2026, 11, 23, tzinfo=UTC), MessageState.COMPLETE)


def running() -> Reply:
    return Reply(MESSAGE, "ann", stop=lambda: None)


def test_a_reply_begins_empty_and_waiting() -> None:
    reply = running()

    assert (reply.id, reply.conversation_id, reply.owner) == ("r1", "c1", "ann")
    assert (reply.phase, reply.ended, reply.outcome, reply.unsaved) == (
        Phase.WAITING,
        False,
        None,
        None,
    )
    assert reply.message == MESSAGE
    assert reply.news(0) == News("", "", 0)


def test_each_watcher_gets_all_of_it_at_its_own_pace() -> None:
    reply = running()
    reply.append("", "hm ")
    reply.append("Hel", "")

    first = reply.news(0)
    reply.append("lo", "so")

    assert first == News("Hel", "hm ", 2)
    assert reply.news(first.cursor) == News("lo", "so", 4)
    assert reply.news(0) == News("Hello", "hm so", 4)
    assert reply.written() == ("Hello", "hm so")
    assert reply.message == replace(MESSAGE, text="Hello", reasoning="hm so")
    assert reply.phase is Phase.STREAMING


def test_nothing_new_is_no_news() -> None:
    reply = running()
    reply.append("", "")

    assert reply.news(0) == News("", "", 0)


def test_waiting_ends_at_once_when_text_comes() -> None:
    reply = running()
    began = time.monotonic()
    threading.Timer(0.05, reply.append, ("Hi", "")).start()

    assert reply.wait(0, 5)

    assert time.monotonic() - began < 2
    assert not reply.wait(1, 0.01)
    assert not reply.wait_until_ended(0.01)


def test_waiting_ends_when_the_reply_ends_without_a_word() -> None:
    reply = running()
    threading.Timer(0.05, reply.end, (MESSAGE, OUTCOME)).start()

    assert reply.wait(0, 5)

    assert reply.ended
    assert reply.wait_until_ended(0)


def test_an_ended_reply_is_what_was_stored() -> None:
    reply = running()
    stored = replace(MESSAGE, text="Hello", state=MessageState.COMPLETE)
    reply.append("Hello", "")

    reply.end(stored, OUTCOME)

    assert (reply.message, reply.outcome, reply.phase) == (stored, OUTCOME, Phase.ENDED)


def test_a_phase_says_until_when_it_waits_and_the_next_forgets_it() -> None:
    reply = running()

    reply.enter(Phase.RETRYING, retry_at=12.5)
    retrying = (reply.phase, reply.retry_at)
    reply.enter(Phase.WAITING)

    assert retrying == (Phase.RETRYING, 12.5)
    assert (reply.phase, reply.retry_at) == (Phase.WAITING, None)


def test_stop_is_passed_on() -> None:
    stopped = threading.Event()

    Reply(MESSAGE, "ann", stop=stopped.set).stop()

    assert stopped.is_set()
