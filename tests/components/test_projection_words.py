"""What a projection says: what a month comes to, what would save, and the file with the exact figures."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

from components.projected import Projected, projection
from components.projection_inputs import Inputs
from components.projection_words import assumed_words, results
from components.usage_projection import columns_of
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.conversation_shape import typed_shape
from parley.pricing.sanity import free_price
from parley.projection import Audience
from tests.parley.calls import PRICE, model


def made(
    *models: Model, now: str | None = None, last: int | None = None, cached: int = 0
) -> Projected:
    """A month of 198 conversations of eight turns."""
    shape = typed_shape(system=0, question=50, answer=50, turns=8, cached_percent=cached)
    inputs = Inputs(Audience(20, Decimal("0.33"), 30), shape, last, "Typed figures.")
    return projection(inputs, Listing(models, datetime(2026, 11, 24, tzinfo=UTC)), now)


def lines(found: Projected) -> list[dict[str, str]]:
    columns = columns_of(found)
    return [
        {name: each.written(month) for name, each in columns.items()}
        for month in (*found.months, *found.unpriced)
    ]


def test_the_cheapest_that_holds_every_turn_is_named_with_what_it_saves() -> None:
    found = made(
        model("now", "3", 9000), model("small", "1", 100), model("cheap", "2", 9000), now="now"
    )

    assert assumed_words(found).startswith("20 users × 0.33 a day × 30 days = 198 ")
    assert results(found)[0] == "On now a month costs ≈$2.14."
    assert results(found)[1] == (
        "The cheapest that holds every turn is cheap (≈$1.43 a month, saves ≈$0.71)."
    )
    assert [line["model"] for line in lines(found)] == ["cheap", "now", "small"]


def test_trimming_that_costs_more_is_told_as_that() -> None:
    found = made(model("now", PRICE), now="now", last=13, cached=100)

    assert "more, as less comes from the cache." in results(found)[0]
    assert lines(found)[0]["trimming"].startswith("≈−$")


def test_u41_unknown_is_a_dash_and_free_is_free() -> None:
    found = made(model("now"), model("free", free_price("a list"), 9000), now="now", last=3)

    free, unknown = lines(found)
    assert (free["cost"], free["trimmed"], free["trimming"]) == ("free", "free", "$0")
    assert {unknown[name] for name in ("cost", "range", "conversation", "trimmed", "price")} == {
        "–"
    }
    assert (free["trimmed_holds"], unknown["trimmed_holds"]) == ("every turn", "–")
    assert "saves" not in free
    assert results(found)[0] == (
        "What a month costs on now is not known (–): no source names a price."
    )
    assert results(found)[1] == "The cheapest that holds every turn is free (free)."


def test_without_a_model_to_compare_with_nothing_is_said_of_one() -> None:
    assert results(made(model("a", "1"), now="gone")) == []


def test_a_free_model_is_used_now_and_nothing_is_to_be_saved() -> None:
    free = model("gratis", free_price("a list"), 9000)

    assert results(made(free, model("a", "1", 9000), now="gratis", last=3)) == [
        "gratis is free.",
        "No other model that is known to hold every turn costs less than gratis.",
    ]


def test_two_messages_are_named_as_two() -> None:
    found = made(model("now", "3"), now="now", last=2)

    assert "; sending only the last 2 messages would save ≈$" in results(found)[0]


def test_x1_the_file_holds_no_formula_and_the_exact_figures() -> None:
    found = made(model("=1+1", "3", 9000), model("now", "1"), now="now")

    rows = list(csv.DictReader(io.StringIO(found.csv().decode("utf-8-sig"))))

    assert [row["model"] for row in rows] == ["now", "'=1+1"]
    assert rows[1]["month_usd"] == "2.1384"
    assert rows[1]["saves_usd"] == "-1.4256"
    assert rows[0]["users"] == "20"


def test_next_to_a_free_model_the_cheapest_of_those_with_a_price_is_named() -> None:
    free = model("gratis", free_price("a list"), 9000)
    found = made(model("now", "3", 9000), free, model("cheap", "2", 9000), now="now")

    assert results(found)[1] == (
        "The cheapest that holds every turn is gratis (free, saves ≈$2.14); "
        "of those with a price it is cheap (≈$1.43 a month, saves ≈$0.71)."
    )
