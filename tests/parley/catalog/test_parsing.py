"""Model lists of any shape, and of none."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.entry import facts_in
from parley.catalog.model import FACT_NAMES
from parley.catalog.parsing import MAX_ENTRIES, ModelList, parse_models
from parley.errors import WrongBaseUrl
from parley.pricing.price import Price, RefusedPrice


def parse(payload: object, host: str = "example.com") -> ModelList:
    return parse_models(payload, host=host)


def fact(entry: dict[str, Any], name: str, host: str = "example.com") -> Any:
    return parse([{"id": "m", **entry}], host).models[0].value(name)


@pytest.mark.parametrize(
    "payload",
    [
        [{"id": "a"}],
        {"data": [{"id": "a"}]},
        {"models": [{"id": "a"}]},
        {"data": [], "models": [{"id": "a"}]},
    ],
)
def test_c2_a_list_is_read_in_each_of_its_shapes(payload: object) -> None:
    assert [model.id for model in parse(payload).models] == ["a"]


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {"data": []},
        {"data": None},
        {"models": []},
        {"object": "list"},
        {"object": "list", "data": None},
    ],
)
def test_c1_an_empty_list_is_empty_and_no_fault(payload: object) -> None:
    assert parse(payload) == ModelList()


@pytest.mark.parametrize(
    "payload",
    [
        None,
        7,
        "<html>",
        {},
        {"error": {"message": "no"}},
        {"data": "x"},
        {"data": {}},
        {"models": 7},
    ],
)
def test_c2_anything_else_is_a_wrong_base_url(payload: object) -> None:
    with pytest.raises(WrongBaseUrl):
        parse(payload)


def test_c3_entries_that_cannot_be_read_are_counted() -> None:
    listed = parse(
        [
            7,
            None,
            "str",
            {},
            {"id": 42},
            {"id": " "},
            {"id": "x" * 257},
            {"id": "\ud800"},
            {"id": "a"},
        ]
    )

    assert [model.id for model in listed.models] == ["a"]
    assert listed.unreadable == 8


def test_c4_the_first_of_two_wins_and_case_matters() -> None:
    listed = parse([{"id": "a", "name": "First"}, {"id": "A"}, {"id": "a", "name": "Second"}])

    assert [(model.id, model.value("name")) for model in listed.models] == [
        ("a", "First"),
        ("A", None),
    ]
    assert listed.duplicates == 1


def test_c5_a_list_without_end_is_cut_and_says_so() -> None:
    listed = parse([{"id": str(number)} for number in range(MAX_ENTRIES + 1)])

    assert (len(listed.models), listed.truncated) == (MAX_ENTRIES, True)
    assert not parse([{"id": "a"}]).truncated


def test_c6_an_id_is_kept_exactly_and_its_texts_become_one_line() -> None:
    hostile = "![x](https://evil.example/a.png)\n\u202e<b>"

    model = parse([{"id": hostile, "description": "a\x00b\n\u202ec" + "d" * 9000}]).models[0]

    assert model.id == hostile
    assert model.value("description").startswith("a b c")
    assert len(model.value("description")) == 2000


def test_the_entry_is_kept_as_it_was_sent() -> None:
    entry = {"id": "a", "colour": {"deep": [1]}}

    assert parse({"data": [entry], "models": [{"name": "a", "extra": 1}]}).models[0].raw == entry


@pytest.mark.parametrize("key", ["id", "key", "name", "model"])
def test_an_id_may_have_one_of_four_names(key: str) -> None:
    assert parse([{"id": None, key: "a"}]).models[0].id == "a"


@pytest.mark.parametrize(
    "window", [0, -1, True, "8192", 1.5, float("nan"), float("inf"), 10**30, None, [8192], {}]
)
def test_an_impossible_window_is_unknown(window: object) -> None:
    assert fact({"context_length": window}, "context_window") is None
    assert fact({"context_length": window, "max_model_len": 4096.0}, "context_window") == 4096


@pytest.mark.parametrize(
    "arguments", [["--ctx-size"], ["--ctx-size", "many"], ["--ctx-size", "9" * 5000], "x", None]
)
def test_arguments_without_a_number_give_no_window(arguments: object) -> None:
    assert (
        fact({"status": {"args": arguments}, "meta": {"n_ctx_train": 2048}}, "context_window")
        == 2048
    )


@pytest.mark.parametrize(
    ("pricing", "host", "per_mtok"),
    [
        ({"prompt": "0.0000002", "completion": "0.0000006"}, "example.com", "0.2"),
        ({"input": "0.00002", "output": "0.00002"}, "example.com", "20"),
        ({"input": 0.0000002, "output": 0.0000006}, "example.com", "0.2"),
        ({"input": 0.2, "output": 0.6, "cache_read": 0.0005}, "example.com", "0.2"),
        ({"input": 2, "output": 6}, "example.com", "2"),
        ({"input": "0.2", "output": "0.6"}, "api.together.xyz", "0.2"),
        ({"input": "0.2", "output": "0.6"}, "API.Together.xyz.", "0.2"),
        ({"input": 0.0005, "output": 0.0006}, "eu.openrouter.ai", "500"),
    ],
)
def test_the_unit_of_a_price_comes_from_the_host_then_from_its_form(
    pricing: dict[str, Any], host: str, per_mtok: str
) -> None:
    price = fact({"pricing": pricing}, "price", host)

    assert f"{price.input_per_mtok:f}" == per_mtok


@pytest.mark.parametrize("host", ["notopenrouter.ai", "openrouter.ai.evil.example"])
def test_a_host_that_only_looks_like_a_known_one_decides_no_unit(host: str) -> None:
    price = fact({"pricing": {"input": 2, "output": 6}}, "price", host)

    assert price.input_per_mtok == 2


@pytest.mark.parametrize(
    "rate",
    ["free", "NaN", "sNaN", "Infinity", "1e999999", "1e99999999999999999999", "-1", "", "1" * 50, None, True, [], {},
     pytest.param(10**5000, id="huge"), float("inf"), {"usd": None}],
)  # fmt: skip
def test_a_price_that_cannot_be_read_is_unknown(rate: object) -> None:
    entry = {"pricing": {"input": rate, "output": "0.0000006"}}

    assert fact(entry, "price") is None
    assert fact(entry, "price_refused") is None


def test_a_price_out_of_bounds_is_refused_and_can_be_shown() -> None:
    refused = fact({"pricing": {"input": 22000, "output": 60000}}, "price_refused")

    assert isinstance(refused, RefusedPrice)
    assert refused.reason.startswith("$22,000 in and $60,000 out per million tokens")
    assert fact({"pricing": {"input": 22000, "output": 60000}}, "price") is None


def test_zeros_without_the_word_free_are_unknown() -> None:
    assert fact({"pricing": {"prompt": "0", "completion": "0"}}, "price") is None


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"type": "Rerank"}, "rerank"),
        ({"type": "transcribe"}, "audio"),
        ({"type": 7}, None),
        ({"capabilities": {"completion_chat": False, "ocr": True}}, "ocr"),
        ({"capabilities": {"completion_chat": False, "moderation": True}}, "moderation"),
        ({"capabilities": {"completion_chat": False, "completion_fim": True}}, "other"),
        ({"capabilities": {"completion_chat": True, "ocr": True}}, None),
        ({"output_modalities": ["embeddings"]}, "embedding"),
        ({"architecture": {"output_modalities": ["image"]}}, "image"),
        ({"modalities": {"input": ["audio"], "output": ["text"]}}, "audio"),
        ({"architecture": {"output_modalities": ["image", "text"]}}, "chat"),
        ({"architecture": {"output_modalities": ["smell"]}}, None),
    ],
)
def test_the_kind_is_told_from_type_or_output(entry: dict[str, Any], kind: str | None) -> None:
    assert fact(entry, "kind") == kind


@pytest.mark.parametrize(
    ("entry", "stage"),
    [
        ({"status": "Beta"}, "experimental"),
        ({"status": "deprecated"}, "deprecated"),
        ({"deprecated": True}, "deprecated"),
        ({"status": {"value": "loaded"}}, None),
        ({"expiration_date": "soon"}, None),
        ({"shutdown_date": 1_800_000_000}, "deprecated"),
        ({"active": True}, None),
    ],
)
def test_the_lifecycle_is_what_the_list_says(entry: dict[str, Any], stage: str | None) -> None:
    assert fact(entry, "lifecycle") == stage


def test_a_yes_anywhere_outweighs_a_no() -> None:
    providers = [{"supports_tools": False}, {"supports_tools": True}, 7]

    assert fact({"providers": providers}, "tools") is True


@pytest.mark.parametrize(
    ("parameters", "size"),
    [(7_615_616_512, "7.62B"), (10**12, "1T"), (12, None), (10**16, None), ("7B", None)],
)
def test_a_number_of_parameters_is_shortened(parameters: object, size: str | None) -> None:
    assert fact({"meta": {"n_params": parameters}}, "params_total") == size


KEYS_OF_SERVERS = (
    "id key name model data models object pricing prompt completion input output usd providers meta n_ctx"
    " context_length capabilities tags type architecture input_modalities output_modalities created"
    " shutdown_date is_free quantization loaded_instances config supported_parameters model_spec"
    " top_provider active args status"
)
KNOWN_KEYS = st.sampled_from(KEYS_OF_SERVERS.split())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | KNOWN_KEYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KNOWN_KEYS | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=25,
)


@given(ANYTHING)
def test_no_json_whatever_makes_the_parser_fail(payload: Any) -> None:
    try:
        listed = parse(payload)
    except WrongBaseUrl:
        return

    entries = (
        payload if isinstance(payload, list) else payload.get("data") or payload.get("models") or []
    )
    assert len(listed.models) + listed.unreadable + listed.duplicates == len(entries)


@given(st.dictionaries(KNOWN_KEYS, ANYTHING, max_size=8))
def test_no_entry_whatever_makes_a_nameless_or_wild_fact(entry: dict[str, Any]) -> None:
    facts = facts_in(entry, "m", host="example.com")

    assert {found.name for found in facts} <= set(FACT_NAMES)
    for found in facts:
        assert found.value is not None
        if isinstance(found.value, Price):
            assert found.value.free or found.value.input_per_mtok > 0


def test_deeply_nested_entries_are_harmless() -> None:
    nested: list[Any] = []
    for _ in range(sys.getrecursionlimit() * 2):
        nested = [nested]

    assert parse([{"id": "a", "pricing": nested, "capabilities": nested}]).models[0].facts == ()
