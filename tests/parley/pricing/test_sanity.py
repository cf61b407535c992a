"""Which prices may be shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parley.pricing.price import Price, RefusedPrice
from parley.pricing.sanity import checked_price


@pytest.mark.parametrize("rate", ["0.0001", "0.2", "1000"])
def test_a_price_within_bounds_is_kept_as_it_is(rate: str) -> None:
    price = checked_price(Decimal(rate), Decimal("1"), source="list")

    assert price == Price(Decimal(rate), Decimal("1"), source="list")


@pytest.mark.parametrize(
    ("rate_in", "rate_out"),
    [("0.00009", "1"), ("1", "1000.01"), ("22000", "1"), ("0", "1"), ("1", "0")],
)
def test_a_price_out_of_bounds_is_refused_with_its_figures(rate_in: str, rate_out: str) -> None:
    refused = checked_price(Decimal(rate_in), Decimal(rate_out), source="list")

    assert isinstance(refused, RefusedPrice)
    assert refused.source == "list"
    assert f"${Decimal(rate_in):,f} in and ${Decimal(rate_out):,f} out" in refused.reason


@pytest.mark.parametrize(
    ("rate_in", "rate_out"), [(None, "1"), ("1", None), ("-1", "1"), ("1", "-1")]
)
def test_missing_or_negative_rates_mean_no_price(rate_in: str | None, rate_out: str | None) -> None:
    rates = [None if rate is None else Decimal(rate) for rate in (rate_in, rate_out)]

    assert checked_price(rates[0], rates[1], source="list") is None


def test_zeros_are_free_only_where_the_source_says_so() -> None:
    zero = Decimal(0)

    said = checked_price(zero, zero, source="list", says_free=True)

    assert isinstance(said, Price)
    assert said.free
    assert checked_price(zero, zero, source="list") is None


def test_an_embedding_model_rightly_has_no_output_rate() -> None:
    price = checked_price(Decimal("0.02"), Decimal(0), source="list", has_output=False)

    assert isinstance(price, Price)
    assert not price.free


@pytest.mark.parametrize("cached", ["0", "-1", "0.3", "0.000001"])
def test_a_discount_that_is_none_is_not_one(cached: str) -> None:
    price = checked_price(Decimal("0.2"), Decimal("1"), Decimal(cached), source="list")

    assert isinstance(price, Price)
    assert price.cached_input_per_mtok is None
