"""The table of models: what its cells say, which columns it has, and what a click on it does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.table_columns import (
    AT_FIRST,
    COLUMNS,
    SORTED_BY,
    cells_of,
    config,
    order_after_click,
)
from parley.catalog.model import Fact, Model
from parley.frames import Frame, models_frame, with_favourites
from parley.model_query.parsing import parse
from parley.pricing.monthly import Use
from parley.pricing.price import Price, RefusedPrice

PRICE = Price(Decimal("0.0375"), Decimal("0.15"), source="a list")
TODAY = date(2026, 11, 24)


def model(model_id: str, **values: Any) -> Model:
    return Model(model_id, tuple(Fact(name, value, "a test") for name, value in values.items()))


def cells(*models: Model) -> Frame:
    return cells_of(models_frame(models), TODAY)


def test_the_cells_are_texts_and_numbers() -> None:
    rich = model(
        "a/b",
        name="B",
        publisher="a",
        context_window=8192,
        price=PRICE,
        input_modalities=frozenset({"text", "image"}),
        variants=frozenset({"coder", "instruct"}),
        json_mode=True,
        params_total="30B",
        lifecycle="deprecated",
        retired_on=date(2026, 12, 6),
    )

    row = cells(rich).iloc[0].to_dict()

    assert row["input_per_mtok"] == 0.0375
    assert row["context_window"] == 8192
    assert row["modalities"] == "image, text"
    assert row["capabilities"] == "vision, json mode"
    assert row["variants"] == "coder, instruct"
    assert row["lifecycle"] == "deprecated 2026-12-06"
    assert row["days_left"] == 12
    assert row["params_total"] == 30e9


def test_u1_unknown_cells_are_missing() -> None:
    row = cells(model("a/b"))[list(COLUMNS)].drop(columns=["id", "favourite"]).iloc[0]

    assert row.isna().all()


def test_a_stage_without_a_day_and_a_day_that_has_passed() -> None:
    rows = cells(
        model("a", lifecycle="retired", retired_on=date(2026, 3, 4)),
        model("b", lifecycle="available"),
        model("c", retired_on=date(2026, 11, 24)),
    )

    assert list(rows["lifecycle"].fillna("–")) == ["retired 2026-03-04", "available", "–"]
    assert list(rows["days_left"].fillna(-1)) == [-1, -1, 0]


@pytest.mark.parametrize(
    ("requests", "written"), [(1, "≈$0.00075"), (2_000, "≈$1.50"), (10_000_000, "≈$7,500.00")]
)
def test_a_monthly_cost_is_marked_as_an_assumption_and_never_cut_to_nothing(
    requests: int, written: str
) -> None:
    use = Use(4_000, 4_000, 0, requests)

    rows = cells_of(models_frame([model("a", price=PRICE), model("b")], use), TODAY)

    assert list(rows["monthly_cost"].fillna("–")) == [written, "–"]


def test_a_favourite_has_a_full_star_and_what_differs_a_mark() -> None:
    twice = Model("a", (Fact("tools", True, "one"), Fact("tools", False, "two")))
    frame = with_favourites(models_frame([twice, model("b")]), frozenset({"b"}))

    rows = cells_of(frame, TODAY)

    assert list(rows["favourite"]) == ["☆", "★"]
    assert list(rows["differs"].fillna("")) == ["≠ tools", ""]


def test_the_column_that_the_list_is_sorted_by_has_an_arrow() -> None:
    names = ("output_per_mtok", "context_window")
    up, down = config(names, parse("sort:out,ctx")), config(names, parse("sort:ctx"))

    assert up["output_per_mtok"]["label"] == "Output $ ↑"
    assert up["context_window"]["label"] == "Context"
    assert down["context_window"]["label"] == "Context ↓"


@pytest.mark.parametrize(
    ("text", "column", "order"),
    [
        ("", "output_per_mtok", "out"),
        ("sort:price", "output_per_mtok", "-out"),
        ("sort:-price", "output_per_mtok", "out"),
        ("sort:price", "id", "name"),
        ("", "modalities", None),
    ],
)
def test_a_click_on_a_head_sorts_by_it_and_another_one_the_other_way_round(
    text: str, column: str, order: str | None
) -> None:
    assert order_after_click(parse(text), column) == order


def test_every_column_with_a_number_or_a_name_can_be_sorted_by() -> None:
    listed = {"favourite", "name", "differs", "price_note", "modalities", "capabilities"}
    unsorted = {"variants", "price_source", "price_as_of", "days_left"}

    assert set(COLUMNS) - set(SORTED_BY) == listed | unsorted


def drawn_table(models: "tuple[Model, ...]", text: str) -> None:  # noqa: UP037 it runs without imports
    import streamlit as st

    from components import model_table, table_columns
    from components.state import Session
    from parley.frames import models_frame
    from parley.matching import matching
    from parley.model_query.parsing import parse

    session = Session()
    query = parse(text)
    model_table.show(session, query, matching(models_frame(models), query), st.toast)
    table_columns.pick(session)


def drawn(*models: Model, text: str = "", **address: Any) -> AppTest:
    app = AppTest.from_function(drawn_table, args=(models, text), default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("facts", "column"),
    [
        ({"name": "B"}, "name"),
        ({"kind": "embedding"}, "kind"),
        ({"price_refused": RefusedPrice("too high", "a list")}, "price_note"),
        ({"variants": frozenset({"coder"})}, "variants"),
        ({"params_total": "7B"}, "params_total"),
        ({"retired_on": date(2999, 1, 1)}, "days_left"),
    ],
)
def test_a_column_that_would_say_nothing_is_left_out(facts: dict[str, Any], column: str) -> None:
    without, with_it = (
        drawn(model("a/b", **each), text="kind:any").dataframe[0].value for each in ({}, facts)
    )

    assert column not in without
    assert column in with_it
    assert list(with_it) == [name for name in AT_FIRST if name in with_it]


def test_a_refused_price_is_said_though_another_source_gives_one_that_can_be() -> None:
    refused = RefusedPrice("too high", "a list")
    priced = Price(Decimal(1), Decimal(2), source="another list")

    app = drawn(
        model("a/b", price_refused=refused), model("c/d", price=priced, price_refused=refused)
    )

    assert list(app.dataframe[0].value["price_note"]) == ["refused", "another refused"]


def test_the_columns_of_the_address_are_shown_in_its_order_whatever_they_say() -> None:
    app = drawn(model("a/b"), cols=["kind", "id", "nonsense", "kind"])

    assert list(app.dataframe[0].value) == ["kind", "id"]
    assert app.multiselect(key="columns").value == ["kind", "id"]


def test_columns_that_are_picked_stand_in_the_address_until_they_are_given_up() -> None:
    app = drawn(model("a/b"))

    app.multiselect(key="columns").set_value(["id", "family"]).run()
    picked = list(app.dataframe[0].value), app.query_params["cols"]
    app.multiselect(key="columns").set_value([]).run()

    assert picked == (["id", "family"], ["id", "family"])
    assert "cols" not in app.query_params
    assert "publisher" in app.dataframe[0].value


def clicking(selection: "dict[str, Any]", text: str, star: "dict[str, Any] | None") -> None:  # noqa: UP037 it runs without imports
    import streamlit as st

    from components.model_table import Drawn, clicked, starred
    from components.state import Session
    from parley.model_query.parsing import parse

    session = Session()
    session.set_widget(session.field("model-table"), {"selection": selection})
    session.set_widget("search", text)
    session.set_widget("model-star", star)
    drawn = Drawn(session, parse(text), ("first", "second"), st.text)
    if star is None:
        clicked(drawn)
    else:
        starred(drawn)
    st.caption(session.field("model-table"))


def after_click(text: str = "", star: Any = None, **selection: Any) -> AppTest:
    app = AppTest.from_function(clicking, args=(selection, text, star))
    app.query_params["model"] = "before"
    return app.run()


@pytest.mark.parametrize(
    ("rows", "cells", "picked"),
    [
        ([1], [], "second"),
        ([], [(1, "name")], "second"),
        ([0], [(1, "name")], "second"),
        ([], [], None),
        ([7], [], None),
        ([], [(7, "name")], None),
    ],
)
def test_a_click_anywhere_in_a_row_picks_its_model(
    rows: list[int], cells: list[tuple[int, str]], picked: str | None
) -> None:
    app = after_click(rows=rows, cells=cells)

    assert app.query_params.get("model") == picked


def test_a_click_on_a_star_keeps_the_model_and_leaves_the_details_as_they_are() -> None:
    app = after_click(star={"row": 1, "label": "☆"})
    beside = after_click(cells=[(1, "favourite")])

    assert app.text[0].value == "second"
    assert app.query_params["model"] == beside.query_params["model"] == "before"
    assert not beside.text


def test_a_star_of_a_row_that_is_gone_does_nothing() -> None:
    assert not after_click(star={"row": 7, "label": "☆"}).text


@pytest.mark.parametrize(
    ("text", "column", "asked"),
    [
        ("qwen", "input_per_mtok", "qwen sort:in"),
        ("sort:in qwen", "input_per_mtok", "qwen sort:-in"),
        ("sort:in", "capabilities", None),
    ],
)
def test_a_click_on_a_head_writes_the_order_into_the_question(
    text: str, column: str, asked: str | None
) -> None:
    app = after_click(text, columns=[column])

    assert app.query_params.get("q") == asked
    assert app.caption[0].value == "model-table-1", "a head stays picked in a table that is not new"
    assert app.query_params["model"] == "before"
