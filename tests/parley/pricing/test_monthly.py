"""A person's own use: what it may be, what it costs, and how it is taken from a conversation."""

from __future__ import annotations

import doctest
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import Refused
from parley.pricing import monthly
from parley.pricing.costing import cost_of
from parley.pricing.monthly import (
    MOST_REQUESTS,
    NO_FIELDS,
    AverageUse,
    Fields,
    Use,
    monthly_cost,
    read_fields,
    request_cost,
    use_of,
    use_of_conversation,
    write_fields,
)
from parley.pricing.price import Price, Tier
from parley.pricing.sanity import free_price
from parley.usage import ABSURD_TOKENS, UNKNOWN, Count, State, Usage, reported

PRICE = Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03"))
USE = Use(input_tokens=1000, output_tokens=100, cached_tokens=400, requests_per_month=1000)


def usage(tokens_in: int, tokens_out: int, cached: int | None = None) -> Usage:
    return Usage(reported(tokens_in), reported(cached), reported(tokens_out))


def test_a_month_is_the_cost_of_one_request_times_the_requests() -> None:
    assert request_cost(PRICE, USE) == Decimal("0.000197")
    assert monthly_cost(PRICE, USE) == Decimal("0.197")


def test_cached_tokens_cost_what_input_costs_where_no_discount_is_known() -> None:
    undiscounted = replace(PRICE, cached_input_per_mtok=None)

    assert monthly_cost(undiscounted, USE) == Decimal("0.265")


@pytest.mark.parametrize(
    ("tokens_in", "cost"), [(1000, "1"), (1001, "2.002"), (5000, "10"), (5001, "20.004")]
)
def test_a_long_request_is_costed_by_its_tier(tokens_in: int, cost: str) -> None:
    tiers = (Tier(1000, Decimal(2), Decimal(0)), Tier(5000, Decimal(4), Decimal(0)))
    tiered = Price(Decimal(1), Decimal(0), tiers=tiers)

    assert monthly_cost(tiered, Use(tokens_in, 0, 0, 1000)) == Decimal(cost)


def test_a_free_model_costs_nothing() -> None:
    assert monthly_cost(free_price("a list"), USE) == 0


rates = st.decimals("0.0001", "1000", places=4)
tiers = st.lists(st.tuples(st.integers(1, 10**6), rates, rates, st.none() | rates), max_size=3)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    longer = (Tier(*tier) for tier in sorted(draw(tiers), key=lambda tier: tier[0]))
    return Price(draw(rates), draw(rates), draw(st.none() | rates), tiers=tuple(longer))


@st.composite
def uses(draw: st.DrawFn) -> Use:
    tokens_in = draw(st.integers(1, 2 * 10**6) | st.just(ABSURD_TOKENS))
    return Use(
        tokens_in,
        draw(st.integers(0, ABSURD_TOKENS)),
        draw(st.integers(0, tokens_in)),
        draw(st.integers(1, MOST_REQUESTS)),
    )


@given(prices(), uses())
def test_a_request_costs_to_the_last_digit_what_a_reply_of_that_usage_costs(
    price: Price, use: Use
) -> None:
    told = usage(use.input_tokens, use.output_tokens, use.cached_tokens)

    reply = cost_of(told, price)

    assert reply.amount == request_cost(price, use)
    assert Fraction(monthly_cost(price, use)) == Fraction(reply.amount) * use.requests_per_month


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((-1, 0, 0, 1), "Tokens per request"),
        ((1, ABSURD_TOKENS + 1, 0, 1), "Tokens per request"),
        ((1.5, 0, 0, 1), "Tokens per request"),
        ((True, 0, 0, 1), "Tokens per request"),
        ((1, 1, 0, 0), "Requests per month"),
        ((1, 1, 0, MOST_REQUESTS + 1), "Requests per month"),
        ((1, 1, 2, 1), "part of the input"),
        ((0, 0, 0, 1), "without any tokens"),
    ],
)
def test_a_use_that_cannot_be_is_refused_with_a_sentence(
    numbers: tuple[int, int, int, int], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        Use(*numbers)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (None, NO_FIELDS),
        ("", NO_FIELDS),
        ("1200,300,0,50", (1200, 300, 0, 50)),
        (" 1200 ,300", (1200, 300, None, None)),
        ("1,2,3,4,5,6", (1, 2, 3, 4)),
        ("-1,1e3,0x1,lots", NO_FIELDS),
        ("²,١,+1,1.0", NO_FIELDS),
        (f"{ABSURD_TOKENS + 1},{'9' * 5000},,{MOST_REQUESTS + 1}", NO_FIELDS),
        (f"{ABSURD_TOKENS},,,{MOST_REQUESTS}", (ABSURD_TOKENS, None, None, MOST_REQUESTS)),
    ],
)
def test_an_address_is_read_as_far_as_it_makes_sense(text: str | None, fields: Fields) -> None:
    assert read_fields(text) == fields


tokens = st.none() | st.integers(0, ABSURD_TOKENS)


@given(st.tuples(tokens, tokens, tokens, st.none() | st.integers(0, MOST_REQUESTS)))
def test_an_address_gives_back_what_was_written_into_it(fields: Fields) -> None:
    assert read_fields(write_fields(fields)) == fields


@given(st.text())
def test_no_address_breaks_the_reading(text: str) -> None:
    fields = read_fields(text)

    assert read_fields(write_fields(fields)) == fields


def test_a_use_needs_input_output_and_requests_but_no_cache() -> None:
    assert use_of((1000, 100, None, 5)) == Use(1000, 100, 0, 5)
    assert use_of((1000, 100, 400, 5)) == Use(1000, 100, 400, 5)
    assert use_of((None, 100, 0, 5)) is None
    assert use_of((1000, None, 0, 5)) is None
    assert use_of((1000, 100, 0, None)) is None


def test_u34_only_reported_figures_are_averaged_and_the_rest_is_counted() -> None:
    calls = [
        usage(1000, 100, cached=500),
        usage(2001, 101),
        Usage(Count(9000, State.ESTIMATED), UNKNOWN, reported(9000)),
        Usage(reported(9000), UNKNOWN, Count(9000, State.PARTIAL)),
        Usage(),
        None,
    ]

    average = use_of_conversation(calls)

    assert average == AverageUse(
        input_tokens=1501,
        output_tokens=101,
        cached_tokens=250,
        replies=2,
        left_out=4,
        cache_unsaid=1,
        largest=2102,
        longest_output=101,
    )


@pytest.mark.parametrize("calls", [[], [None], [Usage()]])
def test_nothing_reported_is_no_average(calls: list[Usage | None]) -> None:
    assert use_of_conversation(calls) is None


def test_u37_more_cached_than_input_counts_as_all_of_it() -> None:
    average = use_of_conversation([usage(10, 1, cached=99)])

    assert average is not None
    assert (average.cached_tokens, average.cache_unsaid) == (10, 0)


counts = st.integers(0, ABSURD_TOKENS)


@given(st.lists(st.tuples(counts, counts, st.none() | counts), min_size=1, max_size=9))
def test_an_average_lies_between_the_least_and_the_most_and_is_a_possible_use(
    calls: list[tuple[int, int, int | None]],
) -> None:
    average = use_of_conversation([usage(*call) for call in calls])

    assert average is not None
    assert min(call[0] for call in calls) <= average.input_tokens <= max(call[0] for call in calls)
    assert average.cached_tokens <= average.input_tokens
    assert average.largest == max(call[0] + call[1] for call in calls)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(monthly).failed == 0
