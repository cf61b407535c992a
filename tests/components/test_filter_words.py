"""What the filters ask for in words, and the way out when nothing meets them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from components.filter_words import NOTHING_ASKED, asked, way_out
from parley.catalog.model import Fact, Model
from parley.frames import models_frame


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


def test_without_filters_nothing_is_said() -> None:
    assert asked(NOTHING_ASKED) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"search": " qwen "}, "“qwen”"),
        ({"publishers": frozenset({"b", "A"})}, "A or b"),
        ({"min_context": 128_000}, "context of 128,000 tokens or more"),
        ({"max_output_price": Decimal("0.5")}, "output at most $0.50 per million"),
        ({"modalities": frozenset({"image", "audio"})}, "takes audio and image"),
        ({"capabilities": frozenset({"json_mode"})}, "json mode"),
        ({"lifecycle": frozenset({"retired"})}, "retired"),
        ({"kinds": frozenset()}, "non-chat models too"),
    ],
)
def test_each_demand_is_said_in_words(change: dict[str, Any], words: str) -> None:
    assert asked(replace(NOTHING_ASKED, **change)) == [words]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"search": "small", "min_context": 64_000},
            "No models match. There would be 1 without the search words, 1 with any context window.",
        ),
        (
            {"search": "old"},
            "No models match. There would be 1 with retired and delisted models, 2 without the search words.",
        ),
        (
            {"search": "embed"},
            "No models match. There would be 1 with models that do not chat, 2 without the search words.",
        ),
        (
            {"search": "nothing", "min_context": 10**7},
            "No models match, and no single filter is the cause.",
        ),
    ],
)
def test_the_way_out_names_the_filters_that_stand_in_the_way(
    change: dict[str, Any], sentence: str
) -> None:
    assert way_out(FRAME, replace(NOTHING_ASKED, **change)) == sentence
