"""Averages in words: of how many calls each is one, and that it is a lower bound where it is."""

from __future__ import annotations

import doctest

import pytest

from parley import spending_means
from parley.spending import Spent, averages
from parley.spending_means import call_words, conversation_words, per_call, per_conversation
from tests.parley.spent import NO_TOKENS, spent


@pytest.mark.parametrize(
    ("one", "call", "conversation"),
    [
        (spent("1"), "$0.20", "$0.50"),
        (spent("1", 4, estimated=1), "≈$0.20", "≈$0.50"),
        (spent("1", 4, partial=1), "≥$0.20", "≥$0.50"),
        (spent("1", 5, unpriced=1), "$0.20", "≥$0.50"),
        (spent(None, 0, unpriced=1), "–", "–"),
        (spent("0", 0, free=4), "free", "free"),
    ],
)
def test_u41_a_mean_has_the_sign_of_what_it_is_made_of(
    one: Spent, call: str, conversation: str
) -> None:
    means = averages(one, one, 2)

    assert (per_call(means, one), per_conversation(means, one)) == (call, conversation)


def test_a_mean_says_of_how_many_it_is_one() -> None:
    one = spent("1", unpriced=1)

    assert call_words(averages(one, one, 2), one) == (
        "Averages per call, of those where it is known: cost of 5 calls, "
        "240 tokens in (5 calls), 240 out (5 calls)."
    )
    assert conversation_words(averages(one, one, 2)) == (
        "Per conversation: 3.0 calls on average, of 2 conversations; probes belong to none."
    )
    assert "of 1 conversation;" in conversation_words(averages(one, one, 1))


def test_of_nothing_there_is_no_mean() -> None:
    one, nothing = spent(None, 0, unfinished=1, tokens=NO_TOKENS), spent(None, 0, tokens=NO_TOKENS)
    means = averages(one, nothing, 0)

    assert "– tokens in (0 calls), – out (0 calls)." in call_words(means, one)
    assert conversation_words(means) == ""
    assert per_conversation(means, spent("0", 0, free=1)) == "–"


def test_the_examples_of_the_means_are_true() -> None:
    assert doctest.testmod(spending_means).failed == 0
