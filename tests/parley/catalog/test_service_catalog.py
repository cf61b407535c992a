"""What W&B's public catalog says, in its own units, and that no answer of it can break the reader."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.model import FACT_NAMES, Model
from parley.catalog.parsing import MAX_ENTRIES
from parley.catalog.service_catalog import CATALOG_SOURCE, ServiceCatalog, parse_catalog
from parley.pricing.price import Price
from tests.parley.catalog.catalog_rows import FLASH, row

FETCHED = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
DAY = date(2026, 11, 24)


def parsed(*rows: object) -> ServiceCatalog:
    return parse_catalog({"models": list(rows)}, FETCHED)


def model(**other: Any) -> Model:
    return parsed(row(**other)).models[FLASH]


def test_every_field_of_a_documented_row_becomes_a_fact_with_source_and_day() -> None:
    flash = model()

    values = {fact.name: fact.value for fact in flash.facts}
    assert values == {
        "name": "DeepSeek V4.1-Flash",
        "description": "For coding and long contexts.",
        "context_window": 1_048_576,
        "kind": "chat",
        "price": Price(
            Decimal("0.2"), Decimal("0.65"), Decimal("0.03"), source=CATALOG_SOURCE, as_of=DAY
        ),
        "input_modalities": frozenset({"text", "image"}),
        "output_modalities": frozenset({"text"}),
        "vision": True,
        "reasoning": True,
        "tools": True,
        "structured_output": True,
        "json_mode": True,
        "lora": False,
        "reasoning_mode": "default-on",
        "params_total": "552B",
        "params_active": "16B",
        "quantization": "fp8",
        "license": "mit",
        "lifecycle": "available",
        "released_on": date(2026, 9, 21),
    }
    assert {(fact.source, fact.as_of) for fact in flash.facts} == {(CATALOG_SOURCE, DAY)}
    assert not flash.listed


@pytest.mark.parametrize(
    ("cents", "dollars"),
    [(22_000, "0.22"), (10, "0.0001"), (100_000_000, "1000"), (2_000_000, "20"), ("71000", "0.71")],
)
def test_prices_are_cents_per_billion_tokens(cents: object, dollars: str) -> None:
    price = model(priceCentsPerBillionTokensOutput=cents).price

    assert price is not None
    assert str(price.output_per_mtok) == dollars


@pytest.mark.parametrize("factor", [100_000, Decimal("0.00001")], ids=["times", "divided"])
def test_a_price_in_the_wrong_unit_is_refused_and_says_so(factor: Decimal | int) -> None:
    wild = float(22_000 * factor)

    found = model(priceCentsPerBillionTokensInput=wild, priceCentsPerBillionTokensOutput=wild)

    assert found.price is None
    assert "is outside $0.0001 to $1,000" in found.value("price_refused").reason


@pytest.mark.parametrize("cached", [20_000, None, 0, 999_999_999, "x"])
def test_cached_input_at_the_full_price_or_none_is_no_discount(cached: object) -> None:
    price = model(priceCentsPerBillionTokensCached=cached).price

    assert price is not None
    assert price.cached_input_per_mtok is None


@pytest.mark.parametrize(("cents", "output"), [(None, 1), (-1, 1), (0, 0), (True, 1), ("free", 1)])
def test_a_price_that_is_not_said_is_unknown_and_never_zero(cents: object, output: object) -> None:
    found = model(priceCentsPerBillionTokensInput=cents, priceCentsPerBillionTokensOutput=output)

    assert (found.price, found.value("price_refused")) == (None, None)


def test_an_embedding_model_needs_no_price_for_output() -> None:
    found = model(apiStyle="embedding", priceCentsPerBillionTokensOutput=0)

    assert (found.value("kind"), found.is_chat) == ("embedding", False)
    assert found.price is not None


@pytest.mark.parametrize(
    ("stage", "lifecycle"),
    [
        ("general-availability", "available"),
        ("Experimental", "experimental"),
        ("deprecated", "deprecated"),
        ("retired", "retired"),
        ("hidden", None),
        (7, None),
    ],
)
def test_a_stage_is_named_in_our_words_and_an_unknown_one_is_unknown(
    stage: object, lifecycle: str | None
) -> None:
    assert model(lifecycleStage=stage).lifecycle == lifecycle


def test_an_older_row_has_its_modalities_under_another_name() -> None:
    old = row(modalities=["Text"])
    del old["modalitiesInput"]

    found = parsed(old).models[FLASH]

    assert found.value("input_modalities") == frozenset({"text"})
    assert found.value("vision") is False


def test_what_a_row_does_not_say_is_absent() -> None:
    bare = parsed({"idPlayground": "a/b"}).models["a/b"]

    assert bare.facts == ()
    assert bare.value("vision") is None


def test_c3_c4_entries_that_cannot_be_used_are_counted_and_the_first_of_twins_is_kept() -> None:
    found = parsed(
        row(label="First"), row(label="Second"), row("a/B"), row("a/b"), 7, None, "text", {},
        row(""), row(42), row("x" * 257), row("\ud800"),
    )  # fmt: skip

    assert list(found.models) == [FLASH, "a/B", "a/b"]
    assert found.models[FLASH].value("name") == "First"
    assert (found.duplicates, found.unreadable) == (1, 8)


def test_c5_what_comes_after_more_entries_than_are_read_is_counted() -> None:
    found = parsed(*({"idPlayground": f"a/{number}"} for number in range(MAX_ENTRIES + 3)))

    assert (len(found.models), found.unreadable) == (MAX_ENTRIES, 3)


def test_models_that_another_provider_hosts_are_left_out() -> None:
    found = parsed(
        row("gpt-4.1", provider="openai", status="available"),
        row("a/renamed", provider="forge"),
        row("a/other-status", status="live"),
    )

    assert list(found.models) == ["a/renamed", "a/other-status"]
    assert found.elsewhere == 1


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"models": {}}, {"models": None}, "x", 7, {"data": [row()]}]
)
def test_c1_c2_an_answer_of_another_shape_holds_no_models(payload: object) -> None:
    assert parse_catalog(payload, FETCHED).models == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(row())), JSON))
def test_no_row_breaks_the_reader_and_every_fact_has_a_known_name(broken: dict[str, Any]) -> None:
    found = parsed({**row(), **broken})

    names = {fact.name for known in found.models.values() for fact in known.facts}
    assert names <= set(FACT_NAMES)
    assert len(found.models) + found.unreadable + found.elsewhere == 1


def test_numbers_beyond_all_sense_are_unknown() -> None:
    huge = 10 ** (sys.get_int_max_str_digits() + 1)

    found = model(
        contextWindow=huge, parameterCountTotal=huge, priceCentsPerBillionTokensInput=huge
    )

    assert (found.context_window, found.value("params_total"), found.price) == (None, None, None)
