"""Prices that a person set: read exactly, bounded like every other, and before what any source says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.model import Fact, Model
from parley.catalog.own_facts import (
    NO_NUMBER,
    ODD_DISCOUNT,
    OUT_OF_BOUNDS,
    OwnPricesCache,
    typed_price,
    with_own_price,
    with_own_prices,
)
from parley.errors import Refused
from parley.pricing.price import OWN_SOURCE, Price

DAY = date(2026, 11, 24)
OWN = Price(Decimal("0.1"), Decimal("0.4"), source=OWN_SOURCE, as_of=DAY)
LISTED = Price(Decimal("0.2"), Decimal("0.65"), source="a list")
PRICED, BARE = Model("a/b", (Fact("price", LISTED, "a list"),)), Model("c/d")


def test_an_own_price_comes_first_and_the_others_stay_beside_it() -> None:
    model = with_own_price(PRICED, OWN)

    assert model.price == OWN
    assert [(fact.source, fact.as_of) for fact in model.facts] == [
        ("set by you", DAY),
        ("a list", None),
    ]


def test_only_the_model_of_exactly_that_id_gets_the_price() -> None:
    models = with_own_prices((PRICED, BARE), {"a/b": OWN, "C/D": OWN})

    assert [model.price for model in models] == [OWN, None]


@pytest.mark.parametrize("prices", [{}, {"e/f": OWN}])
def test_without_a_price_of_theirs_the_models_are_the_very_same(prices: dict[str, Price]) -> None:
    models = (PRICED, BARE)

    assert with_own_prices(models, prices) is models
    assert OwnPricesCache().models(models, prices) is models


def test_the_same_models_and_prices_give_the_same_tuple_until_a_price_changes() -> None:
    cache, models = OwnPricesCache(entries=1), (PRICED, BARE)

    first = cache.models(models, {"a/b": OWN})

    assert cache.models(models, {"a/b": OWN}) is first
    assert cache.models(models, {"a/b": LISTED})[0].price == LISTED
    assert cache.models(models, {"a/b": OWN}) == first


@pytest.mark.parametrize(
    ("typed", "rates"),
    [
        (("0.2", "0.65"), ("0.2", "0.65", None)),
        ((" $0.2 ", "$ 3", ""), ("0.2", "3", None)),
        (("0.2", "0.65", "0.03"), ("0.2", "0.65", "0.03")),
        (("0.0001", "1000", "0.0001"), ("0.0001", "1000", "0.0001")),
        (("0.123456789", "1"), ("0.123456789", "1", None)),
    ],
)
def test_a_typed_price_is_read_exactly(
    typed: tuple[str, ...], rates: tuple[str, str, str | None]
) -> None:
    price = typed_price(*typed)

    read = (price.input_per_mtok, price.output_per_mtok, price.cached_input_per_mtok)
    assert read == tuple(None if rate is None else Decimal(rate) for rate in rates)
    assert (price.source, price.free) == ("set by you", False)


def test_nothing_for_both_is_free_because_a_person_says_so() -> None:
    assert typed_price("0", "0").free


def test_an_embedding_costs_nothing_for_its_output() -> None:
    price = typed_price("0.02", "0", has_output=False)

    assert (price.output_per_mtok, price.free) == (Decimal(0), False)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (("", ""), NO_NUMBER),
        (("0.2", ""), NO_NUMBER),
        (("cheap", "0.65"), NO_NUMBER),
        (("0,2", "0,65"), NO_NUMBER),
        (("1,000", "2"), NO_NUMBER),
        (("nan", "inf"), NO_NUMBER),
        (("0.2", "0.65", "half"), NO_NUMBER),
        (("9" * 41, "1"), NO_NUMBER),
        (("20000", "65000"), OUT_OF_BOUNDS),
        (("-1", "-1"), OUT_OF_BOUNDS),
        (("0.2", "0"), OUT_OF_BOUNDS),
        (("0.00001", "0.65"), OUT_OF_BOUNDS),
        (("0.2", "0.65", "0.3"), ODD_DISCOUNT),
        (("0.2", "0.65", "0"), ODD_DISCOUNT),
        (("0", "0", "0.1"), ODD_DISCOUNT),
    ],
)
def test_a_typed_price_that_cannot_be_true_is_refused_with_the_reason(
    typed: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        typed_price(*typed)

    assert refused.value.title == reason


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=50))
def test_whatever_is_typed_gives_a_price_or_a_refusal(one: str, two: str, three: str) -> None:
    try:
        price = typed_price(one, two, three)
    except Refused:
        return

    assert price.source == OWN_SOURCE
