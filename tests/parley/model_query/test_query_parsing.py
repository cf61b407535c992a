"""A question to the model list, as it is understood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.model_query.fields import FIELDS, Kind
from parley.model_query.parsing import parse
from parley.model_query.query import Has, OneOf, Phrase, Problem, Range
from parley.model_query.words import MAX_CHARS

KNOWN = {"publisher": ["Qwen", "meta-llama"], "family": ["Llama"]}


def problem_in(text: str) -> Problem:
    (problem,) = parse(text, KNOWN).problems
    return problem


def test_words_conditions_and_an_order_stand_together_in_any_order() -> None:
    query = parse("qwen sort:price vision out<1 ctx>=128k tools !retired")

    assert not query.problems
    assert [part.text for part in query.conditions if isinstance(part, Phrase)] == ["qwen"]
    assert query.names("can") == ["vision", "tools"]
    assert [(part.most, part.strict) for part in query.ranges("out")] == [(Decimal(1), True)]
    assert [part.least for part in query.ranges("ctx")] == [Decimal(128_000)]
    assert [(order.column, order.descending) for order in query.orders] == [
        ("output_per_mtok", False)
    ]
    assert query.chosen("lifecycle") == []
    assert isinstance(query.of("lifecycle", negated=True)[0], OneOf)


@pytest.mark.parametrize(
    ("text", "least", "most", "strict"),
    [
        ("out<1", None, "1", True),
        ("out <= $1", None, "1", False),
        ("OUT>=0.50", "0.50", None, False),
        ("out:>2", "2", None, True),
        ("in=0.2", "0.2", "0.2", False),
        ("cached≤.1", None, "0.1", False),
        ("price≥1,", "1", None, False),
        ("monthly<1k", None, "1000", True),
        ("ctx:128k", "128000", "131072", False),
        ("ctx>128k", "131072", None, True),
        ("ctx<128k", None, "128000", True),
        ("ctx=<1M", None, "1048576", False),
        ("ctx=>131,072", "131072", None, False),
        ("maxout==8192", "8192", "8192", False),
        ("params<30b", None, "30000000000", True),
        ("params<=30", None, "30000000000", False),
        ("active>=135M", "135000000", None, False),
        ("size>1T", "1000000000000", None, True),
    ],
)
def test_numbers_are_compared_with_their_units(
    text: str, least: str | None, most: str | None, strict: bool
) -> None:
    (part,) = parse(text).conditions

    assert isinstance(part, Range)
    assert part.least == (None if least is None else Decimal(least))
    assert part.most == (None if most is None else Decimal(most))
    assert part.strict is strict


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("released>2026-01", date(2026, 1, 31), None),
        ("released>=2026", date(2026, 1, 1), None),
        ("retires<2027-02-03", None, date(2027, 2, 3)),
        ("version:2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_dates_may_be_years_months_or_days(text: str, least: Any, most: Any) -> None:
    (part,) = parse(text).conditions

    assert isinstance(part, Range)
    assert (part.least, part.most) == (least, most)


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("publisher:qwen", "publisher", ("Qwen",)),
        ('org="Meta Llama",qwen', "publisher", ("meta-llama", "Qwen")),
        ("publisher:any", "publisher", ("any",)),
        ("family:unknown", "family", ("unknown",)),
        ("quant:fp8", "quant", ("fp8",)),
        ("kind:Embedding,chat", "kind", ("embedding", "chat")),
        ("lifecycle:any", "lifecycle", ("any",)),
        ("Deprecated", "lifecycle", ("deprecated",)),
    ],
)
def test_either_or_fields_take_one_value_or_several(
    text: str, field: str, values: tuple[str, ...]
) -> None:
    (part,) = parse(text, KNOWN).conditions

    assert isinstance(part, OneOf)
    assert (part.field, part.values) == (field, values)


@pytest.mark.parametrize(
    ("text", "field", "name"),
    [
        ("tools", "can", "tools"),
        ("json", "can", "json_mode"),
        ("structured_output", "can", "structured_output"),
        ("can:structured", "can", "structured_output"),
        ("image", "takes", "image"),
        ("takes:text", "takes", "text"),
        ("variant:coder", "variant", "coder"),
        ("fav", "fav", "fav"),
        ("starred", "fav", "fav"),
        ("free", "free", "free"),
        ("differs", "differs", "differs"),
    ],
)
def test_abilities_and_flags(text: str, field: str, name: str) -> None:
    (part,) = parse(text).conditions

    assert isinstance(part, Has)
    assert (part.field, part.name) == (field, name)


@pytest.mark.parametrize("sign", ["!", "-"])
def test_every_kind_of_condition_can_be_negated(sign: str) -> None:
    query = parse(" ".join(sign + word for word in ("qwen", "out<1", "tools", "retired")))

    assert [part.negated for part in query.conditions] == [True] * 4


@pytest.mark.parametrize(
    "text", ["qwen3:8b", "llama:free", "phi:2", '"out<1"', "text", "a=b", "=", ":", "!"]
)
def test_what_only_looks_like_a_condition_is_looked_for_as_text(text: str) -> None:
    query = parse(text)

    assert not query.problems
    assert [type(part) for part in query.conditions] == [Phrase]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ctz>=128k", "“ctz” is no field; did you mean “ctx”?"),
        ("ctz:128k", "“ctz” is no field; did you mean “ctx”?"),
        (
            "zzzz<1",
            '“zzzz” is no field; in quotes, it is looked for as text: "zzzz<1".',
        ),
        ("out<cheap", "“cheap” is no price; write it as in out<1."),
        ("ctx>=many", "“many” is no number of tokens; write it as in ctx>=128k."),
        ("params<8x7b", "“8x7b” is no number of parameters; write it as in params<=30B."),
        ("released>2026-13", "“2026-13” is no date; write it as in released>2026-01."),
        ("released>soon", "“soon” is no date; write it as in released>2026-01."),
        ("out<", "“out<” lacks a value, as in out<1."),
        ('publisher:"",""', '“publisher:"",""” lacks a value, as in publisher:qwen.'),
        ("publisher<x", "“publisher” is no number: write publisher:qwen."),
        ("publisher:qwn", "No model here has the publisher “qwn”; did you mean “Qwen”?"),
        ("family:zzzz", "No model here has the family “zzzz”."),
        ("kind:embeding", "“embeding” is no value of kind; did you mean “embedding”?"),
        ("takes:smell", "“smell” is no value of takes: text, image, audio, video, file."),
        ("takes:image,audio", "All are wanted at once: write takes:image takes:audio."),
        ("fav:yes", "“fav” stands alone, without a value."),
        ("vision:yes", "“vision” stands alone, without a value; not to have it is !vision."),
        ("sort:", "“sort:” lacks a field, as in sort:price."),
        ("sort:ctz", "The list cannot be sorted by “ctz”; did you mean “ctx”?"),
        ('"abc', "The quote is not closed; it ends with the text."),
    ],
)
def test_a_word_that_makes_no_sense_says_what_would_be_right(text: str, message: str) -> None:
    assert problem_in(text).message == message


def test_an_order_that_is_unknown_is_answered_with_those_that_are() -> None:
    message = problem_in("sort:wwww").message

    assert message.startswith("The list cannot be sorted by “wwww”, only by name, in, out,")


def test_a_problem_knows_its_place_and_leaves_the_rest_alone() -> None:
    text = "qwen ctz>=128k tools"
    query = parse(text)

    (problem,) = query.problems
    assert text[problem.start : problem.end] == "ctz>=128k"
    assert len(query.conditions) == 2


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("sort:price", [("output_per_mtok", False)]),
        ("sort:-price", [("output_per_mtok", True)]),
        ("!sort:price", [("output_per_mtok", True)]),
        ("sort:ctx", [("context_window", True)]),
        ("sort:-ctx,id", [("context_window", False), ("id", False)]),
        ("sort:publisher sort:released", [("publisher", False), ("released_on", True)]),
    ],
)
def test_orders_begin_where_most_people_look(text: str, orders: list[tuple[str, bool]]) -> None:
    assert [(each.column, each.descending) for each in parse(text).orders] == orders


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_the_example_of_every_field_is_right(field: Any) -> None:
    query = parse(field.example)

    assert not query.problems
    assert [part.field for part in query.conditions] == [field.name]


def test_a_question_longer_than_an_address_holds_is_cut() -> None:
    query = parse("word " * 1000)

    assert all(part.end <= MAX_CHARS for part in query.conditions)


FRAGMENTS = st.sampled_from(
    ["out", "ctx", "sort", "publisher", ":", "<", ">=", "=", '"', " ", "!", "-", ",", "1", "k", "é"]
)


@given(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=25).map("".join)))
def test_no_text_whatever_fails_and_every_part_lies_within_it(text: str) -> None:
    query = parse(text, KNOWN)

    parts = (*query.conditions, *query.orders, *query.problems)
    assert all(0 <= part.start < part.end <= len(text) for part in parts)


def test_flags_are_the_only_fields_that_stand_alone_by_their_name() -> None:
    alone = [name for name in FIELDS if isinstance(parse(name).conditions[0], Has)]

    assert alone == [name for name, field in FIELDS.items() if field.kind is Kind.FLAG]


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("family:qwen", ("Qwen3", "Qwen3.6")),
        ("family:qwen3", ("Qwen3",)),
        ("family:llama,qwen3.6", ("Llama", "Qwen3.6")),
    ],
)
def test_a_family_stands_for_its_generations_unless_one_has_its_name(
    typed: str, values: tuple[str, ...]
) -> None:
    query = parse(typed, {"family": ["Llama", "Qwen3", "Qwen3.6"]})

    (condition,) = query.conditions
    assert isinstance(condition, OneOf)
    assert condition.values == values
