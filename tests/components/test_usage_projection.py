"""A month of many people: from a conversation or typed figures, all of it in the address, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.projection_inputs import AUDIENCE, TURNS, Inputs
from components.usage_projection import Projected, columns_of, projection, summary
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.conversation_shape import typed_shape
from parley.pricing.sanity import free_price
from parley.projection import Audience
from tests.components.priced_talk import COUNTS, MODELS, column, listed, talk, words
from tests.pages.chat_page import served
from tests.parley.calls import PRICE, model
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    for served_by in served(upstream, monkeypatch, tmp_path):
        served_by.models = {"data": MODELS}
        yield served_by


def page() -> None:
    from components import services, usage_projection
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    usage_projection.show(services.get(), LOCAL_OWNER, Session())


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def number(app: AppTest, name: str) -> Any:
    return app.number_input(key=f"number-{name}")


def test_a_conversation_as_it_was_is_had_by_so_many_people_in_a_month(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = opened()

    assert column(app, "cost") == {"big": "≈$2.13", "dear": "≈$23.85", "tiny": "≈$0.99"}
    assert column(app, "conversation")["big"] == "≈$0.00071"
    assert column(app, "holds")["tiny"] == "not from turn 2 on"
    assert column(app, "saves") == {"big": "used now", "dear": "≈−$21.72", "tiny": "≈$1.14"}
    said = words(app)
    assert "100 users × 1 a day × 30 days = 3,000 conversations a month of 2 turns." in said
    assert "of 1 turn nobody said what was cached: taken as nothing" in said
    assert "On big: ≈$2.13 a month." in said
    assert "No other model that is known to hold every turn costs less than big." in said


def test_numbers_that_are_typed_go_into_the_address_and_count(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = opened()

    number(app, "users").set_value(10).run()
    number(app, "daily").set_value(0.5).run()
    number(app, "month_days").set_value(20).run()
    number(app, "turns").set_value(1).run()
    number(app, "last").set_value(1).run()

    asked = {name: app.query_params.get(name) for name in (*AUDIENCE, *TURNS)}
    assert {name: str(said).strip("[]'") for name, said in asked.items()} == {
        "users": "10",
        "daily": "0.5",
        "month_days": "20",
        "turns": "1",
        "last": "1",
    }
    assert column(app, "conversation")["big"] == "≈$0.00018"
    assert column(app, "cost")["big"] == "≈$0.018"
    assert "= 100 conversations a month of 1 turn." in words(app)
    assert "the first 1 of them" in words(app)


def test_a_link_carries_typed_figures_and_what_trimming_saves(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = opened(figures="typed", question="100", answer="300", turns="10", last="1")

    assert [number(app, name).value for name in ("question", "answer", "turns", "last")] == [
        100,
        300,
        10,
        1,
    ]
    assert column(app, "cost")["big"] == "≈$17.25"
    assert column(app, "trimmed")["big"] == "≈$6.45"
    assert column(app, "trimming")["big"] == "≈$10.80"
    assert "On big: ≈$17.25 a month; with the last messages alone ≈$10.80 less." in words(app)
    assert "Typed figures, 10 turns, the same tokens on every model." in words(app)


def test_figures_are_typed_where_there_is_no_conversation() -> None:
    app = opened()

    number(app, "answer").set_value(500).run()

    assert "There is no conversation yet." in words(app)
    assert column(app, "conversation")["big"] == "≈$0.0089"


def test_an_emptied_box_takes_what_is_assumed_and_leaves_a_clean_address() -> None:
    app = opened(users="7")

    number(app, "users").set_value(None).run()

    assert number(app, "users").value == 100
    assert "users" not in app.query_params


@pytest.mark.parametrize(
    ("name", "said", "label"),
    [
        ("users", "0", "Users"),
        ("users", "many", "Users"),
        ("daily", "nan", "Conversations a day, each"),
        ("turns", "501", "Turns"),
        ("cached", "101", "Cached, %"),
        ("question", "1.5", "Question"),
        ("system", "9" * 5_000, "System prompt"),
    ],
)
def test_i8_a_number_of_the_address_that_cannot_be_is_named_and_another_holds(
    name: str, said: str, label: str
) -> None:
    app = opened(**{name: said})

    assert f"These numbers of the address cannot be used, so others hold: {label}." in words(app)
    assert app.dataframe


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"daily": "0"}, "Conversations a day are a number above 0"),
        ({"users": "1000000000"}, "conversations a month"),
        ({"answer": "100000000", "thoughts": "1"}, "The last request would have more than"),
    ],
    ids=["never", "too-many", "too-long"],
)
def test_i8_numbers_that_cannot_be_together_get_one_sentence_and_no_cost(
    address: dict[str, str], sentence: str
) -> None:
    app = opened(**address)

    assert [sentence in warning.value.replace("\\", "") for warning in app.warning] == [True]
    assert not app.dataframe


def test_u34_where_nothing_was_reported_figures_are_to_be_typed(upstream: Upstream) -> None:
    talk(upstream, None)

    app = opened()

    assert "there is nothing to project" in words(app)
    assert not app.dataframe


def test_the_way_to_typed_figures_and_back_is_in_the_address(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = opened()
    way = next(group for group in app.button_group if group.label == "Taken from")

    way.set_value("typed").run()
    typed = app.query_params.get("figures")
    next(group for group in app.button_group if group.label == "Taken from").set_value("real").run()

    assert typed in ("typed", ["typed"])
    assert "figures" not in app.query_params


def test_a_list_that_cannot_be_had_leaves_the_figures_to_be_typed(upstream: Upstream) -> None:
    upstream.models_raw = (500, {}, b"")

    app = opened()

    assert "Nothing is known of the models of " in words(app)
    assert number(app, "answer").value == 300
    assert not app.download_button


def test_u41_a_list_without_any_price_has_no_table(upstream: Upstream) -> None:
    upstream.models = {"data": [listed("plain", 8_000)]}

    app = opened()

    assert "Of unknown price (–): 1 model: plain." in words(app)
    assert not app.dataframe
    assert app.download_button


def test_the_file_is_one_click_away(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    assert [button.label for button in opened().download_button] == ["CSV"]


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

    assert summary(found)[0].startswith("20 users × 0.33 a day × 30 days = 198 ")
    assert summary(found)[1] == "On now: ≈$2.14 a month."
    assert summary(found)[2] == (
        "The cheapest that holds every turn is cheap: ≈$1.43 a month, ≈$0.71 less."
    )
    assert [line["model"] for line in lines(found)] == ["cheap", "now", "small"]


def test_trimming_that_costs_more_is_told_as_that() -> None:
    found = made(model("now", PRICE), now="now", last=13, cached=100)

    assert "more, as less comes from the cache." in summary(found)[1]
    assert lines(found)[0]["trimming"].startswith("≈−$")


def test_u41_unknown_is_a_dash_and_free_is_free() -> None:
    found = made(model("now"), model("free", free_price("a list"), 9000), now="now", last=3)

    free, unknown = lines(found)
    assert (free["cost"], free["trimmed"], free["trimming"]) == ("free", "free", "≈$0")
    assert {unknown[name] for name in ("cost", "range", "conversation", "trimmed", "price")} == {
        "–"
    }
    assert (free["trimmed_holds"], unknown["trimmed_holds"]) == ("every turn", "–")
    assert "saves" not in free
    assert summary(found)[1] == "On now: – a month."
    assert summary(found)[2] == "The cheapest that holds every turn is free: free a month."


def test_without_a_model_to_compare_with_nothing_is_said_of_one() -> None:
    assert len(summary(made(model("a", "1"), now="gone"))) == 1


def test_x1_the_file_holds_no_formula_and_the_exact_figures() -> None:
    found = made(model("=1+1", "3", 9000), model("now", "1"), now="now")

    rows = list(csv.DictReader(io.StringIO(found.csv().decode("utf-8-sig"))))

    assert [row["model"] for row in rows] == ["now", "'=1+1"]
    assert rows[1]["month_usd"] == "2.1384"
    assert rows[1]["saves_usd"] == "-1.4256"
    assert rows[0]["users"] == "20"
