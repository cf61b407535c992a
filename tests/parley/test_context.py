"""How full the window is before sending: built on the last call, and never less than what goes along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parley.attachment import Attachment, AttachmentKind
from parley.context import carried, carried_along, messages_that_fit
from parley.conversation import LedgerEntry, Message, MessageState, Role, new_id
from parley.usage import Count, State, Usage
from tests.parley.store.turns import outcome_of, request_for

USER, ASSISTANT = Role.USER, Role.ASSISTANT
REPORTED, ESTIMATED, PARTIAL = State.REPORTED, State.ESTIMATED, State.PARTIAL


def path(*texts: str) -> list[Message]:
    messages: list[Message] = []
    for number, text in enumerate(texts):
        parent = messages[-1].id if messages else None
        role = ASSISTANT if number % 2 else USER
        messages.append(Message(new_id(), "c", parent, role, text))
    return messages


def call(
    reply: Message, *, tokens: tuple[int, int, int] | None = None, **composition: int
) -> dict[str, list[LedgerEntry]]:
    """The call that brought a reply, with the tokens in, out and of thoughts that were reported."""
    request = replace(request_for(reply), composition=composition)
    outcome = outcome_of(request)
    if tokens is not None:
        counts = [Count(number, REPORTED) for number in tokens]
        usage = Usage(counts[0], Count(0, REPORTED), counts[1], counts[2])
        outcome = replace(outcome, usage=usage)
    return {reply.id: [LedgerEntry(request, outcome)]}


def test_an_empty_chat_carries_nothing() -> None:
    assert carried([], {}).tokens == Count(0, REPORTED)


def test_what_was_reported_goes_along_but_not_the_thoughts() -> None:
    messages = path("a" * 800, "b" * 40)
    calls = call(messages[1], tokens=(200, 60, 50), new=800)

    found = carried(messages, calls)

    assert found.tokens == Count(210, ESTIMATED)
    assert found.chars_per_token == 4.0
    assert found.is_learned
    assert found.with_text(400).value == 310


def test_the_ratio_is_that_of_the_last_request_when_it_was_long_enough() -> None:
    long, short = path("a" * 900, "b"), path("a" * 9, "b")

    learned = carried(long, call(long[1], tokens=(300, 1, 0), new=900))
    usual = carried(short, call(short[1], tokens=(9, 1, 0), new=9))

    assert (learned.chars_per_token, usual.chars_per_token) == (3.0, 4.0)


def test_without_usage_the_characters_of_the_last_request_count_whatever_is_on_the_page() -> None:
    messages = path("question", "answer")
    calls = call(messages[1], history=40_000, new=8)

    found = carried(messages, calls, is_whole=False)

    assert found.tokens == Count(round((40_008 + 6) / 4), ESTIMATED)
    assert not found.is_learned


def test_without_any_call_what_is_on_the_page_is_the_least() -> None:
    messages = path("a" * 40, "b" * 40)

    assert carried(messages, {}).tokens == Count(20, ESTIMATED)
    assert carried(messages, {}, is_whole=False).tokens == Count(20, PARTIAL)
    assert carried(messages, {}, is_whole=False).with_text(4).state is PARTIAL


def test_another_system_prompt_is_counted_instead_of_the_one_that_was_sent() -> None:
    messages = path("a" * 800, "b")
    calls = call(messages[1], tokens=(300, 1, 0), system=400, new=800)

    assert carried(messages, calls, system_prompt="x" * 400).tokens.value == 301
    assert carried(messages, calls, system_prompt="x" * 4_400).tokens.value == 1_301


def test_a_request_that_held_the_end_alone_says_nothing_of_the_whole() -> None:
    messages = path("a" * 4_000, "b" * 4_000, "c" * 40, "d" * 40)
    calls = call(messages[3], tokens=(10, 10, 0), new=40)

    assert (carried(messages, calls).tokens.value or 0) >= 1_000


def test_a_reply_that_came_to_nothing_is_not_built_upon() -> None:
    messages = path("a" * 800, "b" * 40, "c" * 40_000, "")
    failed = replace(messages[3], state=MessageState.FAILED)
    calls = call(messages[1], tokens=(200, 10, 0), new=800) | call(
        failed, tokens=(9_000, 0, 0), history=840, new=40_000
    )

    assert carried([*messages[:3], failed], calls).tokens.value == 210


@pytest.mark.parametrize(
    ("at_most", "along"), [(None, "abcd"), (1, ""), (2, ""), (3, "cd"), (4, "cd"), (5, "abcd")]
)
def test_the_new_question_is_one_of_those_that_may_go(at_most: int | None, along: str) -> None:
    messages = path("a", "b", "c", "d")

    assert "".join(one.text for one in carried_along(messages, at_most)) == along


def test_files_that_wait_are_added() -> None:
    notes = Attachment("f", "a.txt", AttachmentKind.TEXT, "text/plain", chars=400)

    assert carried([], {}).with_text(0, [notes]) == Count(100, ESTIMATED)


@pytest.mark.parametrize(("window", "fit"), [(1_000, 4), (60, 2), (10, 1)])
def test_so_many_of_the_last_messages_fit(window: int, fit: int) -> None:
    messages = path("a" * 100, "b" * 100, "c" * 100, "d" * 100)

    assert messages_that_fit(messages, window, 4.0, 0) == fit
