"""A projection as a file: what a spreadsheet reads back is what was reckoned, and nothing of it runs."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import Fact, Model
from parley.conversation_shape import typed_shape
from parley.pricing.price import Price
from parley.projection import Audience, Month, projected
from parley.projection_export import CSV_COLUMNS, Assumed, as_csv, dated
from parley.tokens_per_character import Ratio
from tests.parley.calls import model

AUDIENCE = Audience(20, Decimal("1.50"), 30)
SHAPE = typed_shape(system=100, question=50, answer=150, turns=10)
TODAY = date(2026, 11, 24)


def months(*models: Model, last: int | None = None) -> list[Month]:
    return projected(models, SHAPE, AUDIENCE, last_messages=last)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_figure_is_exact_and_says_what_was_assumed() -> None:
    now, other = months(model("now", "1", 9000), model("other", "2", 500), last=3)

    (row, second) = read(as_csv([now, other], Assumed(AUDIENCE, 10, 3, now)))

    assert tuple(row) == CSV_COLUMNS
    assert (row["month_usd"], row["month_usd_least"], row["month_usd_most"]) == ("10.8",) * 3
    assert (row["trimmed_month_usd"], row["trimming_saves_usd"]) == ("4.32", "6.48")
    assert (row["saves_usd"], second["saves_usd"]) == ("0", "-10.8")
    assert (row["too_long_from_turn"], second["too_long_from_turn"]) == ("", "3")
    assert [row[name] for name in ("users", "conversations_a_day", "days_a_month", "turns")] == [
        "20",
        "1.5",
        "30",
        "10",
    ]
    assert (row["last_messages"], row["compared_with"]) == ("3", "now")
    assert row["price_source"] == "a list"
    assert row["price"] == "$1.00 in · $1.00 out per million tokens"


def test_what_the_tokens_of_another_model_rest_on_is_told() -> None:
    ratio = Ratio(1, 3, Fraction(1, 4), Fraction(1, 2), 12)

    row, other = read(
        as_csv(months(model("a", "1"), model("b", "1")), Assumed(AUDIENCE, 10, ratios={"a": ratio}))
    )

    names = [name for name in CSV_COLUMNS if name.startswith("tokens_per_character")]
    assert [row[name] for name in names] == ["0.333333", "0.25", "0.5", "12"]
    assert [other[name] for name in names] == ["", "", "", ""]


def test_the_usual_ratio_is_never_outside_its_range_in_the_file() -> None:
    odd = Ratio(900, 1000, Fraction(1, 5), Fraction(1, 4), 40)

    (row,) = read(as_csv(months(model("a", "1")), Assumed(AUDIENCE, 10, ratios={"a": odd})))

    assert row["tokens_per_character"] == row["tokens_per_character_most"] == "0.9"
    assert row["tokens_per_character_least"] == "0.2"


def test_u41_what_is_not_known_is_left_empty_and_not_0() -> None:
    (row,) = read(as_csv(months(model("a")), Assumed(AUDIENCE, 10)))

    empty = {name for name, said in row.items() if not said}
    assert empty == set(CSV_COLUMNS) - {
        "model",
        "users",
        "conversations_a_day",
        "days_a_month",
        "turns",
    }


@given(st.text(min_size=1, max_size=20))
def test_x1_no_text_begins_like_a_formula(model_id: str) -> None:
    price = Price(Decimal(1), Decimal(1), source=model_id)

    (row,) = read(as_csv(months(model(model_id, price)), Assumed(AUDIENCE, 10)))

    assert not row["model"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert not row["price_source"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert row["model"].removeprefix("'") == model_id.removeprefix("'")


def test_a_price_of_the_endpoints_own_list_is_as_old_as_the_list() -> None:
    price = Price(Decimal(1), Decimal(1))
    own = Model("a", (Fact("price", price, LISTED_SOURCE),))
    other = Model("b", (Fact("price", price, "a list"),))
    day = date(2026, 1, 2)

    assert dated(own, TODAY) == TODAY
    assert dated(other, TODAY) is None
    assert dated(Model("c", (Fact("price", price, "a list", day),)), TODAY) == day
    assert dated(Model("d"), TODAY) is None
    (row,) = read(as_csv(months(own), Assumed(AUDIENCE, 10), fetched_on=TODAY))
    assert row["price_as_of"] == "2026-11-24"
