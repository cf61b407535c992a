"""Tokens per character are learned from what was reported, and never from too little."""

from __future__ import annotations

import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import tokens_per_character
from parley.conversation import LedgerEntry
from parley.tokens_per_character import (
    FEWEST_REQUESTS,
    SAME,
    Ratio,
    Scale,
    counted_by,
    ratios_seen,
    scale_between,
    scaled,
    scaled_usage,
)
from parley.usage import UNKNOWN, Count, State, Usage
from tests.parley.calls import entry, usage, usages

RATIO = Ratio(300, 1200, Fraction(1, 5), Fraction(1, 3), 4)


def sent(
    tokens: int, *, new: int, system: int = 0, history: int = 0, attachments: int = 0
) -> LedgerEntry:
    used = usage(tokens, 10)
    return entry(used, system=system, history=history, attachments=attachments, new=new)


def test_a_ratio_is_that_of_all_requests_with_the_lowest_and_the_highest_of_one() -> None:
    entries = [sent(100, new=500), sent(200, history=500, new=300), sent(300, system=900, new=100)]

    found = ratios_seen(entries)["own"]

    assert found == Ratio(600, 2300, Fraction(1, 5), Fraction(3, 10), 3)
    assert found.usual == Fraction(6, 23)


def test_nothing_is_learned_from_fewer_requests_than_it_takes() -> None:
    entries = [sent(100, new=500)] * (FEWEST_REQUESTS - 1)

    assert ratios_seen(entries) == {}


@pytest.mark.parametrize(
    "taught",
    [
        entry(new=500),
        entry(Usage(Count(100, State.ESTIMATED), UNKNOWN, Count(1, State.REPORTED)), new=500),
        sent(100, new=399),
        sent(0, new=500),
        sent(100, new=500, attachments=1),
    ],
    ids=["u40-no-outcome", "u34-estimated", "short", "u37-no-tokens", "with-a-file"],
)
def test_a_request_that_says_nothing_certain_teaches_nothing(taught: LedgerEntry) -> None:
    assert ratios_seen([taught] * FEWEST_REQUESTS) == {}


def test_of_many_requests_the_odd_ones_do_not_widen_the_range() -> None:
    entries = [sent(100, new=400)] * 38 + [sent(4000, new=400), sent(4, new=400)]

    found = ratios_seen(entries)["own"]

    assert (found.lowest, found.highest, found.n) == (Fraction(1, 4), Fraction(1, 4), 40)


@pytest.mark.parametrize(
    ("answered", "counted"),
    [
        (None, "a/m"),
        ("m", "a/m"),
        ("a/m-2026-08-06", "a/m"),
        ("a/other", "a/other"),
    ],
)
def test_u39_tokens_are_those_of_the_model_that_answered(
    answered: str | None, counted: str
) -> None:
    call = entry(usage(1, 1), model="a/m", answered=answered)

    assert counted_by(call) == counted


def test_a_call_without_an_outcome_was_for_the_model_that_was_asked() -> None:
    assert counted_by(entry(model="a/m")) == "a/m"


def test_a_scale_turns_the_tokens_of_one_model_into_those_of_another() -> None:
    scale = scale_between(RATIO, chars=900, attached=0, tokens=180)

    assert scale == Scale(Fraction(1), Fraction(5, 4), Fraction(5, 3))


def test_what_is_attached_keeps_its_tokens() -> None:
    scale = scale_between(RATIO, chars=900, attached=450, tokens=180)

    assert scale.usual == Fraction(1, 2) + Fraction(450, 180) / 4


@pytest.mark.parametrize(
    ("ratio", "chars", "tokens"),
    [(None, 900, 180), (RATIO, 0, 180), (RATIO, 900, 0), (RATIO, 900, None), (RATIO, 100, 9)],
)
def test_where_there_is_nothing_to_go_by_the_tokens_are_the_same(
    ratio: Ratio | None, chars: int, tokens: int | None
) -> None:
    assert scale_between(ratio, chars=chars, attached=100, tokens=tokens) == SAME


def test_the_usual_ratio_is_never_outside_its_range() -> None:
    odd = Ratio(900, 1000, Fraction(1, 5), Fraction(1, 4), 40)

    scale = scale_between(odd, chars=1000, attached=0, tokens=1000)

    assert scale.least <= scale.usual <= scale.most


def test_u41_what_is_unknown_stays_unknown_and_a_bound_stays_one() -> None:
    assert scaled(UNKNOWN, Fraction(2)) == UNKNOWN
    assert scaled(Count(3, State.PARTIAL, 5), Fraction(3, 2)) == Count(5, State.PARTIAL, 8)
    assert scaled(Count(3, State.PARTIAL), Fraction(1, 3)) == Count(1, State.PARTIAL)


@given(usages(), st.fractions(0, 5))
def test_scaling_changes_no_state_and_nothing_known_into_unknown(used: Usage, by: Fraction) -> None:
    found = scaled_usage(used, by)

    before, after = vars(used).values(), vars(found).values()
    assert [count.state for count in after] == [count.state for count in before]
    assert [count.is_known for count in after] == [count.is_known for count in before]
    assert scaled_usage(used, Fraction(1)) == used


def test_the_examples_hold() -> None:
    assert doctest.testmod(tokens_per_character).failed == 0
