"""Which conversations have a reply under way, asked for all at once."""

from __future__ import annotations

import threading

from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint
from parley.engine import Engine
from tests.parley.talk import begin
from tests.upstream import Upstream, done, finish, role, text, wait_for


def test_a_conversation_is_among_the_running_ones_until_its_reply_has_ended(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    may_end = threading.Event()
    upstream.script(role(), text("So far"), wait_for(may_end), finish(), done())
    reply = begin(engine, endpoint)

    running = engine.running_conversations(OWNER)

    assert running == {reply.conversation_id}
    assert engine.running_conversations("somebody else") == set()
    may_end.set()
    assert reply.wait_until_ended(5)
    assert engine.running_conversations(OWNER) == set()
