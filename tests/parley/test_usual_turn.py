"""What is usual is what was seen: nothing is made up where nothing was."""

from __future__ import annotations

from fractions import Fraction

import pytest

from parley.conversation import LedgerEntry, Message, Role
from parley.usage import UNKNOWN, Count, State, Usage
from parley.usual_turn import Seen, cached_share, given, seen, usual_answer, usual_message
from tests.parley.calls import OWN, cut, entry, usage


def message(role: Role, text: str) -> Message:
    return Message("m", "c", None, role, text)


def test_the_middle_one_is_one_that_was_seen() -> None:
    assert seen([5, 1, 9]) == Seen(1, 5, 9, 3)
    assert seen([1, 9]) == Seen(1, 1, 9, 2)
    assert seen([]) is None
    assert given(7) == Seen(7, 7, 7, 0)


def test_a_usual_message_is_one_that_the_reader_wrote() -> None:
    path = [message(Role.USER, "abc"), message(Role.ASSISTANT, "abcdef"), message(Role.USER, " ")]

    assert usual_message(path) == Seen(3, 3, 3, 1)
    assert usual_message([]) is None


def test_a_usual_answer_is_this_models_and_only_without_one_another_models() -> None:
    entries = [
        entry(usage(1, 10)),
        entry(usage(1, 90), model="other"),
        entry(cut(Count(1, State.REPORTED), 1)),
        entry(),
    ]

    assert usual_answer(entries, OWN) == Seen(10, 10, 10, 1)
    assert usual_answer(entries, "third") == Seen(10, 10, 90, 2)
    assert usual_answer(entries[2:], OWN) is None


@pytest.mark.parametrize(
    ("entries", "share"),
    [
        ([], 0),
        ([entry()], 0),
        ([entry(usage(100, 1))], 0),
        ([entry(usage(0, 1, 0))], 0),
        ([entry(usage(100, 1, 90)), entry(usage(100, 1, 40))], Fraction(2, 5)),
        ([entry(usage(100, 1, 40)), entry(usage(100, 1, 90), model="other")], Fraction(2, 5)),
        ([entry(usage(100, 1, 400))], 1),
        ([entry(Usage(UNKNOWN, Count(4, State.REPORTED)))], 0),
    ],
    ids=["empty", "u40", "u34-unsaid", "zero", "the-last", "another-model", "u37-more", "u34"],
)
def test_the_share_from_the_cache_is_that_of_this_models_last_reply(
    entries: list[LedgerEntry], share: Fraction
) -> None:
    assert cached_share(entries, OWN) == share
