"""The cells of the table of other models: each figure with the sign of its state, and what cannot be told left open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from components.usage_elsewhere import columns_of, difference_words, paid_words
from parley.endpoint import Endpoint
from parley.pricing.costing import CostTotal
from parley.pricing.sanity import free_price
from parley.repricing import Elsewhere, repriced
from parley.tokens_per_character import Ratio
from parley.usage import Usage, reported
from tests.parley.calls import cut, entry, model, usage


def cells(one: Elsewhere, paid: CostTotal) -> dict[str, str]:
    return {name: each.written(one) for name, each in columns_of(paid, None).items()}


def total(amount: str | None, **doubts: int) -> CostTotal:
    known: dict[str, Any] = {"unpriced": 0, "partial": 0, "estimated": 0, **doubts}
    return CostTotal(
        None if amount is None else Decimal(amount), replies=2, all_free=False, **known
    )


@pytest.mark.parametrize(
    ("one", "paid", "said"),
    [
        (total("3"), total("1"), "+$2.00"),
        (total("1"), total("3"), "−$2.00"),
        (total("1", estimated=1), total("3"), "≈−$2.00"),
        (total("1"), total("3", partial=1), "≈−$2.00"),
        (total("1", unpriced=1), total("3"), "–"),
        (total("1"), total("3", unpriced=1), "–"),
        (total(None), total("3"), "–"),
        (None, total("3"), "–"),
    ],
)
def test_u41_a_difference_is_told_only_where_both_are_known(
    one: CostTotal | None, paid: CostTotal, said: str
) -> None:
    assert difference_words(one, paid) == said


def test_a_free_model_is_free_for_certain() -> None:
    found = repriced([entry(usage(100, 10))], [model("a", free_price("a list"))])

    written = cells(found.priced[0], found.paid)

    assert (written["cost"], written["range"], written["holds"]) == ("free", "exact", "–")


def test_u34_a_call_of_unknown_tokens_leaves_a_lower_bound_without_an_upper_one() -> None:
    used = [entry(usage(400, 10), new=400), entry(Usage(), new=400)]
    ratio = Ratio(200, 400, Fraction(1, 4), Fraction(3, 4), 12)
    found = repriced(used, [model("a", "1", 9_000)], {"a": ratio})

    written = cells(found.priced[0], found.paid)

    assert written["cost"].startswith("≥$0.000")
    assert written["range"].startswith("from $0.000")
    assert (written["holds"], written["difference"]) == ("–", "–")


def test_u40_what_was_cut_short_is_told_above_the_table(endpoint: Endpoint) -> None:
    found = repriced([entry(cut(reported(100), 10))], [model("a", "1")])

    assert paid_words(found, endpoint).endswith("what is known of it is compared (≥).")


def test_u41_a_model_of_unknown_price_has_dashes_alone() -> None:
    written = cells(repriced([entry(usage(1, 1))], [model("a")]).unpriced[0], total("1"))

    assert (written["cost"], written["range"], written["difference"]) == ("–", "–", "–")


def test_u40_a_reply_that_was_cut_short_has_a_lower_bound_alone() -> None:
    found = repriced([entry(cut(reported(100), 10))], [model("a", "1")])

    written = cells(found.priced[0], found.paid)

    assert written["cost"] == "≥$0.00011"
    assert written["range"] == "from $0.00011"


def test_what_perhaps_does_not_fit_is_said_so() -> None:
    found = repriced([entry(usage(100, 10))], [model("a", "1", 200)])
    one = replace(found.priced[0], perhaps_too_long_from=1)

    assert cells(one, found.paid)["holds"] == "every turn, perhaps not from turn 1 on"


@pytest.mark.parametrize(
    ("facts", "name"),
    [({"lifecycle": "retired"}, "a (retired)"), ({"listed": False}, "a (not listed)"), ({}, "a")],
)
def test_a_model_that_cannot_be_used_says_so(facts: dict[str, Any], name: str) -> None:
    found = repriced([entry(usage(100, 10))], [model("a", "1", **facts)])

    assert cells(found.priced[0], found.paid)["model"] == name
