"""Which models a question finds, and in which order."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.bundled import bundled_models
from parley.catalog.model import Fact, Model
from parley.frames import models_frame, with_favourites
from parley.matching import counts_without, matching
from parley.model_query.parsing import parse
from parley.pricing.monthly import Use
from parley.pricing.price import Price
from parley.pricing.sanity import free_price


def model(model_id: str, **values: Any) -> Model:
    return Model(model_id, tuple(Fact(name, value, "list") for name, value in values.items()))


def price(rate_out: str) -> Price:
    return Price(Decimal("0.1"), Decimal(rate_out), source="list", as_of=date(2026, 9, 22))


GLM, OSS, BGE, FREE = "zai-org/GLM-5.2", "openai/gpt-oss-120b", "bge-m3", "free-one"
MODELS = (
    model(
        GLM,
        name="Z.AI GLM 5.2",
        publisher="zai-org",
        family="GLM",
        context_window=1_048_576,
        max_output_tokens=8_192,
        price=price("2.42"),
        tools=True,
        reasoning=True,
        lifecycle="available",
        input_modalities=frozenset({"text"}),
        params_total="744B",
        released_on=date(2026, 1, 31),
    ),
    model(
        OSS,
        name="OpenAI GPT OSS 120B",
        publisher="openai",
        description="Open weights; agentic work, in English.",
        context_window=131_072,
        price=price("0.17"),
        reasoning=True,
        tools=False,
        input_modalities=frozenset({"image", "text"}),
        variants=frozenset({"Coder"}),
        params_total="117B",
        params_active="5.1B",
        released_on=date(2026, 2, 1),
        quantization="MXFP4",
    ),
    model(BGE, kind="embedding", lifecycle="retired", replacement="bge-m4"),
    model(FREE, price=free_price("list"), context_window=4096, retired_on=date(2027, 1, 1)),
)
CHATTING = [GLM, OSS, FREE]
FRAME = with_favourites(models_frame(MODELS, Use(1000, 1000, 0, 1000)), frozenset({OSS}))
ALL = "kind:any lifecycle:any "


def found(text: str) -> list[str]:
    return list(matching(FRAME, parse(text))["id"])


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("", CHATTING),
        ("--- !", CHATTING),
        ("gpt", [OSS]),
        ("OSS gpt", [OSS]),
        ("gptoss120b", [OSS]),
        ("gpt_oss", [OSS]),
        ("english, agentic", [OSS]),
        ("glm 52", [GLM]),
        ("zai", [GLM]),
        ("gpt glm", []),
        ("`id` == 1", []),
        (".*", CHATTING),
        ("(oss", [OSS]),
        ('"gpt oss"', [OSS]),
        ('"weights; agentic"', [OSS]),
        ('"agentic weights"', []),
        ("!gpt", [GLM, FREE]),
        ("bge", []),
        (ALL + "bge", [BGE]),
    ],
)
def test_a_search_finds_all_words_in_any_order_case_and_punctuation(
    search: str, ids: list[str]
) -> None:
    assert found(search) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("publisher:openai,zaiorg", [GLM, OSS]),
        ("publisher:openai publisher:zai-org", [GLM, OSS]),
        ("!publisher:openai", [GLM, FREE]),
        ("publisher:unknown", [FREE]),
        ("publisher:any", CHATTING),
        ("family:glm", [GLM]),
        ("quant:mxfp4", [OSS]),
        ("kind:embedding lifecycle:any", [BGE]),
        ("kind:chat", CHATTING),
        ("kind:any", CHATTING),
        (ALL, [GLM, OSS, BGE, FREE]),
        ("retired kind:any", [BGE]),
        ("lifecycle:unknown", [OSS, FREE]),
        ("available lifecycle:unknown", CHATTING),
        ("!available", [OSS, FREE]),
        ("ctx>=128k", [GLM, OSS]),
        ("ctx:128k", [OSS]),
        ("ctx<128k", [FREE]),
        ("!ctx<128k", [GLM, OSS]),
        ("maxout>1", [GLM]),
        ("!maxout>1", [OSS, FREE]),
        ("out<=0.17", [OSS, FREE]),
        ("out<0.17", [FREE]),
        ("out>0.17", [GLM]),
        ("out=0", [FREE]),
        ("params<120B", [OSS]),
        ("active>5B", [OSS]),
        ("monthly<1", [OSS, FREE]),
        ("released>2026-01", [OSS]),
        ("released>=2026-01", [GLM, OSS]),
        ("released<2026-02", [GLM]),
        ("released:2026-02-01", [OSS]),
        ("retires<=2027", [FREE]),
        ("takes:text", [GLM, OSS]),
        ("image", [OSS]),
        ("vision", [OSS]),
        ("tools", [GLM]),
        ("!tools", [OSS, FREE]),
        ("tools reasoning", [GLM]),
        ("variant:coder", [OSS]),
        ("variant:CODER", [OSS]),
        ("fav", [OSS]),
        ("!fav", [GLM, FREE]),
        ("free", [FREE]),
        ("differs", []),
        ("glm vision", []),
        ("glm ctz>1", [GLM]),
    ],
)
def test_u1_conditions_leave_only_what_is_known_to_fit(text: str, ids: list[str]) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [GLM, OSS, BGE, FREE]),
        ("sort:name", [BGE, FREE, OSS, GLM]),
        ("sort:-name", [GLM, OSS, FREE, BGE]),
        ("sort:ctx", [GLM, OSS, FREE, BGE]),
        ("sort:-ctx", [FREE, OSS, GLM, BGE]),
        ("sort:in", [FREE, GLM, OSS, BGE]),
        ("sort:price", [FREE, OSS, GLM, BGE]),
        ("sort:-price", [GLM, OSS, FREE, BGE]),
        ("sort:in,-params", [FREE, OSS, GLM, BGE]),
        ("sort:in sort:params", [FREE, GLM, OSS, BGE]),
        ("sort:monthly", [FREE, OSS, GLM, BGE]),
        ("sort:released", [OSS, GLM, BGE, FREE]),
        ("sort:-released", [GLM, OSS, BGE, FREE]),
        ("sort:publisher", [OSS, GLM, BGE, FREE]),
    ],
)
def test_what_is_unknown_is_sorted_last_either_way(text: str, ids: list[str]) -> None:
    assert found(ALL + text) == ids


def test_names_are_sorted_without_regard_to_case() -> None:
    frame = models_frame([model("b"), model("A"), model("C")])

    assert list(matching(frame, parse("sort:name"))["id"]) == ["A", "b", "C"]


def test_no_models_are_filtered_to_none() -> None:
    empty = models_frame([])

    text = (
        "x ctx>1 out<1 released>2026 tools fav publisher:a kind:chat available sort:name,released"
    )
    assert list(matching(empty, parse(text)).columns) == list(empty.columns)


@given(st.text(max_size=40))
def test_no_question_whatever_fails(text: str) -> None:
    assert set(found(text)) <= {each.id for each in MODELS}


@pytest.mark.parametrize("each", list(bundled_models().values()), ids=lambda each: each.id)
def test_every_model_is_found_by_its_own_id(each: Model) -> None:
    frame = models_frame(bundled_models().values())

    assert each.id in set(matching(frame, parse(ALL + each.id))["id"])


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("gpt tools", {("words", True): 1, ("can", True): 1}),
        ("bge kind:any", {("lifecycle", False): 1, ("words", True): 3}),
        ("nothing ctx>=10M", {}),
        (ALL, {}),
    ],
)
def test_each_demand_is_weighed_by_what_there_would_be_without_it(
    text: str, counts: dict[tuple[str, bool], int]
) -> None:
    assert counts_without(FRAME, parse(text)) == counts


def test_where_one_demand_is_all_there_is_everything_would_be_there_without_it() -> None:
    counts = counts_without(FRAME, parse(ALL + "nothing"))

    assert counts == {("words", True): 4}


def test_c5_ten_thousand_models_are_filtered_and_sorted_well_within_a_second() -> None:
    frame = models_frame(
        [
            model(f"org{n % 50}/Model-{n}", description="some words " * 40, price=price("0.5"))
            for n in range(10_000)
        ]
    )

    started = time.process_time()
    left = matching(frame, parse("model 777 org27 out<1 sort:name"))

    assert time.process_time() - started < 1
    assert "org27/Model-777" in set(left["id"])
