"""A question that is rewritten: by a pill, by a filter, from an old address."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.model_query.controls import CONTROLS
from parley.model_query.editing import has_word, pointed_at, replaced, toggled
from parley.model_query.old_address import from_old_address
from parley.model_query.parsing import parse
from parley.model_query.values import write_names, write_tokens

PUBLISHERS = ("Qwen", "Mistral AI", "a,b", "!!!")


@pytest.mark.parametrize(
    ("key", "text", "value", "rewritten"),
    [
        ("publisher", "qwen publisher:x tools", ["Qwen"], "qwen tools publisher:Qwen"),
        ("publisher", "qwen", ["Mistral AI", "a,b"], 'qwen publisher:"Mistral AI","a,b"'),
        ("publisher", "publisher:x !publisher:y", [], "!publisher:y"),
        ("family", "family:x", ["Llama"], "family:Llama"),
        ("lifecycle", "retired qwen", ["deprecated"], "qwen lifecycle:deprecated"),
        ("context", "ctx>=8k ctx<=1M ctx>=?", 128_000, "ctx<=1M ctx>=128k"),
        ("context", "ctx>=8k", None, ""),
        ("max_price", "out<1 out>0.1", 0.25, "out>0.1 out<=0.25"),
        ("max_price", "out<1", None, ""),
        ("max_price", "", 0.0, "out<=0"),
        ("takes", "image", ["image", "audio"], "takes:image takes:audio"),
        ("can", "vision !tools", ["json_mode"], "!tools json"),
        ("favourites", "", True, "fav"),
        ("favourites", "fav x", False, "x"),
        ("all_kinds", "kind:embedding", True, "kind:any"),
        ("all_kinds", "kind:any", False, ""),
        ("sort", "qwen sort:price,ctx sort:name", "-in", "qwen sort:-in"),
        ("sort", "sort:price", None, ""),
    ],
)
def test_a_filter_writes_its_own_part_and_leaves_the_rest(
    key: str, text: str, value: Any, rewritten: str
) -> None:
    assert CONTROLS[key].rewrite(text, value) == rewritten


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("publisher", ["Mistral AI", "a,b", "!!!"]),
        ("lifecycle", ["deprecated", "unknown"]),
        ("context", 131_072),
        ("context", 1_000_000),
        ("max_price", 0.125),
        ("takes", ["image", "file"]),
        ("can", ["structured_output", "lora"]),
        ("favourites", True),
        ("all_kinds", True),
        ("sort", "-released"),
        ("sort", "ctx"),
    ],
)
def test_a_filter_reads_what_it_wrote(key: str, value: Any) -> None:
    options = {
        "publisher": PUBLISHERS,
        "lifecycle": ("deprecated", "retired", "unknown"),
        "takes": ("image", "audio", "file"),
        "can": ("tools", "structured_output", "lora"),
    }

    text = CONTROLS[key].rewrite("qwen", value)

    query = parse(text, {"publisher": PUBLISHERS})
    assert not query.problems
    assert CONTROLS[key].read(query, options.get(key, ())) == value


def test_of_several_bounds_a_filter_shows_the_one_that_counts() -> None:
    query = parse("ctx>=128k ctx>=8k out<1 out<5")

    assert CONTROLS["context"].read(query, ()) == 128_000
    assert CONTROLS["max_price"].read(query, ()) == 1.0


@pytest.mark.parametrize("text", ['"qwen', "qwen ctx>", 'publisher:"Mis', "name <="])
def test_what_is_not_finished_swallows_no_filter_and_no_pill(text: str) -> None:
    filtered = CONTROLS["favourites"].rewrite(text, True)
    pilled = toggled(filtered, "tools")

    query = parse(pilled)
    assert CONTROLS["favourites"].read(query, ()) is True
    assert CONTROLS["can"].read(query, ("tools",)) == ["tools"]
    assert pilled.endswith(text)


@pytest.mark.parametrize("text", ["ctx<=8k", "ctx:8k", "!ctx>=8k", "ctx>=1.5", ""])
def test_what_a_filter_cannot_show_it_does_not_show(text: str) -> None:
    assert CONTROLS["context"].read(parse(text), ()) is None


@pytest.mark.parametrize(
    ("text", "word", "toggled_text"),
    [
        ("", "tools", "tools"),
        ("qwen", "out<1", "qwen out<1"),
        ("qwen out < 1 tools", "out<1", "qwen tools"),
        ("tools qwen TOOLS", "tools", "qwen"),
        ("!tools", "tools", "!tools tools"),
    ],
)
def test_a_pill_adds_its_condition_or_takes_it_out(text: str, word: str, toggled_text: str) -> None:
    assert toggled(text, word) == toggled_text


@given(st.text(max_size=60), st.sampled_from(["tools", "out<1", "publisher:qwen"]))
def test_a_pill_that_is_on_can_always_be_taken_out(text: str, word: str) -> None:
    if has_word(text, word):
        assert not has_word(toggled(text, word), word)


@given(st.text(max_size=60))
def test_taking_nothing_out_changes_no_word(text: str) -> None:
    assert replaced(text, lambda _: False) == text.strip()


def test_a_problem_is_pointed_at() -> None:
    query = parse("qwen ctz<1 tools")

    assert pointed_at(query, query.problems[0]) == ("qwen ", "ctz<1", " tools")


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({}, ""),
        ({"search": [" qwen large "]}, "qwen large"),
        ({"publisher": ["Mistral AI", "qwen"]}, 'publisher:"Mistral AI",qwen'),
        ({"context": ["128,000 tokens"]}, "ctx>=128k"),
        ({"context": ["a lot"]}, ""),
        ({"max_price": ["0.5"]}, "out<=0.5"),
        ({"max_price": ["cheap"]}, ""),
        ({"takes": ["image", "smell"]}, "takes:image"),
        ({"can": ["structured output", "dance"]}, "structured"),
        ({"lifecycle": ["retired", "unborn"]}, "lifecycle:retired"),
        ({"all_kinds": ["true"]}, "kind:any"),
        ({"all_kinds": ["false"]}, ""),
        ({"sort": ["Largest context"]}, "sort:ctx"),
        ({"sort": ["As listed"]}, ""),
        ({"other": ["x"], "search": []}, ""),
    ],
)
def test_an_old_address_becomes_a_question(parameters: dict[str, list[str]], text: str) -> None:
    assert from_old_address(parameters) == text


def test_names_are_written_so_that_they_can_be_read_again() -> None:
    assert write_names(["Qwen", 'say "hi"', "meta-llama"]) == 'Qwen,"say hi",meta-llama'
    assert [write_tokens(count) for count in (0, 8_192, 32_000)] == ["0", "8192", "32k"]
