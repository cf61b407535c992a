"""A database as the first Parley left it: two owners, a tree of messages, a ledger. Written past today's program."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from parley.store.backing import Backing
from parley.store.migrating import SCRIPTS, migrate

NOON = "2026-11-01 12:00:00.000000+00:00"

CONVERSATIONS = [("ann", "tree", "Motörhead", 2), ("ann", "empty", "Nothing yet", 1)]
BOBS = [("bob", "tree", "Bob's", 1)]

MESSAGES: Sequence[tuple[str, str, str, str | None, str, str, str]] = [
    ("ann", "tree", "q1", None, "user", "Who sang Ace of Spades?", "complete"),
    ("ann", "tree", "a1", "q1", "assistant", "Lemmy Kilmister", "complete"),
    ("ann", "tree", "a2", "q1", "assistant", "Motörhead did", "stopped"),
    ("ann", "tree", "q2", "a1", "user", "And the drummer?", "complete"),
    ("ann", "tree", "a3", "q2", "assistant", "Philthy Ani", "streaming"),
    ("bob", "tree", "q1", None, "user", "Who sang it?", "complete"),
]
"""(owner, conversation, id, parent, role, text, state), in the order of their arrival."""

_CONVERSATION = text(
    """
    INSERT INTO conversations(owner, id, title, created_at, updated_at, recency, endpoint, model)
    VALUES (:owner, :id, :title, :noon, :noon, :recency, 'W&B Inference', 'Qwen/Qwen3')
    """
)
_MESSAGE = text(
    """
    INSERT INTO messages(owner, conversation_id, id, parent_id, role, text, reasoning, state,
        created_at, model, endpoint, tool_calls)
    VALUES (:owner, :conversation, :id, :parent, :role, :text, '', :state, :noon, '', '', '[]')
    """
)
_REQUEST = text(
    """
    INSERT INTO requests(owner, attempt_id, reply_id, conversation_id, kind, endpoint, base_url,
        model, sent_at, composition, parameters)
    VALUES (:owner, :attempt, :reply, 'tree', 'chat', 'W&B Inference', 'https://x/v1', 'Qwen/Qwen3',
        :noon, '{}', '{}')
    """
)
_OUTCOME = text(
    """
    INSERT INTO outcomes(owner, attempt_id, ended_at, state, input_tokens, input_tokens_state,
        cached_tokens_state, output_tokens_state, reasoning_tokens_state, cost_state, cost_lines,
        cost_amount, cost_source, cost_free, speed_source, timing_track)
    VALUES (:owner, :attempt, :noon, 'complete', 12, 'reported', 'unknown', 'unknown', 'unknown',
        'reported', '[]', '0.00000000000000000001', '', :no, '', '[]')
    """
)


def first_schema(folder: Path) -> Path:
    """The scripts as they were then, in a new folder."""
    return _scripts_without(folder / "first", "r000[2-9]*")


def second_schema(folder: Path) -> Path:
    """The scripts as they were before anything was kept about models."""
    return _scripts_without(folder / "second", "r000[3-9]*")


def _scripts_without(scripts: Path, *later: str) -> Path:
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__", *later))
    return scripts


def fill(backing: Backing, scripts: Path) -> None:
    migrate(backing, scripts=scripts, newest="0001")
    with backing.engine.begin() as connection:
        for owner, known, title, recency in [*CONVERSATIONS, *BOBS]:
            values = {"owner": owner, "id": known, "title": title, "recency": recency}
            connection.execute(_CONVERSATION, {**values, "noon": NOON})
        for owner, thread, known, parent, role, said, state in MESSAGES:
            values = {"owner": owner, "conversation": thread, "id": known, "parent": parent}
            rest = {"role": role, "text": said, "state": state, "noon": NOON}
            connection.execute(_MESSAGE, {**values, **rest})
        for attempt, reply in (("t1", "a1"), ("t2", "a2"), ("t3", "a3")):
            values = {"owner": "ann", "attempt": attempt, "reply": reply, "noon": NOON}
            connection.execute(_REQUEST, values)
        connection.execute(_OUTCOME, {"owner": "ann", "attempt": "t1", "noon": NOON, "no": False})
    backing.close()
