"""Which model a click into the chart opens, and when the chart forgets a click."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def picking() -> None:
    import streamlit as st

    from components.model_charts import picked
    from components.state import Session

    if "model-chart-0" in st.session_state:
        picked(Session(), "model-chart-0")


@pytest.mark.parametrize(
    ("selection", "opens"),
    [
        ({"picked": [{"id": "a/b"}]}, "a/b"),
        ({"picked": [{"id": "a/b"}, {"id": "a/c"}]}, "a/b"),
        ({"picked": []}, None),
        ({"picked": {}}, None),
        ({"picked": [{"id": 7}]}, None),
        ({"picked": [{}]}, None),
        ({"picked": ["a/b"]}, None),
        ({"picked": [{"id": "x" * 300}]}, None),
        ({}, None),
    ],
)
def test_a_click_on_a_point_opens_its_model_and_one_beside_it_closes_it(
    selection: dict[str, Any], opens: str | None
) -> None:
    app = AppTest.from_function(picking)
    app.query_params["model"] = "before"
    app.session_state["model-chart-0"] = {"selection": selection}

    app.run()

    assert app.query_params.get("model") == opens


def keyed() -> None:
    import streamlit as st

    from components.model_charts import chart_key
    from components.state import Session

    st.text(chart_key(Session()))


@pytest.mark.parametrize(
    ("clicked", "inspected", "key"),
    [
        (None, None, "model-chart-0"),
        (None, "a/b", "model-chart-0"),
        ("a/b", "a/b", "model-chart-0"),
        ("a/b", "a/c", "model-chart-1"),
        ("a/b", None, "model-chart-1"),
    ],
)
def test_a_chart_whose_point_is_not_what_is_open_any_more_forgets_it(
    clicked: str | None, inspected: str | None, key: str
) -> None:
    app = AppTest.from_function(keyed)
    if clicked:
        app.session_state["model-chart-0"] = {"selection": {"picked": [{"id": clicked}]}}
    if inspected:
        app.query_params["model"] = inspected

    app.run()

    assert app.text[0].value == key
