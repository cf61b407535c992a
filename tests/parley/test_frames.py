"""The catalog as a table, and what its filters leave."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.bundled import bundled_models
from parley.catalog.model import Fact, Model
from parley.frames import ModelFilter, Sort, filter_models, models_frame
from parley.pricing.price import Price
from parley.pricing.sanity import free_price


def model(model_id: str, *, listed: bool = True, **values: object) -> Model:
    return Model(
        model_id, tuple(Fact(name, value, "list") for name, value in values.items()), listed=listed
    )


def price(rate_out: str) -> Price:
    return Price(Decimal("0.1"), Decimal(rate_out), source="list", as_of=date(2026, 9, 22))


MODELS = (
    model(
        "zai-org/GLM-5.2",
        name="Z.AI GLM 5.2",
        publisher="zai-org",
        context_window=1_048_576,
        price=price("2.42"),
        tools=True,
        reasoning=True,
        lifecycle="available",
        input_modalities=frozenset({"text"}),
    ),
    model(
        "openai/gpt-oss-120b",
        name="OpenAI GPT OSS 120B",
        publisher="openai",
        description="Open weights; agentic work, in English.",
        context_window=131_072,
        price=price("0.17"),
        reasoning=True,
        tools=False,
        input_modalities=frozenset({"image", "text"}),
    ),
    model("bge-m3", kind="embedding", lifecycle="retired", replacement="bge-m4", listed=False),
    model("free-one", price=free_price("list"), context_window=4096),
)
FRAME = models_frame(MODELS)


def found(**wanted: object) -> list[str]:
    return list(filter_models(FRAME, ModelFilter(**wanted))["id"])  # type: ignore[arg-type]


def test_a_row_holds_what_is_known() -> None:
    row = FRAME.iloc[1]

    assert row["context_window"] == 131_072
    assert (row["input_per_mtok"], row["output_per_mtok"]) == (0.1, 0.17)
    assert (row["modalities"], row["capabilities"]) == (["image", "text"], ["reasoning"])
    assert (row["price_source"], row["price_as_of"]) == ("list", date(2026, 9, 22))


def test_what_is_unknown_is_missing_and_never_zero() -> None:
    row = FRAME.iloc[2]

    unknown = [
        "name",
        "publisher",
        "context_window",
        "input_per_mtok",
        "output_per_mtok",
        "price_source",
    ]
    assert row[unknown].isna().all()
    assert (row["replacement"], row["listed"]) == ("bge-m4", False)
    assert FRAME.iloc[3]["output_per_mtok"] == 0


def test_of_two_facts_with_one_name_the_first_is_in_the_table() -> None:
    twice = Model("a", (Fact("name", "First", "one"), Fact("name", "Second", "two")))

    assert models_frame([twice]).iloc[0]["name"] == "First"


def test_no_models_make_an_empty_table_that_can_be_filtered() -> None:
    empty = models_frame([])

    wanted = ModelFilter(
        search="x",
        min_context=1,
        max_output_price=Decimal(1),
        publishers=frozenset("a"),
        kinds=frozenset("a"),
        lifecycle=frozenset("a"),
        capabilities=frozenset("a"),
        sort=Sort.NAME,
    )
    assert len(filter_models(empty, wanted)) == 0
    assert list(filter_models(empty, wanted).columns) == list(FRAME.columns)


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("", [each.id for each in MODELS]),
        ("--- !", [each.id for each in MODELS]),
        ("gpt", ["openai/gpt-oss-120b"]),
        ("OSS gpt", ["openai/gpt-oss-120b"]),
        ("gptoss120b", ["openai/gpt-oss-120b"]),
        ("gpt_oss", ["openai/gpt-oss-120b"]),
        ("english, agentic", ["openai/gpt-oss-120b"]),
        ("glm 52", ["zai-org/GLM-5.2"]),
        ("zai", ["zai-org/GLM-5.2"]),
        ("gpt glm", []),
        ("`id` == 1", []),
        (".*", [each.id for each in MODELS]),
        ("(oss", ["openai/gpt-oss-120b"]),
    ],
)
def test_a_search_finds_all_words_in_any_order_case_and_punctuation(
    search: str, ids: list[str]
) -> None:
    assert found(search=search) == ids


@given(st.text(max_size=40))
def test_no_search_text_whatever_fails(search: str) -> None:
    assert set(found(search=search)) <= {each.id for each in MODELS}


@pytest.mark.parametrize("each", list(bundled_models().values()), ids=lambda each: each.id)
def test_every_model_is_found_by_its_own_id(each: Model) -> None:
    frame = models_frame(bundled_models().values())

    assert each.id in set(filter_models(frame, ModelFilter(search=each.id))["id"])


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"publishers": frozenset({"openai", "x"})}, ["openai/gpt-oss-120b"]),
        ({"kinds": frozenset({"embedding"})}, ["bge-m3"]),
        ({"kinds": frozenset({"chat"})}, ["zai-org/GLM-5.2", "openai/gpt-oss-120b", "free-one"]),
        ({"min_context": 131_072}, ["zai-org/GLM-5.2", "openai/gpt-oss-120b"]),
        ({"max_output_price": Decimal("0.17")}, ["openai/gpt-oss-120b", "free-one"]),
        ({"max_output_price": Decimal(0)}, ["free-one"]),
        ({"modalities": frozenset({"text"})}, ["zai-org/GLM-5.2", "openai/gpt-oss-120b"]),
        ({"modalities": frozenset({"text", "image"})}, ["openai/gpt-oss-120b"]),
        ({"capabilities": frozenset({"tools"})}, ["zai-org/GLM-5.2"]),
        ({"lifecycle": frozenset({"retired"})}, ["bge-m3"]),
        ({"lifecycle": frozenset({"unknown"})}, ["openai/gpt-oss-120b", "free-one"]),
        ({"search": "glm", "capabilities": frozenset({"vision"})}, []),
    ],
)
def test_filters_leave_only_what_is_known_to_fit(wanted: dict[str, object], ids: list[str]) -> None:
    assert found(**wanted) == ids


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        (Sort.LISTED, ["zai-org/GLM-5.2", "openai/gpt-oss-120b", "bge-m3", "free-one"]),
        (Sort.NAME, ["bge-m3", "free-one", "openai/gpt-oss-120b", "zai-org/GLM-5.2"]),
        (Sort.CONTEXT, ["zai-org/GLM-5.2", "openai/gpt-oss-120b", "free-one", "bge-m3"]),
        (Sort.INPUT_PRICE, ["free-one", "zai-org/GLM-5.2", "openai/gpt-oss-120b", "bge-m3"]),
        (Sort.OUTPUT_PRICE, ["free-one", "openai/gpt-oss-120b", "zai-org/GLM-5.2", "bge-m3"]),
    ],
)
def test_what_is_unknown_is_sorted_last(sort: Sort, ids: list[str]) -> None:
    assert found(sort=sort) == ids


def test_names_are_sorted_without_regard_to_case() -> None:
    frame = models_frame([model("b"), model("A"), model("C")])

    assert list(filter_models(frame, ModelFilter(sort=Sort.NAME))["id"]) == ["A", "b", "C"]


def test_c5_ten_thousand_models_are_filtered_well_within_two_seconds() -> None:
    many = [
        model(
            f"org{number % 50}/Model-{number}", description="some words " * 40, price=price("0.5")
        )
        for number in range(10_000)
    ]

    started = time.process_time()
    left = filter_models(models_frame(many), ModelFilter(search="model 777 org27", sort=Sort.NAME))

    assert time.process_time() - started < 2
    assert "org27/Model-777" in set(left["id"])
