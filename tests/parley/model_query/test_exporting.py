"""The models as CSV and JSON: exact figures with source and date, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import Fact, Model
from parley.model_query.exporting import CSV_COLUMNS, as_csv, as_json, neutralised
from parley.pricing.price import Price, RefusedPrice

FETCHED_ON = date(2026, 11, 24)
PRICE = Price(
    Decimal("0.20"),
    Decimal("0.65"),
    Decimal("0.03"),
    source="bundled list",
    as_of=date(2026, 9, 22),
)
RICH = Model(
    "a/b",
    (
        Fact("price", PRICE, PRICE.source, PRICE.as_of),
        Fact("price", Price(Decimal("0.3"), Decimal("1E+1"), source=LISTED_SOURCE), LISTED_SOURCE),
        Fact("context_window", 131_072, LISTED_SOURCE),
        Fact("input_modalities", frozenset({"text", "image"}), LISTED_SOURCE),
        Fact("tools", True, LISTED_SOURCE),
        Fact("vision", False, LISTED_SOURCE),
        Fact("retired_on", date(2027, 1, 2), "notice"),
    ),
)


def rows(*models: Model) -> list[dict[str, str]]:
    text = as_csv(models, fetched_on=FETCHED_ON, favourites=frozenset({"a/b"}))
    return list(csv.DictReader(io.StringIO(text)))


def document(*models: Model) -> dict[str, Any]:
    text = as_json(
        models,
        endpoint="W&B",
        query="out<1",
        exported_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        fetched_on=FETCHED_ON,
        favourites=frozenset({"a/b"}),
    )
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_holds_exact_figures_and_the_source_and_date_of_the_price() -> None:
    (row,) = rows(RICH)

    assert row["input_usd_per_mtok"] == "0.2"
    assert row["cached_input_usd_per_mtok"] == "0.03"
    assert row["output_usd_per_mtok"] == "0.65"
    assert (row["price_source"], row["price_as_of"]) == ("bundled list", "2026-09-22")
    assert (row["context_window"], row["input_modalities"]) == ("131072", "image text")
    assert (row["tools"], row["vision"], row["favourite"]) == ("yes", "no", "yes")
    assert (row["differs"], row["retired_on"]) == ("price", "2027-01-02")


def test_u1_what_is_unknown_is_empty_and_not_zero() -> None:
    (row,) = rows(Model("bare"))

    assert {name for name, cell in row.items() if cell} == {"id", "favourite"}
    assert tuple(row) == CSV_COLUMNS


def test_a_price_of_the_endpoint_s_own_list_is_as_old_as_the_list() -> None:
    listed = Price(Decimal(1), Decimal(2), source=LISTED_SOURCE)

    (row,) = rows(Model("a", (Fact("price", listed, LISTED_SOURCE),)))

    assert row["price_as_of"] == "2026-11-24"


def test_a_refused_price_is_named_with_its_reason() -> None:
    refused = Fact("price_refused", RefusedPrice("far too high", "a list"), "a list")

    (row,) = rows(Model("a", (refused,)))
    (fact,) = document(Model("a", (refused,)))["models"][0]["facts"]

    assert row["price_refused"] == "far too high"
    assert (fact["name"], fact["value"]) == ("price_refused", "far too high")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", " =", "\ufeff+", "\0@"])
def test_x1_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(sign: str) -> None:
    hostile = f"{sign}HYPERLINK(1)"

    (row,) = rows(Model(hostile, (Fact("name", hostile, "a list"),)))

    assert row["id"] == row["name"] == f"'{hostile}"


@given(st.text(max_size=30))
def test_no_text_whatever_begins_like_a_formula(text: str) -> None:
    assert not neutralised(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutralised(text).replace("'", "").endswith(text.replace("'", ""))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_x1_what_another_language_takes_for_the_next_cell_is_no_formula_either(
    separator: str,
) -> None:
    assert neutralised(f"x{separator}=1+1") == f"x{separator}'=1+1"


def test_the_document_holds_every_fact_with_source_and_date_the_used_one_first() -> None:
    exported = document(RICH, Model("bare", listed=False))

    first, second = exported["models"][0]["facts"][:2]
    assert (exported["endpoint"], exported["query"]) == ("W&B", "out<1")
    assert exported["exported_at"] == "2026-11-24T12:00:00+00:00"
    assert first["value"]["input_per_mtok"] == "0.2"
    assert (first["source"], first["as_of"]) == ("bundled list", "2026-09-22")
    assert (second["value"]["output_per_mtok"], second["as_of"]) == ("10", "2026-11-24")
    assert exported["models"][0]["facts"][3]["value"] == ["image", "text"]
    assert exported["models"][1] == {
        "id": "bare",
        "listed": False,
        "favourite": False,
        "facts": [],
    }
