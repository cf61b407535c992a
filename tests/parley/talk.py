"""Says something to an endpoint through the real engine, and waits for what becomes of it."""

from __future__ import annotations

from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.reply import Reply
from parley.turns import next_turn

MODEL = Model("test-model")


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
    return engine.begin(next_turn(OWNER, conversation, history, text, endpoint, model))


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
