"""Many calls at once cost what they cost one by one, to the last digit and with the same doubts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.cost_of_calls import arranged, cost_of_calls
from parley.outcomes import bill
from parley.pricing.costing import total_cost
from parley.pricing.price import Price
from parley.pricing.sanity import free_price
from parley.usage import Count, State, Usage
from tests.parley.calls import PRICE, cut, prices, usage, usages

REPORTED = Count(1000, State.REPORTED)


@given(st.lists(usages(), max_size=6), prices() | st.just(free_price("a list")))
def test_the_total_of_calls_is_that_of_each_of_them(used: list[Usage], price: Price) -> None:
    found = cost_of_calls(arranged(used), price)

    assert found.total == total_cost(bill(one, price) for one in used)


def test_u35_cached_tokens_are_counted_once() -> None:
    found = cost_of_calls(arranged([usage(1000, 100, 400)] * 2), PRICE)

    assert found.total.amount == 2 * Decimal("0.000197")


@pytest.mark.parametrize(
    ("used", "at_most"),
    [
        ([], None),
        ([Usage()], None),
        ([usage(1000, 0)], Decimal("0.0002")),
        ([usage(1000, 0), cut(REPORTED, 10, 1000)], Decimal("0.00105")),
        ([usage(1000, 0), cut(REPORTED, 10)], None),
        ([usage(1000, 0), Usage()], Decimal("0.0002")),
    ],
    ids=["none", "u34-unknown", "whole", "u40-bounded", "u40-boundless", "u34-one-unpriced"],
)
def test_the_most_is_known_only_where_each_part_has_a_bound(
    used: list[Usage], at_most: Decimal | None
) -> None:
    assert cost_of_calls(arranged(used), PRICE).at_most == at_most


def test_a_free_model_costs_nothing_whatever_is_unknown() -> None:
    found = cost_of_calls(arranged([Usage(), usage(1, 1)]), free_price("a list"))

    assert found.total.all_free
    assert found.total.amount == found.at_most == 0
