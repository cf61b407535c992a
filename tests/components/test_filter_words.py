"""What a question asks for in words, and the way out when nothing meets it."""

from __future__ import annotations

from typing import Any

import pytest

from components.filter_words import asked, hidden, way_out
from parley.catalog.model import Fact, Model
from parley.frames import models_frame
from parley.model_query.fields import FIELDS
from parley.model_query.parsing import parse


def model(model_id: str, **values: Any) -> Model:
    return Model(model_id, tuple(Fact(name, value, "a test") for name, value in values.items()))


FRAME = models_frame(
    [
        model("a/small", context_window=8_000, publisher="a"),
        model("a/large", context_window=128_000, publisher="a"),
        model("b/old", lifecycle="retired", publisher="b"),
        model("b/embed", kind="embedding", publisher="b"),
    ]
)


def test_without_a_question_nothing_is_said() -> None:
    assert asked(parse("  ")) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" qwen ", ["“qwen”"]),
        ("!qwen", ["not “qwen”"]),
        ("publisher:b publisher:A", ["publisher A or b"]),
        ("!publisher:b,c", ["not publisher b or c"]),
        ("ctx>=128k", ["context at least 128,000 tokens"]),
        ("ctx<8192", ["context under 8,192 tokens"]),
        ("ctx:128k", ["context 128,000 tokens to 131,072 tokens"]),
        ("out<=0.5", ["output price at most $0.50 per million"]),
        ("in>2", ["input price over $2.00 per million"]),
        ("in=2", ["input price $2.00 per million"]),
        ("monthly<100", ["monthly cost of your use under $100.00"]),
        ("params<=30.5B", ["parameters at most 30.5B"]),
        ("active>=500k", ["active parameters at least 500,000"]),
        ("size>1T", ["parameters over 1T"]),
        ("released>2026-01", ["released after 2026-01-31"]),
        ("released>=2026", ["released from 2026-01-01"]),
        ("retires<2027", ["retiring before 2027-01-01"]),
        ("version<=2025", ["dated by their id by 2025-12-31"]),
        ("image audio", ["takes image", "takes audio"]),
        ("json", ["json mode"]),
        ("!tools", ["not tools"]),
        ("retired deprecated", ["lifecycle deprecated or retired"]),
        ("kind:any", ["kind any"]),
        ("fav free differs", ["favourite", "free", "sources differ"]),
        ("variant:coder", ["coder"]),
        ("sort:price,-name", ["by output price, lowest first", "by id, Z to A"]),
        ("sort:ctx sort:publisher", ["by context, highest first", "by publisher, A to Z"]),
        ("sort:released,retires", ["by released, latest first", "by retirement, earliest first"]),
    ],
)
def test_each_demand_is_said_in_words(text: str, words: list[str]) -> None:
    assert asked(parse(text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "retired, delisted and non-chat models are hidden"),
        ("kind:any", "retired and delisted models are hidden"),
        ("retired", "non-chat models are hidden"),
        ("retired kind:any", ""),
        ("!retired", "retired, delisted and non-chat models are hidden"),
    ],
)
def test_what_nobody_asked_for_is_said_to_be_hidden(text: str, words: str) -> None:
    assert hidden(parse(text)) == words


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "small ctx>=64k",
            "No models match. There would be 1 without the search words, 1 with any context window.",
        ),
        (
            "old",
            "No models match. There would be 1 with retired and delisted models, 2 without the search words.",
        ),
        (
            "embed",
            "No models match. There would be 1 with models that do not chat, 2 without the search words.",
        ),
        ("nothing ctx>=10M", "No models match, and no single filter is the cause."),
        ("small params<1", "No models match. There would be 1 with any or unknown parameters."),
    ],
)
def test_the_way_out_names_the_filters_that_stand_in_the_way(text: str, sentence: str) -> None:
    assert way_out(FRAME, parse(text)) == sentence


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_field_can_be_said_and_loosened(field: Any) -> None:
    query = parse(field.example)

    assert len(asked(query)) == 1
    assert way_out(FRAME, parse(f"{field.example} small large")).startswith("No models match")
