"""Says something to an endpoint through the real engine, and waits for what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal

from parley.catalog.model import Fact, Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.pricing.price import Price
from parley.reply import Reply
from parley.turns import Target, next_turn

MODEL = Model("test-model")


def priced(window: int | None = None) -> Model:
    """The same model with a price, and with a context window where one is given."""
    price = Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03"), source="a test")
    facts = [Fact("price", price, "a test")]
    if window:
        facts.append(Fact("context_window", window, "a test"))
    return Model("test-model", tuple(facts))


def begin(
    engine: Engine,
    endpoint: Endpoint,
    text: str = "Hello",
    conversation_id: str | None = None,
    model: Model = MODEL,
) -> Reply:
    """Send `text`, in a new conversation unless one is named."""
    conversation = engine.store.conversation(OWNER, conversation_id) if conversation_id else None
    history = engine.store.messages(OWNER, conversation_id) if conversation_id else []
    return engine.begin(next_turn(OWNER, conversation, history, text, Target(endpoint, model)))


def say(
    engine: Engine,
    endpoint: Endpoint,
    text: str = "Hello",
    conversation_id: str | None = None,
    model: Model = MODEL,
) -> Reply:
    """Send `text` and wait for the end of the reply."""
    reply = begin(engine, endpoint, text, conversation_id, model)
    assert reply.wait_until_ended(15), "the reply did not end"
    return reply


def wait_until(holds: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Return as soon as it holds; `AssertionError` when it does not in time."""
    until = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.005)
