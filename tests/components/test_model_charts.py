"""The chart of models: what is drawn where, what is said of the rest, and which model a click opens."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import altair
import pytest
from streamlit.testing.v1 import AppTest

from components.model_charts import (
    ACROSS,
    MOST_GREY,
    MOST_HIGHLIGHTED,
    UP,
    Axis,
    datasets,
    grey_words,
    placed,
    spec,
    thinned,
    words,
)
from parley.catalog.model import Fact, Model
from parley.frames import Frame, models_frame
from parley.pricing.price import Price
from parley.pricing.sanity import free_price

CONTEXT, SIZE = ACROSS["Context window"], ACROSS["Size"]
OUTPUT = UP["Output price"]
HOSTILE = "evil/</script><img src=x onerror=alert(1)>![x](http://evil.example/a.png)"


def model(
    model_id: str, rate: str | None = "0.5", window: int | None = 8000, **facts: Any
) -> Model:
    price = None if rate is None else Price(Decimal(rate), Decimal(rate), source="a list")
    known = {"price": price, "context_window": window, **facts}
    said = tuple(Fact(n, v, "a test") for n, v in known.items() if v is not None)
    return Model(model_id, said)


UNKNOWN = (
    model("a/priceless", None),
    model("a/windowless", window=None),
    model("a/free", price=free_price("a list")),
    model("a/nothing", None, None),
)


def test_u41_what_is_unknown_or_free_is_not_drawn_but_counted_in_words() -> None:
    found = models_frame(
        (
            model("a/drawn"),
            *UNKNOWN,
        )
    )

    points = placed(found, CONTEXT, OUTPUT)

    assert points.to_dict("records") == [{"id": "a/drawn", "x": 8000.0, "y": 0.5}]
    assert words(found, points, CONTEXT, OUTPUT) == (
        "1 of 5 models highlighted; a click opens one, with the source and date of each figure. "
        "Not drawn: 2 without a known output price, 1 free, which has no place on this scale, "
        "1 without a known context window."
    )


def test_u41_a_rate_of_0_is_not_called_free_where_the_model_is_not() -> None:
    embedding = Price(Decimal("0.02"), Decimal(0), source="a list")
    found = models_frame((model("a/drawn"), model("a/embedding", price=embedding)))

    points = placed(found, CONTEXT, OUTPUT)

    assert list(points["id"]) == ["a/drawn"]
    assert words(found, points, CONTEXT, OUTPUT).endswith(
        "Not drawn: 1 at $0 here without being free."
    )


def test_sizes_are_in_billions_and_prices_in_dollars() -> None:
    found = models_frame((model("a/b", "0.25", params_total="135M"),))

    points = placed(found, SIZE, UP["Input price"])

    assert points.to_dict("records") == [{"id": "a/b", "x": 0.135, "y": 0.25}]


def test_a_month_is_drawn_once_there_is_a_use() -> None:
    found = models_frame((model("a/b"), model("a/c"))).assign(monthly_cost=[12.0, float("nan")])

    points = placed(found, CONTEXT, UP["Your use"])

    assert points.to_dict("records") == [{"id": "a/b", "x": 8000.0, "y": 12.0}]


def test_models_at_one_place_are_counted_and_the_open_one_lies_on_top() -> None:
    points = placed(
        models_frame(
            (
                model("a"),
                model("b"),
                model("c", "9"),
            )
        ),
        CONTEXT,
        OUTPUT,
    )

    found = datasets(points, points.head(0), "a")["found"]

    assert list(found["id"]) == ["b", "c", "a"]
    assert list(found["same"]) == [2, 1, 2]
    assert list(found["open"]) == [False, False, True]


def test_c5_of_very_many_other_models_an_even_choice_of_places_is_sent() -> None:
    rest = placed(
        models_frame(tuple(model(f"a/{n}", window=1000 + n // 2) for n in range(9000))),
        CONTEXT,
        OUTPUT,
    )

    grey = thinned(rest)

    assert 0 < len(grey) <= MOST_GREY
    assert list(grey.columns) == ["x", "y"]
    assert grey_words(rest, grey) == (
        "Grey: 9,000 other models that have both figures, drawn at 1,500 of their 4,500 places."
    )


def test_few_other_models_are_all_drawn() -> None:
    rest = placed(
        models_frame(
            (
                model("a/b"),
                model("a/c"),
                model("a/d", "2"),
            )
        ),
        CONTEXT,
        OUTPUT,
    )

    grey = thinned(rest)

    assert len(grey) == 2
    assert grey_words(rest, grey) == "Grey: 3 other models that have both figures."


def test_c5_only_so_many_are_highlighted_and_it_says_so() -> None:
    found = models_frame(tuple(model(f"a/{n}") for n in range(MOST_HIGHLIGHTED + 5)))

    said = words(found, placed(found, CONTEXT, OUTPUT), CONTEXT, OUTPUT)

    assert said.startswith("1,500 of 1,505 models highlighted")
    assert said.endswith("5 more among the grey: filter to find them.")


def test_c6_no_text_of_a_list_gets_into_the_chart_s_own_language() -> None:
    points = placed(models_frame((model(HOSTILE),)), CONTEXT, OUTPUT)

    drawn = spec(datasets(points, points.head(0), HOSTILE), CONTEXT, OUTPUT)

    language = json.dumps({name: part for name, part in drawn.items() if name != "datasets"})
    assert "evil" not in language
    for channel in ("href", "url", '"image"'):
        assert channel not in language


@pytest.mark.parametrize("across", ACROSS.values())
@pytest.mark.parametrize("up", UP.values())
def test_the_chart_is_valid_vega_lite(across: Axis, up: Axis) -> None:
    drawn = spec({}, across, up)

    altair.LayerChart.from_dict(drawn, validate=True)


def chart_page() -> None:
    import streamlit as st

    from components import model_charts
    from components.state import Session

    given = st.session_state["given"]
    model_charts.show(Session(), given["frame"], given["found"])


def opened(frame: Frame, found: Frame, **asked: str) -> AppTest:
    app = AppTest.from_function(chart_page)
    app.session_state["given"] = {"frame": frame, "found": found}
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


MANY = models_frame(tuple(model(f"a/m{n}", str(n + 1), 1000 * (n + 1)) for n in range(6)))


def charts(app: AppTest) -> list[Any]:
    return [element.proto for element in app.get("vega_lite_chart")]


def said(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in app.caption).replace("\\", "")


def test_the_filtered_models_are_highlighted_before_the_grey_rest() -> None:
    app = opened(MANY, MANY.head(2))

    [chart] = charts(app)
    assert {dataset.name for dataset in chart.datasets} == {"grey", "found"}
    assert chart.alt == (
        "2 models: Output, US dollars per million tokens against Context window, tokens"
    )
    assert "2 of 2 models highlighted" in said(app)
    assert "Grey: 4 other models" in said(app)


def test_with_nothing_to_draw_there_are_words_alone() -> None:
    nowhere = models_frame(UNKNOWN)

    app = opened(nowhere, nowhere)

    assert charts(app) == []
    assert "0 of 4 models highlighted" in said(app)
    assert "Grey" not in said(app)


def test_the_scales_can_be_chosen_and_stand_in_the_address() -> None:
    app = opened(MANY, MANY, chart_across="Size", chart_up="Input price")

    assert "6 without a known size" in said(app)
    app.radio(key="chart_across").set_value("Context window").run()
    assert charts(app)[0].alt.startswith("6 models: Input")
    assert "Your use" not in app.radio(key="chart_up").options


def test_the_month_is_offered_with_a_use() -> None:
    frame = MANY.assign(monthly_cost=3.0)

    app = opened(frame, frame)

    assert "Your use" in app.radio(key="chart_up").options


@pytest.mark.parametrize("asked", [{"chart_up": "Your use"}, {"chart_across": "Nonsense"}])
def test_an_address_that_asks_for_no_such_scale_gets_the_usual_one(asked: dict[str, str]) -> None:
    app = opened(MANY, MANY, **asked)

    assert charts(app)[0].alt.startswith("6 models: Output")
