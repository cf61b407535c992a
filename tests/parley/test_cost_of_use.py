"""What a use costs on each model, and which one is the cheapest that can take it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.model import Fact, Model
from parley.cost_of_use import cheapest_that_fits, monthly_costs
from parley.pricing.monthly import Use
from parley.pricing.price import Price
from parley.pricing.sanity import free_price

USE = Use(input_tokens=1000, output_tokens=200, cached_tokens=0, requests_per_month=1000)


def model(model_id: str, rate: str | None = None, window: int | None = None, **facts: Any) -> Model:
    known = {
        "price": None if rate is None else Price(Decimal(rate), Decimal(rate), source="a list"),
        "context_window": window,
        **facts,
    }
    said = tuple(Fact(n, v, "a test") for n, v in known.items() if v is not None)
    return Model(model_id, said)


def test_u41_each_model_has_its_cost_a_month_and_an_unknown_price_is_none_and_not_0() -> None:
    models = [model("a", "1"), model("b"), model("c", price=free_price("a list"))]

    costs = monthly_costs(models, USE)

    assert costs == {"a": Decimal("1.2"), "b": None, "c": 0}


def test_a_window_that_is_too_small_has_no_cost_a_month_and_an_unknown_one_has() -> None:
    models = [model("small", "1", 1199), model("enough", "1", 1200), model("unsaid", "1")]

    costs = monthly_costs(models, USE)

    assert costs == {"small": None, "enough": Decimal("1.2"), "unsaid": Decimal("1.2")}


@pytest.mark.parametrize(("writes", "fits"), [(None, True), (500, True), (501, False)])
def test_the_longest_answer_has_to_fit_and_not_the_average_alone(
    writes: int | None, fits: bool
) -> None:
    found = cheapest_that_fits([model("a", "1", 8000, max_output_tokens=500)], USE, writes=writes)

    assert (found.model is not None) is fits


def test_the_cheapest_is_taken_of_those_that_hold_the_request_and_the_rest_is_counted() -> None:
    models = [
        model("dear", "3", 8000),
        model("cheap", "2", 8000),
        model("small", "1", 1000),
        model("short", "1", 8000, max_output_tokens=100),
        model("enough", "2.5", 8000, max_output_tokens=200),
        model("windowless", "1"),
        model("priceless", None, 8000),
    ]

    found = cheapest_that_fits(models, USE)

    assert found.model is not None
    assert (found.model.id, found.per_request) == ("cheap", Decimal("0.0024"))
    assert (found.fitting, found.too_small) == (3, 2)
    assert (found.window_unknown, found.price_unknown) == (1, 1)
    assert found.considered == len(models)


@pytest.mark.parametrize(("window", "fits"), [(1199, False), (1200, True)])
def test_a_window_holds_input_and_output_together(window: int, fits: bool) -> None:
    assert (cheapest_that_fits([model("a", "1", window)], USE).model is not None) is fits


@pytest.mark.parametrize(("holds", "fits"), [(None, True), (100, True), (2001, False)])
def test_a_longer_request_than_the_average_may_be_what_has_to_fit(
    holds: int | None, fits: bool
) -> None:
    found = cheapest_that_fits([model("a", "1", 2000)], USE, holds=holds)

    assert (found.model is not None) is fits


def test_of_equals_the_largest_window_wins_and_then_the_order_of_the_list() -> None:
    models = [model("a", "1", 4000), model("b", "1", 8000), model("c", "1", 8000)]

    found = cheapest_that_fits(models, USE)

    assert found.model is models[1]


def test_a_free_model_is_the_cheapest() -> None:
    models = [model("a", "1", 4000), model("b", None, 4000, price=free_price("a list"))]

    found = cheapest_that_fits(models, USE)

    assert found.model is models[1]
    assert found.per_request == 0


@pytest.mark.parametrize(
    "facts", [{"lifecycle": "retired"}, {"lifecycle": "delisted"}, {"kind": "embedding"}]
)
def test_what_cannot_be_chatted_with_is_not_considered(facts: dict[str, str]) -> None:
    found = cheapest_that_fits([model("a", "1", 8000, **facts)], USE)

    assert (found.model, found.per_request, found.considered) == (None, None, 0)


def test_what_the_endpoint_does_not_list_is_considered_only_where_it_lists_nothing() -> None:
    listed = model("listed", "2", 8000)
    unlisted = Model("unlisted", model("", "1", 8000).facts, listed=False)

    assert cheapest_that_fits([listed, unlisted], USE).model is listed
    assert cheapest_that_fits([unlisted], USE).model is unlisted


rates = st.none() | st.decimals("0.0001", "1000", places=4).map(str)
windows = st.none() | st.integers(1, 5000)


@given(st.lists(st.tuples(rates, windows), max_size=8))
def test_no_model_is_lost_and_none_that_fits_is_cheaper(
    said: list[tuple[str | None, int | None]],
) -> None:
    models = [model(str(number), *one) for number, one in enumerate(said)]

    found = cheapest_that_fits(models, USE)

    fitting = [Decimal(rate) for rate, window in said if rate and window and window >= USE.tokens]
    assert found.considered == len(models)
    assert found.per_request == (min(fitting) * USE.tokens / 10**6 if fitting else None)
