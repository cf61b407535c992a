"""Sums of the ledger in words: no doubt is left out, and nothing unknown is written as 0."""

from __future__ import annotations

import doctest
from dataclasses import replace
from decimal import Decimal

import pytest

from parley import spending_words
from parley.spending import CacheUse, Spent, TokenSum, WhereTokensWent
from parley.spending_words import (
    cache_words,
    cached_words,
    calls_words,
    certainty_words,
    doubts_of,
    exact_words,
    input_words,
    money_of,
    output_words,
    reasoning_words,
    saved_figure,
    tokens_words,
)
from tests.parley.spent import NO_TOKENS, SURE, cache, spent, went


@pytest.mark.parametrize(
    ("one", "money", "exact", "doubts"),
    [
        (spent(), "$0.12", "Exactly $0.1234567.", "certain"),
        (spent("0.000000004", 1), "$0.0000000040", "Exactly $0.000000004.", "certain"),
        (
            spent(estimated=2),
            "≈$0.12",
            "With what is estimated it adds up to $0.1234567.",
            "2 estimated",
        ),
        (
            spent(partial=1, at_most="0.2", estimated=1),
            "≥$0.12",
            "What is known adds up to $0.1234567, and at most $0.2 with every reply that was cut short "
            "at its limit.",
            "1 estimated, 1 cut short",
        ),
        (
            spent(unpriced=1, unfinished=2),
            "≥$0.12",
            "What is known adds up to $0.1234567.",
            "1 unpriced, 2 without an outcome",
        ),
        (spent(None, 0, unpriced=3), "–", "", "3 unpriced"),
        (spent(None, 0, unused=3), "–", "", "nothing: no model was reached"),
        (spent("0", 0, free=3), "free", "", "certain"),
    ],
    ids=lambda given: None if isinstance(given, Spent) else str(given)[:20],
)
def test_u40_u41_a_sum_says_how_certain_it_is(
    one: Spent, money: str, exact: str, doubts: str
) -> None:
    assert (money_of(one), exact_words(one), doubts_of(one)) == (money, exact, doubts)


def test_u34_u40_u41_every_kind_of_call_is_counted_apart() -> None:
    one = spent(priced=1, free=2, estimated=3, partial=4, unpriced=5, unfinished=6, unused=1000)

    assert certainty_words(spent()) == "The cost of every call is certain."
    assert certainty_words(one) == (
        "Of 1,021 calls: 1 of certain cost; 2 free; 3 estimated (≈); "
        "4 cut short, which cost at least what is counted (≥); 5 unpriced; "
        "6 without an outcome: running or interrupted, of unknown cost; 1,000 that reached no model."
    )


def test_calls_are_told_apart_by_kind_and_it_is_said_when_some_are_left_out() -> None:
    kinds = {"comparison": 2, "chat": 1}

    assert calls_words(3, 9, kinds) == (
        "Calls this app made: 9; 3 of them are in this view: 1 chat, 2 comparison."
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (cache(), "– cached"),
        (cache(said=5, of=1200), "0 cached"),
        (cache(said=5, hits=1, cached=1000, of=1200), "1,000 cached"),
        (cache(said=4, hits=1, cached=1000, of=1200), "≥1,000 cached"),
        (cache(said=4, of=1200), "none cached, as far as is told"),
    ],
)
def test_what_was_cached_is_known_of_those_who_said_it(given: CacheUse, words: str) -> None:
    assert cached_words(given, SURE) == words


@pytest.mark.parametrize(
    ("given", "output", "words"),
    [
        (went(), NO_TOKENS, "– reasoning"),
        (went(0, 0, 0, 0, 0, 0, 9), SURE, "0 reasoning"),
        (went(0, 0, 0, 0, 0, 7, 9), SURE, "7 reasoning"),
        (went(0, 0, 0, 0, 0, 7, 9), TokenSum(16, 2, 0, 1), "≈7 reasoning"),
        (went(0, 0, 0, 0, 0, 7, 9), TokenSum(16, 2, 1, 0), "≥7 reasoning"),
        (went(0, 0, 0, 0, 0, 7, 9), TokenSum(16, 2, 0, 0, partial=1), "≥7 reasoning"),
        (went(0, 0, 0, 0, 0, 7, 9, 1), TokenSum(17, 2, 0, 1), "≥7 reasoning"),
        (went(0, 0, 0, 0, 0, 0, 9, 1), SURE, "no reasoning, as far as is told"),
    ],
)
def test_what_was_reasoning_is_known_of_those_who_said_it(
    given: WhereTokensWent, output: TokenSum, words: str
) -> None:
    assert reasoning_words(given, output) == words


def test_tokens_have_the_sign_of_their_state() -> None:
    sums = (SURE, NO_TOKENS, TokenSum(5, 1, 0, 1), TokenSum(5, 1, 1, 0))

    assert [tokens_words(one) for one in sums] == ["1,200", "–", "≈5", "≥5"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (went(), "Of no input it is known what it was made of."),
        (went(0, 0, 0, 0, 9), "Of no input it is known what it was made of."),
        (went(0, 0, 0, 9), "≈100 % of the input was new text."),
        (went(1, 0, 0, 9999), ">99 % of the input was new text. The rest: <1 % system prompt."),
        (
            went(10, 78, 2, 10, 1000),
            "≈78 % of the input was re-sent history. "
            "The rest: 10 % new text, 10 % system prompt, 2 % attachments. "
            "Not divided: 1,000 tokens, estimated or known by their sum alone.",
        ),
    ],
)
def test_the_largest_part_of_the_input_comes_first(given: WhereTokensWent, words: str) -> None:
    assert input_words(given) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (went(0, 0, 0, 0, 0, 0, 0, 9), ""),
        (went(0, 0, 0, 0, 0, 0, 9), "Nothing of the output was reasoning."),
        (went(0, 0, 0, 0, 0, 1, 3), "25 % of the output was reasoning."),
        (
            went(0, 0, 0, 0, 0, 1, 3, 5),
            "25 % of the 4 tokens of output of which a server told it was reasoning; of 5 nobody told it.",
        ),
    ],
)
def test_reasoning_is_a_share_of_what_was_told(given: WhereTokensWent, words: str) -> None:
    assert output_words(given) == words


RATE = "50 % of the input came out of a cache: 1 of 2 calls whose server told it had a hit"
HALF = cache(said=2, hits=1, cached=50, of=100, saved="0.5")


@pytest.mark.parametrize(
    ("given", "words", "saved"),
    [
        (cache(), "No server said how much of the input came out of its cache.", "–"),
        (
            cache(said=2, of=100, saved=None),
            "0 % of the input came out of a cache: 0 of 2 calls whose server told it had a hit.",
            "–",
        ),
        (
            HALF,
            f"{RATE}, which saved $0.50 against the price of other input, call by call.",
            "$0.50",
        ),
        (
            replace(HALF, saved=Decimal("-0.5")),
            f"{RATE}, which cost $0.50 more against the price of other input, call by call.",
            "−$0.50",
        ),
        (replace(HALF, saved=None), f"{RATE}; what that saved is not known.", "–"),
        (
            replace(HALF, unvalued=1),
            f"{RATE}, which saved $0.50 against the price of other input, call by call; "
            "1 more hit of unknown value.",
            "≥$0.50",
        ),
        (
            replace(HALF, unvalued=2),
            f"{RATE}, which saved $0.50 against the price of other input, call by call; "
            "2 more hits of unknown value.",
            "≥$0.50",
        ),
    ],
)
def test_u41_a_cache_is_told_with_what_it_saved_where_that_is_known(
    given: CacheUse, words: str, saved: str
) -> None:
    assert (cache_words(given), saved_figure(given)) == (words, saved)


def test_the_examples_of_the_words_are_true() -> None:
    assert doctest.testmod(spending_words).failed == 0
