"""Budgets in sentences, and the usual reply that they speak of."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parley.budget import Budget, Period, Standing, Tally
from parley.budget_words import left_words, refusal, spent_words, usual_words, warnings_of
from parley.pricing.price import Price
from parley.usage import UNKNOWN, Usage
from parley.usual_reply import ASSUMED_TOKENS, UsualReply, usual_reply
from tests.parley.calls import cut, entry, usage

PRICE = Price(Decimal("0.2"), Decimal("0.65"))
CHEAP = UsualReply(100, 9, Decimal("0.001"))


def standing(
    spent: Tally, period: Period = Period.DAY, amount: str = "0.1", *, hard: bool = True
) -> Standing:
    return Standing(Budget(period, Decimal(amount), hard), spent)


def tally(least: str, most: str | None = None, unknown: int = 0, *, guessed: bool = False) -> Tally:
    return Tally(Decimal(least), Decimal(most or least), unknown, guessed)


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        (tally("0"), "$0 of $0.10 spent today; $0.10 left"),
        (tally("0.02", "0.05"), "$0.020 to $0.050 of $0.10 spent today; $0.050 left"),
        (
            tally("0.02", unknown=2),
            "$0.020 of $0.10 spent today, and 2 calls of unknown cost; at most $0.080 left",
        ),
        (tally("0.02", guessed=True), "≈$0.020 of $0.10 spent today; ≈$0.080 left"),
        (tally("0.3"), "$0.30 of $0.10 spent today; $0 left"),
    ],
    ids=["nothing", "stopped", "unknown", "estimated", "more-than-all"],
)
def test_what_is_spent_is_told_with_what_is_not_certain_of_it(spent: Tally, words: str) -> None:
    assert spent_words(standing(spent)) == words


def test_what_is_left_of_each_is_told_in_one_line() -> None:
    every = [standing(tally("0.02"), period) for period in Period]

    assert left_words(every) == (
        "$0.080 of $0.10 left in this conversation · $0.080 of $0.10 left today"
        " · $0.080 of $0.10 left this month"
    )


@pytest.mark.parametrize(
    ("spent", "left"),
    [
        (tally("0.0000022"), "$0.099 of $0.10 left today"),
        (tally("0.09999999"), "$0.000000010 of $0.10 left today"),
        (tally("0.02", unknown=1), "At most $0.080 of $0.10 left today"),
    ],
    ids=["u41-hardly-anything-spent", "u41-hardly-anything-left", "unknown"],
)
def test_what_is_left_is_never_told_too_high(spent: Tally, left: str) -> None:
    assert left_words([standing(spent)]) == left


def test_a_refusal_says_what_is_left_and_what_the_shortest_reply_may_cost() -> None:
    title, advice = refusal(standing(tally("0.099")), "big", Decimal("0.0021"))

    assert title == "The reply might exceed your budget of $0.10 a day, so nothing was sent."
    assert advice.startswith(
        "$0.099 of $0.10 spent today; $0.0010 left; even a short reply may cost up to $0.0021. "
    )


def warned(one: Standing, usual: UsualReply = CHEAP) -> list[str]:
    return list(warnings_of([one], usual, "big"))


def test_nothing_is_warned_of_while_there_is_enough() -> None:
    assert warned(standing(tally("0.05"))) == []


def test_a_budget_that_is_nearly_spent_is_warned_of() -> None:
    assert warned(standing(tally("0.01", "0.087"))) == [
        "87 % of your budget of $0.10 a day is spent."
    ]


def test_a_usual_reply_that_does_not_fit_is_warned_of() -> None:
    soft = standing(tally("0.0995"), Period.MONTH, hard=False)
    words = "A usual reply does not fit your budget of $0.10 a month any more: $0.00050 is left."

    assert warned(soft) == [words]
    assert warned(standing(tally("0.0995"), Period.MONTH)) == [
        f"{words} It will be cut short, or not sent."
    ]


def test_a_model_without_a_price_is_warned_of() -> None:
    unpriced = UsualReply(100, 0, None)

    assert "is not asked unless you say so" in warned(standing(tally("0")), unpriced)[0]
    soft = standing(tally("0"), hard=False)
    assert "it does not count against your budget" in warned(soft, unpriced)[0]


def test_the_usual_reply_is_one_that_95_of_100_do_not_exceed() -> None:
    calls = [entry(usage(10, number)) for number in range(1, 41)]

    usual = usual_reply(calls, PRICE, 1000, None)

    assert usual == UsualReply(38, 40, Decimal("0.0002247"))
    assert usual_words(usual, "big") == (
        "A usual reply here costs ≈$0.00022 (38 tokens, which 95 of 100 replies do not exceed, of 40 seen)"
    )


def test_a_limit_that_is_set_makes_the_usual_reply_shorter() -> None:
    assert usual_reply([entry(usage(10, 900))], PRICE, 0, 100).tokens == 100


def test_without_a_reply_seen_its_length_is_assumed_and_said_to_be() -> None:
    calls = [entry(), entry(Usage()), entry(cut(UNKNOWN, 900))]

    usual = usual_reply(calls, None, 0, None)

    assert usual == UsualReply(ASSUMED_TOKENS, 0, None)
    assert usual_words(usual, "big") == (
        "A usual reply here costs – (for 500 tokens, assumed: no reply of big was seen yet)"
    )
