"""How figures are written."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.pricing import wording
from parley.pricing.costing import CostTotal
from parley.pricing.price import UNKNOWN_COST, Cost, Price, Tier
from parley.pricing.sanity import free_price
from parley.pricing.wording import (
    write_cost,
    write_count,
    write_duration,
    write_money,
    write_price,
    write_rate,
    write_share,
    write_speed,
    write_total,
)
from parley.usage import UNKNOWN, Count, State, estimated, reported


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(wording).failed == 0


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (reported(0), "0"),
        (reported(1204), "1,204"),
        (estimated(4816), "≈1,204"),
        (Count(1204, State.PARTIAL), "≥1,204"),
        (UNKNOWN, "–"),
    ],
)
def test_a_count_carries_the_sign_of_its_state(count: Count, written: str) -> None:
    assert write_count(count) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0.00041", "$0.00041"),
        ("0.000000085", "$0.000000085"),
        ("1.27", "$1.27"),
        ("1.275", "$1.28"),
        ("0.5", "$0.50"),
        ("0.0123", "$0.012"),
        ("0.999", "$1.00"),
        ("0.00999", "$0.010"),
        ("1234.5", "$1,234.50"),
        ("0", "$0"),
        ("0E-12", "$0"),
        ("-0.0012", "−$0.0012"),
    ],
)
def test_money_keeps_cents_or_two_significant_digits(amount: str, written: str) -> None:
    assert write_money(Decimal(amount)) == written


def test_an_unknown_amount_is_a_dash() -> None:
    assert write_money(None) == "–"


@given(st.decimals("1e-15", "1e6", allow_nan=False))
def test_an_amount_that_is_not_zero_is_never_written_as_zero(amount: Decimal) -> None:
    assert set(write_money(amount)) & set("123456789")


@pytest.mark.parametrize(
    ("cost", "written"),
    [
        (UNKNOWN_COST, "–"),
        (Cost(Decimal("0.0012"), State.REPORTED), "$0.0012"),
        (Cost(Decimal("0.0012"), State.ESTIMATED), "≈$0.0012"),
        (Cost(Decimal("0.0012"), State.PARTIAL), "≥$0.0012"),
        (
            Cost(Decimal(0), State.REPORTED, source="runs on this machine", free=True),
            "free, runs here",
        ),
        (Cost(Decimal(0), State.REPORTED, source="the endpoint's own list", free=True), "free"),
    ],
)
def test_a_cost_says_what_is_known_of_it(cost: Cost, written: str) -> None:
    assert write_cost(cost) == written


def total(
    amount: str | None, unpriced: int = 0, partial: int = 0, estimated_: int = 0
) -> CostTotal:
    return CostTotal(
        None if amount is None else Decimal(amount), unpriced, partial, estimated_, 9, False
    )


@pytest.mark.parametrize(
    ("sum_", "written"),
    [
        (total("1.27"), "$1.27"),
        (total("1.27", estimated_=1), "≈$1.27"),
        (total("1.27", unpriced=2), "at least $1.27, 2 replies unpriced"),
        (total("1.27", partial=1), "at least $1.27, 1 reply cut short"),
        (
            total("1.27", unpriced=1, partial=2),
            "at least $1.27, 1 reply unpriced, 2 replies cut short",
        ),
        (total(None, unpriced=2), "2 replies unpriced"),
        (total(None), "–"),
        (CostTotal(Decimal(0), 0, 0, 0, 3, True), "free"),
    ],
)
def test_a_total_says_what_it_leaves_out(sum_: CostTotal, written: str) -> None:
    assert write_total(sum_) == written


@pytest.mark.parametrize(
    ("price", "written"),
    [
        (None, "–"),
        (Price(Decimal("0.2"), Decimal("0.65")), "$0.20 in · $0.65 out per million tokens"),
        (
            Price(Decimal("1.31"), Decimal("3.96"), Decimal("0.044")),
            "$1.31 in ($0.044 cached) · $3.96 out per million tokens",
        ),
        (
            Price(
                Decimal("1.25"),
                Decimal("10"),
                tiers=(Tier(200_000, Decimal("2.5"), Decimal("15"), Decimal("0.25")),),
            ),
            "$1.25 in · $10.00 out per million tokens; "
            "above 200,000 tokens of input $2.50 in ($0.25 cached) · $15.00 out",
        ),
        (free_price("runs on this machine"), "free, runs here"),
        (free_price("the endpoint's own list"), "free"),
    ],
)
def test_a_price_is_written_with_its_unit(price: Price | None, written: str) -> None:
    assert write_price(price) == written


@pytest.mark.parametrize(
    ("rate", "written"),
    [("3", "$3.00"), ("0.0001", "$0.0001"), ("1000", "$1,000.00"), ("1E+2", "$100.00")],
)
def test_a_rate_is_not_rounded_like_an_amount(rate: str, written: str) -> None:
    assert write_rate(Decimal(rate)) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (None, "–"),
        (0.0394, "39 ms"),
        (0.9999, "1.0 s"),
        (3.44, "3.4 s"),
        (59.97, "1 min 0 s"),
        (125, "2 min 5 s"),
    ],
)
def test_durations_have_the_unit_that_fits(seconds: float | None, written: str) -> None:
    assert write_duration(seconds) == written


@pytest.mark.parametrize(
    ("speed", "written"),
    [(None, "–"), (4.21, "4.2 tokens/s"), (48.2, "48 tokens/s"), (1204.0, "1,204 tokens/s")],
)
def test_speeds(speed: float | None, written: str) -> None:
    assert write_speed(speed) == written


@pytest.mark.parametrize(
    ("tokens", "window", "written"),
    [
        (reported(4000), 131_072, "3 % of context"),
        (reported(0), 131_072, "0 % of context"),
        (reported(12), 131_072, "<1 % of context"),
        (Count(4000, State.ESTIMATED), 131_072, "≈3 % of context"),
        (Count(4000, State.PARTIAL), 131_072, "≥3 % of context"),
        (Count(12, State.ESTIMATED), 131_072, "≈<1 % of context"),
        (Count(12, State.PARTIAL), 131_072, "≥<1 % of context"),
        (UNKNOWN, 131_072, "–"),
        (reported(4000), None, "–"),
    ],
)
def test_the_share_of_the_window(tokens: Count, window: int | None, written: str) -> None:
    assert write_share(tokens, window) == written
