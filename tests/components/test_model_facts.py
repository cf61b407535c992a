"""Facts in words: each with its source and date, and no two sources silently merged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from components.model_facts import (
    LABELS,
    FactLine,
    breakable,
    contradictions,
    descriptions,
    fact_lines,
    notes,
    origin,
    summary,
    write_fact,
)
from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import FACT_NAMES, Fact, Model
from parley.pricing.price import Price, RefusedPrice

FETCHED = date(2026, 11, 23)
PRICE = Price(Decimal("0.2"), Decimal("0.65"), source="bundled list", as_of=date(2026, 9, 22))


def model(*facts: Fact) -> Model:
    return Model("a/b", facts)


def test_every_fact_that_there_can_be_has_a_label() -> None:
    assert LABELS.keys() == FACT_NAMES.keys()


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("context_window", 131_072, "131,072 tokens"),
        ("tools", True, "yes"),
        ("tools", False, "no"),
        ("price", PRICE, "$0.20 in · $0.65 out per million tokens"),
        ("price_refused", RefusedPrice("$9,000 in", "a list"), "refused: $9,000 in"),
        ("input_modalities", frozenset({"text", "image"}), "image, text"),
        ("retired_on", date(2026, 3, 4), "2026-03-04"),
        ("publisher", "Qwen", "Qwen"),
    ],
)
def test_a_value_is_written_for_a_reader(name: str, value: Any, written: str) -> None:
    assert write_fact(Fact(name, value, "a list")) == written


def test_a_fact_without_a_date_shows_that_it_has_none() -> None:
    lines = fact_lines(model(Fact("kind", "chat", "derived from the id")), FETCHED)

    assert lines == [FactLine("Kind", "chat", "derived from the id", "–")]
    assert origin(lines[0], {}) == "derived from the id"


def test_a_source_is_named_together_with_its_date() -> None:
    line = FactLine("Kind", "chat", "bundled list", "2026-10-07")

    assert origin(line, {}).replace("\u2011", "-") == "bundled list, 2026-10-07"


def test_the_long_part_of_a_source_is_told_once_and_numbered() -> None:
    lines = [
        FactLine("Kind", "chat", "bundled list: a long story", "–"),
        FactLine("Name", "B", "bundled list: another", "–"),
        FactLine("Tools", "yes", "bundled list: a long story", "–"),
        FactLine("Vision", "yes", LISTED_SOURCE, "–"),
    ]

    numbered = notes(lines)

    assert numbered == {"a long story": 1, "another": 2}
    assert [origin(line, numbered) for line in lines] == [
        "bundled list (1)",
        "bundled list (2)",
        "bundled list (1)",
        LISTED_SOURCE,
    ]


def test_what_the_endpoint_lists_is_as_old_as_the_list() -> None:
    listed = model(Fact("kind", "chat", LISTED_SOURCE))

    assert [line.as_of for line in fact_lines(listed, FETCHED)] == ["2026-11-23"]
    assert [line.as_of for line in fact_lines(listed, None)] == ["–"]


def test_sources_that_disagree_are_all_shown_the_used_one_first() -> None:
    lines = fact_lines(
        model(
            Fact("context_window", 1000, LISTED_SOURCE),
            Fact("context_window", 2000, "bundled list", date(2026, 10, 7)),
            Fact("context_window", 1000, "genai-prices"),
        ),
        FETCHED,
    )

    assert [(line.label, line.value) for line in lines] == [
        ("Context window (used)", "1,000 tokens"),
        ("Context window (≠ differs)", "2,000 tokens"),
        ("Context window (agrees)", "1,000 tokens"),
    ]


def test_prices_agree_when_their_rates_do() -> None:
    same = Price(Decimal("0.20"), Decimal("0.650"), source="elsewhere")

    lines = fact_lines(
        model(Fact("price", PRICE, "bundled list"), Fact("price", same, "elsewhere")), FETCHED
    )

    assert [line.label for line in lines] == ["Price (used)", "Price (agrees)"]


def test_two_prices_are_marked_with_their_difference_in_percent() -> None:
    dearer = Price(Decimal("0.25"), Decimal("0.65"), source="elsewhere")

    lines = fact_lines(
        model(Fact("price", PRICE, "bundled list"), Fact("price", dearer, "elsewhere")), FETCHED
    )

    assert [line.label for line in lines] == ["Price (used)", "Price (≠ differs: in +25 %)"]


def test_what_sources_word_in_their_own_way_is_not_marked() -> None:
    lines = fact_lines(model(Fact("name", "Qwen 3", "one"), Fact("name", "Qwen3", "two")), FETCHED)

    assert [line.label for line in lines] == ["Name (used)", "Name (differs)"]


def test_each_contradiction_is_one_line_that_names_who_says_what() -> None:
    dearer = Price(Decimal("0.25"), Decimal("0.65"), source="elsewhere")

    lines = contradictions(
        model(
            Fact("price", dearer, "elsewhere"),
            Fact("context_window", 1000, LISTED_SOURCE),
            Fact("context_window", 2000, "bundled list: a long story", date(2026, 10, 7)),
            Fact("price", PRICE, "bundled list: a long story"),
        )
    )

    assert lines == [
        "Context window: 1,000 tokens (the endpoint's own list); 2,000 tokens (bundled list)",
        "Price: $0.25 in · $0.65 out per million tokens (elsewhere); "
        "$0.20 in · $0.65 out per million tokens (bundled list: in −20 %)",
    ]


def test_a_description_stands_by_itself_with_its_source() -> None:
    described = model(Fact("description", "Writes code.", "bundled list", date(2026, 10, 7)))

    assert fact_lines(described, FETCHED) == []
    assert descriptions(described, FETCHED) == [
        FactLine("Description", "Writes code.", "bundled list", "2026-10-07")
    ]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((), "price – · context –"),
        ((Fact("context_window", 8192, "a list"),), "price – · 8,192 tokens of context"),
        (
            (Fact("price", PRICE, "a list"),),
            "$0.20 in · $0.65 out per million tokens · context –",
        ),
        (
            (Fact("price_refused", RefusedPrice("too high", "a list"), "a list"),),
            "price refused · context –",
        ),
    ],
)
def test_u1_the_summary_never_turns_unknown_into_zero(facts: tuple[Fact, ...], said: str) -> None:
    assert summary(model(*facts)) == said


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("OpenPipe/Qwen3-14B-Instruct", ["OpenPipe/", "Qwen3-", "14B-", "Instruct"]),
        ("as of 2026-10-07", ["as of 2026-10-07"]),
    ],
)
def test_long_words_may_break_at_their_joints(text: str, pieces: list[str]) -> None:
    assert breakable(text).split("\u200b") == pieces
