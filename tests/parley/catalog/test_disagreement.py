"""Sources that contradict each other are found, and two prices are told apart in percent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.disagreement import disagreements, price_difference
from parley.catalog.model import Fact, Model
from parley.pricing.price import Price, Tier
from parley.pricing.sanity import checked_price, free_price


def price(rate_in: str, rate_out: str, cached: str | None = None, source: str = "a list") -> Price:
    discount = None if cached is None else Decimal(cached)
    return Price(Decimal(rate_in), Decimal(rate_out), discount, source=source)


def model(*facts: tuple[str, object, str]) -> Model:
    return Model("a/b", tuple(Fact(*fact) for fact in facts))


def test_a_fact_that_two_sources_give_differently_stands_with_both() -> None:
    told = disagreements(
        model(
            ("context_window", 1000, "one"),
            ("context_window", 2000, "two"),
            ("context_window", 1000, "three"),
            ("tools", True, "one"),
            ("tools", True, "two"),
        )
    )

    assert list(told) == ["context_window"]
    used, others = told["context_window"]
    assert (used.source, [fact.source for fact in others]) == ("one", ["two"])


def test_prices_of_equal_rates_agree_wherever_they_were_read() -> None:
    agreeing = model(
        ("price", price("0.2", "0.65", source="one"), "one"),
        ("price", price("0.20", "0.650", source="two"), "two"),
    )

    assert disagreements(agreeing) == {}


def test_what_each_source_words_as_it_likes_is_no_disagreement() -> None:
    worded = model(("name", "Qwen3 8B", "one"), ("name", "Qwen 3 (8B)", "two"))

    assert disagreements(worded) == {}


@pytest.mark.parametrize(
    ("used", "other", "words"),
    [
        (price("0.2", "1"), price("0.25", "0.9"), "in +25 %, out −10 %"),
        (price("0.2", "1"), price("0.2", "1.005"), "out +0.5 %"),
        (price("0.2", "1"), price("0.2", "1.0001"), "out +<0.1 %"),
        (price("0.2", "1"), price("20000", "1"), "in ×100,000"),
        (price("20000", "1"), price("0.2", "1"), "in ÷100,000"),
        (price("0.2", "1", "0.02"), price("0.2", "1", "0.1"), "cached +400 %"),
        (price("0.2", "1"), price("0.2", "1", "0.1"), "cached only there"),
        (price("0.2", "1", "0.1"), price("0.2", "1"), "cached only here"),
        (price("0.2", "1"), price("0.2", "1"), ""),
        (free_price("a list"), price("0.2", "1", "0.1"), "in free here, cached free here, out free here"),
        (price("0.2", "1", "0.1"), free_price("a list"), "in free there, cached free there, out free there"),
    ],
)  # fmt: skip
def test_two_prices_are_told_apart(used: Price, other: Price, words: str) -> None:
    assert price_difference(used, other) == words


RATES = st.one_of(
    st.just(Decimal(0)),
    st.decimals("0.0001", "1000", allow_nan=False, allow_infinity=False, places=6),
)


@given(RATES, RATES, RATES, RATES)
def test_any_two_prices_that_may_be_shown_can_be_told_apart(
    in_here: Decimal, out_here: Decimal, in_there: Decimal, out_there: Decimal
) -> None:
    one = checked_price(in_here, out_here, source="one", says_free=True, has_output=False)
    two = checked_price(in_there, out_there, source="two", says_free=True, has_output=False)
    if not isinstance(one, Price) or not isinstance(two, Price):
        return

    differ = model(("price", one, "one"), ("price", two, "two"))

    assert bool(price_difference(one, two)) is bool(disagreements(differ))


def test_other_rates_for_long_requests_are_a_disagreement() -> None:
    flat = price("1", "2")
    stepped = replace(flat, tiers=(Tier(200_000, Decimal(2), Decimal(4)),))
    model = Model("a", (Fact("price", flat, "one"), Fact("price", stepped, "two")))

    assert list(disagreements(model)) == ["price"]
    assert price_difference(flat, stepped) == "other rates for long requests"
