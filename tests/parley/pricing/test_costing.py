"""What a reply costs, and what many cost together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.pricing.costing import CostTotal, cost_of, total_cost
from parley.pricing.price import UNKNOWN_COST, Cost, Price, Tier
from parley.pricing.sanity import free_price
from parley.usage import UNKNOWN, Count, State, Usage, estimated, reported

PRICE = Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03"), "bundled list", date(2026, 9, 22))
NO_DISCOUNT = Price(Decimal("0.2"), Decimal("0.65"))


def usage(
    input_tokens: int | None,
    output_tokens: int | None,
    cached: int | None = None,
    reasoning: int | None = None,
) -> Usage:
    return Usage(
        reported(input_tokens), reported(cached), reported(output_tokens), reported(reasoning)
    )


def test_each_bucket_is_a_line_and_cached_tokens_are_counted_once() -> None:
    cost = cost_of(usage(1000, 100, cached=400), PRICE)

    assert [(line.label, line.tokens, line.amount) for line in cost.lines] == [
        ("Input", 600, Decimal("0.00012")),
        ("Cached input", 400, Decimal("0.000012")),
        ("Output", 100, Decimal("0.000065")),
    ]
    assert cost.amount == Decimal("0.000197")
    assert (cost.state, cost.source, cost.as_of) == (
        State.REPORTED,
        "bundled list",
        date(2026, 9, 22),
    )


def test_cached_tokens_cost_what_input_costs_where_no_discount_is_known() -> None:
    assert cost_of(usage(1000, 0, cached=400), NO_DISCOUNT).amount == Decimal("0.0002")


TIERED = Price(
    Decimal(1),
    Decimal(10),
    Decimal("0.1"),
    tiers=(
        Tier(1000, Decimal(2), Decimal(20), Decimal("0.2")),
        Tier(5000, Decimal(4), Decimal(40)),
    ),
)


@pytest.mark.parametrize(
    ("taken", "rates"),
    [
        (1000, ["1", "0.1", "10"]),
        (1001, ["2", "0.2", "20"]),
        (5000, ["2", "0.2", "20"]),
        (5001, ["4", "4", "40"]),
    ],
)
def test_a_long_request_costs_the_rates_of_its_tier_as_a_whole(
    taken: int, rates: list[str]
) -> None:
    cost = cost_of(usage(taken, 100, cached=400), TIERED)

    assert [str(line.rate_per_mtok) for line in cost.lines] == rates


def test_the_upper_bound_of_an_open_input_is_that_of_the_tier_it_may_reach() -> None:
    cost = cost_of(Usage(Count(500, State.PARTIAL, 2000), UNKNOWN, reported(0)), TIERED)

    assert (cost.amount, cost.at_most) == (Decimal("0.0005"), Decimal("0.004"))


def test_the_upper_bound_holds_where_a_longer_input_would_cost_less() -> None:
    cheaper = Price(Decimal(10), Decimal(1), tiers=(Tier(1000, Decimal(1), Decimal(1)),))

    cost = cost_of(Usage(Count(500, State.PARTIAL, 2000), UNKNOWN, reported(0)), cheaper)

    assert (cost.amount, cost.at_most) == (Decimal("0.005"), Decimal("0.010"))


def test_u37_more_cached_tokens_than_input_are_clamped() -> None:
    cost = cost_of(usage(100, 0, cached=5000), PRICE)

    assert [(line.label, line.tokens) for line in cost.lines] == [
        ("Input", 0),
        ("Cached input", 100),
        ("Output", 0),
    ]


def test_reasoning_is_part_of_the_output_and_costs_nothing_more() -> None:
    assert (
        cost_of(usage(10, 100, reasoning=90), PRICE).amount == cost_of(usage(10, 100), PRICE).amount
    )


def test_a_cost_named_by_the_response_wins() -> None:
    cost = cost_of(usage(1000, 100), PRICE, reported_cost=Decimal("0.5"))

    assert cost == Cost(Decimal("0.5"), State.REPORTED, source="the response itself")


@pytest.mark.parametrize("nonsense", ["-1", "NaN", "Infinity"])
def test_a_reported_cost_that_cannot_be_is_passed_over(nonsense: str) -> None:
    cost = cost_of(usage(1000, 0), PRICE, reported_cost=Decimal(nonsense))

    assert cost.amount == Decimal("0.0002")


@pytest.mark.parametrize(
    ("used", "price"),
    [
        (usage(1000, 100), None),
        (usage(None, 100), PRICE),
        (usage(1000, None), PRICE),
        (Usage(), PRICE),
    ],
)
def test_u41_what_is_unknown_is_never_zero(used: Usage, price: Price | None) -> None:
    assert cost_of(used, price) == UNKNOWN_COST


def test_u34_an_estimated_count_makes_an_estimated_cost() -> None:
    cost = cost_of(Usage(reported(1000), UNKNOWN, estimated(400)), PRICE)

    assert cost.state is State.ESTIMATED
    assert cost.amount == Decimal("0.000265")


def test_u40_a_stopped_reply_costs_at_least_what_came_and_at_most_the_limit() -> None:
    cost = cost_of(Usage(estimated(4000), UNKNOWN, Count(100, State.PARTIAL, 500)), PRICE)

    assert (cost.state, cost.amount, cost.at_most) == (
        State.PARTIAL,
        Decimal("0.000265"),
        Decimal("0.000525"),
    )


@pytest.mark.parametrize("counted", ["input", "output"])
def test_without_a_token_bound_there_is_no_upper_bound(counted: str) -> None:
    endless, known = Count(100, State.PARTIAL), reported(1000)
    used = Usage(endless, UNKNOWN, known) if counted == "input" else Usage(known, UNKNOWN, endless)

    assert cost_of(used, PRICE).at_most is None


def test_a_bound_below_what_was_counted_is_lifted_to_it() -> None:
    cost = cost_of(Usage(reported(0), UNKNOWN, Count(100, State.PARTIAL, 5)), PRICE)

    assert cost.at_most == cost.amount


@pytest.mark.parametrize(("used", "lines"), [(usage(12, 7), 2), (Usage(), 0)])
def test_a_free_model_costs_nothing_whatever_it_used(used: Usage, lines: int) -> None:
    cost = cost_of(used, free_price("runs on this machine"))

    assert (cost.amount, cost.free, cost.source) == (Decimal(0), True, "runs on this machine")
    assert len(cost.lines) == lines


@given(
    st.integers(0, 100_000_000),
    st.integers(0, 100_000_000),
    st.integers(0, 200_000_000),
    st.decimals("0.0001", "1000", places=20),
    st.decimals("0.0001", "1000", places=20),
)
def test_lines_add_up_to_the_amount_exactly(
    taken: int, given_: int, cached: int, rate_in: Decimal, rate_out: Decimal
) -> None:
    used = Usage(reported(taken), Count(cached, State.REPORTED), reported(given_))

    cost = cost_of(used, Price(rate_in, rate_out, rate_in / 2))

    assert sum(line.tokens for line in cost.lines) == taken + given_
    assert cost.amount is not None
    assert cost.amount >= 0
    assert _fractions(cost) == cost.amount.as_integer_ratio()


def _fractions(cost: Cost) -> tuple[int, int]:
    from fractions import Fraction

    exact = sum(
        (line.tokens * Fraction(line.rate_per_mtok) / 10**6 for line in cost.lines), Fraction(0)
    )
    return exact.as_integer_ratio()


def test_a_total_says_how_much_of_it_is_certain() -> None:
    costs = [
        Cost(Decimal("0.1"), State.REPORTED),
        Cost(Decimal("0.2"), State.ESTIMATED),
        Cost(Decimal("0.4"), State.PARTIAL),
        UNKNOWN_COST,
        Cost(Decimal(0), State.REPORTED, free=True),
    ]

    assert total_cost(costs) == CostTotal(Decimal("0.7"), 1, 1, 1, 5, False)


@pytest.mark.parametrize(
    ("costs", "amount", "all_free"),
    [
        ([], None, False),
        ([UNKNOWN_COST], None, False),
        ([Cost(Decimal(0), State.REPORTED, free=True)], Decimal(0), True),
    ],
)
def test_totals_of_nothing_of_unknowns_and_of_free_replies(
    costs: list[Cost], amount: Decimal | None, all_free: bool
) -> None:
    total = total_cost(costs)

    assert (total.amount, total.all_free) == (amount, all_free)
