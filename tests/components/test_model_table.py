"""The table of models: what its cells say, and which model a click picks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model_table import displayed
from parley.catalog.model import Fact, Model
from parley.frames import models_frame
from parley.pricing.price import Price, RefusedPrice

PRICE = Price(Decimal("0.0375"), Decimal("0.15"), source="a list")


def model(model_id: str, **values: Any) -> Model:
    return Model(model_id, tuple(Fact(name, value, "a test") for name, value in values.items()))


def test_the_cells_are_texts_and_numbers_that_sort() -> None:
    frame = models_frame(
        [
            model(
                "a/b",
                name="B",
                publisher="a",
                context_window=8192,
                price=PRICE,
                input_modalities=frozenset({"text", "image"}),
                json_mode=True,
                lifecycle="retired",
                retired_on=date(2026, 3, 4),
            )
        ]
    )

    cells = displayed(frame).iloc[0].to_dict()

    assert cells["input_per_mtok"] == 0.0375
    assert cells["context_window"] == 8192
    assert cells["modalities"] == "image, text"
    assert cells["capabilities"] == "json mode"
    assert cells["lifecycle"] == "retired 2026-03-04"


def test_u1_unknown_cells_are_missing() -> None:
    frame = models_frame([model("a/b")])

    cells = displayed(frame).drop(columns="id").iloc[0]

    assert cells.isna().all()


@pytest.mark.parametrize(
    ("facts", "column"),
    [
        ({"name": "B"}, "name"),
        ({"kind": "embedding"}, "kind"),
        ({"price_refused": RefusedPrice("too high", "a list")}, "price_note"),
    ],
)
def test_a_column_that_would_say_nothing_is_left_out(facts: dict[str, Any], column: str) -> None:
    assert column not in displayed(models_frame([model("a/b")]))
    assert column in displayed(models_frame([model("a/b", **facts)]))


def picking() -> None:
    import streamlit as st

    from components.model_table import row_picked
    from components.state import Session

    if "model-table" in st.session_state:
        row_picked(Session(), ("first", "second"))


@pytest.mark.parametrize(
    ("rows", "cells", "picked"),
    [
        ([1], [], "second"),
        ([], [(1, "name")], "second"),
        ([0], [(1, "name")], "second"),
        ([], [], None),
        ([7], [], None),
    ],
)
def test_a_click_anywhere_in_a_row_picks_its_model(
    rows: list[int], cells: list[tuple[int, str]], picked: str | None
) -> None:
    app = AppTest.from_function(picking)
    app.query_params["model"] = "before"
    app.session_state["model-table"] = {"selection": {"rows": rows, "columns": [], "cells": cells}}

    app.run()

    assert app.query_params.get("model") == picked
