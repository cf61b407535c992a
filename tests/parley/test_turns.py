"""What goes out for a new message: the conversation as the reader sees it, less what failed and what was thought."""

from __future__ import annotations

import pytest

from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import PromptRefused
from parley.turns import checked_prompt, wire_messages
from tests.parley.talk import say
from tests.upstream import Upstream, done, finish, role, status, text, usage


def test_the_next_message_carries_the_conversation_but_no_reasoning(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("<think>secret</think>Four"), finish(), usage(1, 1), done())

    first = say(engine, endpoint, "Two and two?")
    say(engine, endpoint, "And three?", first.conversation_id)

    assert first.message.reasoning == "secret"
    assert upstream.chats[1].body["messages"] == [
        {"role": "user", "content": "Two and two?"},
        {"role": "assistant", "content": "Four"},
        {"role": "user", "content": "And three?"},
    ]


def test_a_question_that_failed_without_a_word_is_replaced_when_it_is_sent_again(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(500, "no"))
    failed = say(engine, endpoint, "Hello?")

    again = say(engine, endpoint, "Hello?", failed.conversation_id)

    assert [message["content"] for message in upstream.chats[1].body["messages"]] == ["Hello?"]
    shown = engine.store.messages(OWNER, failed.conversation_id)
    assert [message.text for message in shown] == ["Hello?", again.message.text]


def test_another_question_after_a_failure_leaves_the_failed_one_on_the_page_but_does_not_send_it(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(500, "no"))
    failed = say(engine, endpoint, "First")

    say(engine, endpoint, "Second", failed.conversation_id)

    assert [message["content"] for message in upstream.chats[1].body["messages"]] == ["Second"]
    assert len(engine.store.messages(OWNER, failed.conversation_id)) == 4


@pytest.mark.parametrize("typed", ["", "   \n", "\u200b\u200d", "\x00"])
def test_i_1_nothing_readable_is_not_sent(typed: str) -> None:
    with pytest.raises(PromptRefused):
        checked_prompt(typed)


def test_i_2_too_long_a_message_is_refused_with_its_length() -> None:
    with pytest.raises(PromptRefused, match="4,000,001"):
        checked_prompt("x" * 4_000_001)

    assert checked_prompt("x" * 4_000_000)


def test_what_is_sent_is_what_was_typed(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    typed = "  <script>alert(1)</script> $5 :red[x] \u202e![x](http://x)\n\ttab  "

    say(engine, endpoint, typed)

    assert upstream.chats[0].body["messages"][0]["content"] == typed
    assert wire_messages([]) == []
