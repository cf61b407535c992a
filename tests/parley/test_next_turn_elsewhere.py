"""Which models would take the next turn for the least money, and what it costs there in their own tokens."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from parley.context import Carried
from parley.next_turn_cost import BeforeSending, Draft, before_sending
from parley.pricing.sanity import free_price
from parley.tokens_per_character import Ratio
from parley.usage import Count, State
from parley.usual_turn import Seen
from tests.parley.calls import OWN, model

EMPTY = Carried(Count(0, State.REPORTED), 4.0, is_learned=False)
CARRIED = Carried(Count(1000, State.ESTIMATED), 4.0, is_learned=True)
DRAFT = Draft(CARRIED, message=Seen(40, 400, 4000, 5), answer=Seen(10, 100, 1000, 5))
RATIO = Ratio(500, 1000, Fraction(1, 4), Fraction(3, 4), 12)


def test_the_three_cheapest_that_take_it_are_named_the_cheapest_first() -> None:
    models = [
        model(OWN, "0.1", 9000),
        model("d", "4", 9000),
        model("c", "3", 9000),
        model("b", "2", 9000),
        model("a", free_price("a list"), 9000),
        model("small", "0.1", 1000),
        model("windowless", "0.1"),
        model("priceless", None, 9000),
        model("gone", "0.1", 9000, lifecycle="delisted"),
        model("embeds", "0.1", 9000, kind="embedding"),
        model("unlisted", "0.1", 9000, listed=False),
    ]

    found = before_sending(DRAFT, models[0], models)

    assert [one.model.id for one in found.cheapest] == ["a", "b", "c"]
    assert found.here.model is models[0]


def test_where_nothing_is_listed_what_is_known_otherwise_is_named() -> None:
    found = before_sending(DRAFT, model(OWN), [model("a", "1", 9000, listed=False)])

    assert [one.model.id for one in found.cheapest] == ["a"]


def test_of_equals_the_one_with_the_largest_window_is_named_first() -> None:
    models = [model("a", "1", 8000), model("b", "1", 9000), model("c", "1", 9000)]

    found = before_sending(DRAFT, model(OWN), models)

    assert [one.model.id for one in found.cheapest] == ["b", "c", "a"]


def by_ratio(window: int) -> BeforeSending:
    models = [model("learned", "1", window), model("plain", "1.5", 9000)]
    return before_sending(DRAFT, model(OWN, "1"), models, {"learned": RATIO, OWN: RATIO})


def test_another_models_tokens_are_worked_out_by_its_ratio_and_its_own_are_not() -> None:
    found = by_ratio(9000)

    plain, learned = found.cheapest
    assert (plain.model.id, plain.amount) == ("plain", Decimal("0.0018"))
    assert (learned.amount, learned.ratio) == (Decimal("0.0024"), RATIO)
    assert (learned.least, learned.most) == (Decimal("0.00102"), Decimal("0.009"))
    assert found.here.ratio is None


def test_after_a_change_of_model_the_tokens_are_those_of_the_one_that_answered() -> None:
    draft = replace(DRAFT, counted_by="before")
    ratios = {OWN: RATIO, "before": RATIO}

    found = before_sending(draft, model(OWN, "1"), [model("before", "1", 9000)], ratios)

    assert found.here.amount == Decimal("0.0024")
    assert found.cheapest[0].amount == Decimal("0.0012")


def test_a_model_that_its_ratio_shows_to_be_too_small_is_not_named() -> None:
    assert [one.model.id for one in by_ratio(2399).cheapest] == ["plain"]


def test_of_a_turn_of_which_nothing_is_known_only_a_free_model_has_a_cost() -> None:
    models = [model("a", "1", 10), model("b", free_price("a list"), 10)]

    found = before_sending(Draft(EMPTY), model(OWN), models)

    assert [one.model.id for one in found.cheapest] == ["b"]
