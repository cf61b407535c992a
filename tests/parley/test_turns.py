"""What goes out for a new message: the conversation as the reader sees it, less what failed and what was thought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Message, MessageState, Role, new_id
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import PromptRefused
from parley.request_messages import composition_of, wire_messages
from parley.turns import Target, checked_prompt, next_turn
from tests.parley.talk import MODEL, priced, say
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


ENDPOINT = Endpoint("Mine", "https://api.example.com/v1")
ASSISTANT, SYSTEM, USER = Role.ASSISTANT, Role.SYSTEM, Role.USER
FAILED, STOPPED = MessageState.FAILED, MessageState.STOPPED


def path(*turns: tuple[Role, str] | tuple[Role, str, MessageState]) -> list[Message]:
    """Messages one after the other, each the parent of the next."""
    messages: list[Message] = []
    for role_, text_, *state in turns:
        parent = messages[-1].id if messages else None
        ended = state[0] if state else MessageState.COMPLETE
        messages.append(Message(new_id(), "c1", parent, role_, text_, state=ended))
    return messages


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        ([], []),
        ([(USER, "a"), (ASSISTANT, "b")], ["user a", "assistant b"]),
        ([(SYSTEM, "s"), (USER, "a"), (ASSISTANT, "b")], ["system s", "user a", "assistant b"]),
        ([(USER, "a"), (ASSISTANT, "", STOPPED)], ["user a"]),
        ([(USER, "a"), (ASSISTANT, "", STOPPED), (USER, "b")], ["user a\n\nb"]),
        ([(USER, "a"), (ASSISTANT, "", FAILED), (USER, "b")], ["user b"]),
        ([(USER, "a"), (ASSISTANT, " \n", FAILED), (USER, "b")], ["user b"]),
        (
            [(USER, "a"), (ASSISTANT, "half", FAILED), (USER, "b")],
            ["user a", "assistant half", "user b"],
        ),
        ([(USER, "a"), (ASSISTANT, "one"), (ASSISTANT, "two")], ["user a", "assistant one\n\ntwo"]),
    ],
    ids=str,
)
def test_a_path_goes_out_as_turns_that_take_turns(
    before: list[tuple[Role, str]], sent: list[str]
) -> None:
    wire = wire_messages(path(*before))

    assert [f"{message['role']} {message['content']}" for message in wire] == sent


def test_a_question_that_was_only_thought_about_is_sent_along() -> None:
    asked, thought, further = path((USER, "a"), (ASSISTANT, "", FAILED), (USER, "shorter, please"))

    wire = wire_messages([asked, replace(thought, reasoning="Let me see."), further])

    assert wire == [{"role": "user", "content": "a\n\nshorter, please"}]


def test_the_first_message_begins_a_conversation_called_after_it() -> None:
    turn = next_turn("ann", None, [], "  Why is\nthe sky blue? ", Target(ENDPOINT, priced(8192)))

    begun = turn.new_conversation
    assert begun is not None
    assert (begun.title, begun.endpoint, begun.model) == (
        "Why is the sky blue?",
        "Mine",
        "test-model",
    )
    assert turn.owner == "ann"
    assert turn.user is not None
    assert (turn.user.conversation_id, turn.user.parent_id) == (begun.id, None)
    assert (turn.reply.conversation_id, turn.reply.parent_id) == (begun.id, turn.user.id)
    assert (turn.reply.model, turn.reply.endpoint) == ("test-model", "Mine")
    assert turn.reply.state is MessageState.STREAMING
    assert (turn.price, turn.context_window) == (priced().price, 8192)


def test_a_further_message_continues_where_the_conversation_ended() -> None:
    first = next_turn("ann", None, [], "Hello", Target(ENDPOINT, MODEL))
    history = path((USER, "Hello"), (ASSISTANT, "Hi"))

    turn = next_turn(
        "ann", first.new_conversation, history, "Why?", Target(ENDPOINT, Model("other"))
    )

    assert turn.new_conversation is None
    assert turn.user is not None
    assert turn.user.parent_id == history[-1].id
    assert turn.reply.model == turn.call.model == "other"


@pytest.mark.parametrize(
    ("before", "text_", "continues_at"),
    [
        ([(USER, "a"), (ASSISTANT, "", FAILED)], "a", None),
        ([(USER, "a"), (ASSISTANT, "", FAILED)], "b", 1),
        ([(USER, "a"), (ASSISTANT, "half", FAILED)], "a", 1),
        ([(USER, "a"), (ASSISTANT, "", STOPPED)], "a", 1),
        ([(USER, "0"), (ASSISTANT, "1"), (USER, "a"), (ASSISTANT, "", FAILED)], "a", 1),
    ],
    ids=str,
)
def test_only_the_very_question_that_failed_without_a_word_is_replaced(
    before: list[tuple[Role, str]], text_: str, continues_at: int | None
) -> None:
    conversation = next_turn("ann", None, [], "a", Target(ENDPOINT, MODEL)).new_conversation
    history = path(*before)

    turn = next_turn("ann", conversation, history, text_, Target(ENDPOINT, MODEL))

    assert turn.user is not None
    expected = None if continues_at is None else history[continues_at].id
    assert turn.user.parent_id == expected


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "a?b"),
        (" a ", " a "),
        ("\u202ea", "\u202ea"),
        ("\x1ba", "\x1ba"),
    ],
)
def test_i_3_only_what_no_request_can_carry_is_taken_out(typed: str, sent: str) -> None:
    assert checked_prompt(typed) == sent


def test_the_composition_counts_characters_by_where_they_come_from() -> None:
    messages = path((USER, "123"), (ASSISTANT, "1234"), (USER, "12"))
    sent = wire_messages(messages, system_prompt="12345")

    counted = composition_of(sent, messages[:-1], messages[-1], system_prompt="12345")

    assert counted == {"system": 5, "history": 7, "attachments": 0, "new": 2}
