"""A store of 10,000 conversations with 200,000 messages: what the sidebar and a search cost the server."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.measuring import Figures
from parley.conversation import LOCAL_OWNER, Conversation, Message, Record, Role, new_id
from parley.store import Store

CONVERSATIONS = 10_000
MESSAGES_EACH = 20
PER_TRANSACTION = 500
WORDS = 40
"""In a message."""
SHOWN = 50

QUERIES = {
    "search rare": "w19999",
    "search common": "w1",
    "search two words": "w1 w2",
    "search beginning": "w1 w19",
    "search nothing": "nowhere",
}
"""Words are as frequent as in a language: `w1` is in nearly every message, `w19999` in a handful."""


def fill(folder: Path) -> Store:
    """A store of that size, in a folder of its own."""
    store = Store.open(folder)
    chance = random.Random(7)
    records = _records(chance)
    while batch := list(itertools.islice(records, PER_TRANSACTION)):
        store.add_records(LOCAL_OWNER, batch)
    return store


def _records(chance: random.Random) -> Iterator[Record]:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(CONVERSATIONS):
        at = began + timedelta(minutes=40 * number)
        thread = Conversation(new_id(), f"Conversation {number}", at, at, "Bench", "test-model")
        messages: list[Message] = []
        for place in range(MESSAGES_EACH):
            role = Role.ASSISTANT if place % 2 else Role.USER
            parent = messages[-1].id if messages else None
            words = _words(chance)
            messages.append(Message(new_id(), thread.id, parent, role, words, created_at=at))
        yield Record(thread, tuple(messages))


def _words(chance: random.Random) -> str:
    """Zipf's law: the n-th word is n times rarer than the first."""
    return " ".join(f"w{int(20_000 ** chance.random())}" for _ in range(WORDS))


def measure(store: Store) -> Figures:
    """Milliseconds of each."""
    figures: Figures = {
        "many sidebar": _took_ms(lambda: store.conversations(LOCAL_OWNER, limit=SHOWN))
    }
    for figure, words in QUERIES.items():
        figures[figure] = _took_ms(partial(store.search, LOCAL_OWNER, words))
    return figures


def _took_ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
