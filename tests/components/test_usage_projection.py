"""A month of many people: from a conversation or typed figures, all of it in the address, and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.projection_inputs import AUDIENCE, TURNS
from tests.components.priced_talk import COUNTS, MODELS, column, listed, talk, words
from tests.pages.chat_page import served
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
    assert "On big a month costs ≈$2.13." in said
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
    assert (
        "On big a month costs ≈$17.25; sending only the last message would save ≈$10.80."
        in words(app)
    )
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
        ("daily", "nan", "Conversations a day, per user"),
        ("turns", "501", "Turns"),
        ("cached", "101", "Cached, %"),
        ("question", "1.5", "Question, tokens"),
        ("system", "9" * 5_000, "System prompt, tokens"),
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


def test_what_the_tokens_of_another_model_rest_on_stands_in_the_table_and_in_the_file(
    upstream: Upstream,
) -> None:
    for prompt in (160, 200, 240):
        talk(upstream, {"prompt": prompt, "completion": 1}, question="x" * 400, model_id="dear")
    talk(upstream, {"prompt": 100, "completion": 0}, question="x" * 400)

    app = opened()

    assert column(app, "cost")["dear"] == "≈$1.20"
    assert column(app, "range")["dear"] == "$0.96 to $1.44"
    assert column(app, "rests_on") == {
        "big": "own count",
        "dear": "0.500 (0.400 to 0.600, n = 3)",
        "tiny": "none seen, same tokens",
    }
