"""Fills Parley's store with a conversation before the app starts, through the same calls that the app makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from parley.attempt import Attempt, Turn
from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER, Conversation, Message, MessageState
from parley.endpoint import Endpoint
from parley.limits import LIMITS
from parley.reply import Reply
from parley.settings import Settings
from parley.store import Store
from parley.turns import Target, next_turn

MODEL_ID = "test-model"


def question(turn: int) -> str:
    return f"What is fact number {turn} about the sea, and why does it matter to a sailor?"


def answer(turn: int) -> str:
    """About 400 characters with some Markdown in it."""
    return (
        f"Fact **{turn}**: the tide follows the moon, and the moon is late by fifty minutes a day. "
        "A sailor who knows this can say when the harbour will be deep enough:\n\n"
        "- high water comes twice a day,\n- each one later than the last,\n"
        "- and spring tides follow a full or a new moon.\n\n"
        "So a table of tides is only a table of the moon, written for one harbour."
    )


def seed(data_dir: Path, base_url: str, turns: int) -> str:
    """A conversation of so many turns, all complete; returns its id."""
    settings = Settings.from_environ({"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "bench"})
    endpoint = settings.endpoints[0]
    store = Store.open(data_dir)
    try:
        conversation: Conversation | None = None
        path: list[Message] = []
        for number in range(turns):
            turn, reply = _one_turn(store, conversation, path, endpoint, number)
            conversation = conversation or turn.new_conversation
            path += [turn.user, reply] if turn.user else [reply]
    finally:
        store.close()
    assert conversation is not None
    return conversation.id


def _one_turn(
    store: Store,
    conversation: Conversation | None,
    path: list[Message],
    endpoint: Endpoint,
    number: int,
) -> tuple[Turn, Message]:
    target = Target(endpoint, Model(id=MODEL_ID))
    turn = next_turn(LOCAL_OWNER, conversation, path, question(number), target)
    running = Reply(turn.reply, LOCAL_OWNER, lambda: None)
    attempt = Attempt(turn, turn.call, running, max_chars=LIMITS.reply_chars)
    store.begin_turn(
        LOCAL_OWNER,
        user=turn.user,
        reply=turn.reply,
        request=attempt.request,
        conversation=turn.new_conversation,
    )
    ended = replace(turn.reply, text=answer(number), state=MessageState.COMPLETE)
    outcome = replace(
        attempt.outcome(MessageState.COMPLETE, None), ended_at=datetime.now(UTC), http_status=200
    )
    store.finish_reply(LOCAL_OWNER, ended, outcome)
    return turn, ended
