"""The checker of JSON schemas, in this process: what it says of a schema and of a reply."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from parley.schema_check import NotTold, answer, fault_of_reply, fault_of_schema, main

ITEMS = {"properties": {"items": {"type": "array", "items": {"type": "number"}}}}
NESTED = {"type": "object", "properties": {"next": {"$ref": "#"}}}
ELSEWHERE = {"$ref": "https://example.com/a"}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        ITEMS,
        NESTED,
        {"pattern": "^(a+)+$"},
        {"$ref": "#"},
        {"$id": "https://example.com/a", "$defs": {"b": {"$anchor": "b"}}, "$ref": "#b"},
        {"$schema": "https://example.com/own"},
        {"enum": [ELSEWHERE], "const": ELSEWHERE, "default": ELSEWHERE},
        {"properties": {"$ref": {"type": "string"}}},
        {"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": True}},
        {
            "$id": "https://example.com/root",
            "$defs": {
                "a": {"$id": "a", "$ref": "#/$defs/b", "$defs": {"b": {"type": "object"}}},
            },
            "$ref": "a",
        },
    ],
)
def test_a_valid_schema_is_taken(schema: dict[str, Any]) -> None:
    assert fault_of_schema(schema) == ""


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({"required": [1]}, "$.required[0]: 1 is not of type 'string'"),
        ({"pattern": "(?<a>b)"}, "$.pattern: '(?<a>b)' is not a pattern that can be checked here"),
        ({"anyOf": [{}, {"$ref": "#/gone"}]}, "it refers to “#/gone”, which it does not hold"),
        (
            {"properties": {"default": {"$ref": "#/gone"}}},
            "it refers to “#/gone”, which it does not hold",
        ),
        (
            {"$ref": "#/own/place", "own": {"place": ELSEWHERE}},
            "it refers to “https://example.com/a”, which it does not hold",
        ),
        ({"$ref": "#/allOf/x", "allOf": [{}]}, "it refers to “#/allOf/x”, which it does not hold"),
        ({"$ref": "#/title/x", "title": "a"}, "it refers to “#/title/x”, which it does not hold"),
        ({"$ref": "http://["}, "it refers to “http://[”, which it does not hold"),
    ],
)
def test_s3_the_fault_of_a_schema_is_told_and_a_reference_that_leads_out_of_it_is_one(
    schema: dict[str, Any], fault: str
) -> None:
    assert fault_of_schema(schema).removesuffix("; nothing is fetched") == fault


def test_a_schema_that_is_deeper_than_can_be_read_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(5000):
        schema = {"not": schema}

    assert fault_of_schema(schema) == "it is nested too deeply"


@pytest.mark.parametrize(
    ("schema", "value", "fault"),
    [
        (ITEMS, {"items": [1, "x"]}, "$.items[1]: 'x' is not of type 'number'"),
        ({"type": "string"}, True, "$: true is not of type 'string'"),
        ({"not": {}}, "x" * 500, "$: what stands there does not keep the rule “not”"),
        (NESTED, {"next": {"next": 1}}, "$.next.next: 1 is not of type 'object'"),
        ({}, {}, ""),
    ],
)
def test_the_first_fault_of_a_reply_is_told(
    schema: dict[str, Any], value: object, fault: str
) -> None:
    assert fault_of_reply(schema, value) == fault


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"next": value}
    return value


@pytest.mark.parametrize(
    ("schema", "value", "why"),
    [
        ({"$ref": "#"}, {}, "the schema has no end"),
        (NESTED, nested(900), "or the reply is nested too deeply"),
        ({"multipleOf": 0.1}, float("inf"), "a number beyond what can be reckoned with"),
        (
            {"items": {"$ref": "#/gone"}},
            [1],
            "the schema refers to something that it does not hold",
        ),
    ],
)
def test_a_reply_that_cannot_be_held_against_a_schema_is_not_called_wrong(
    schema: dict[str, Any], value: object, why: str
) -> None:
    with pytest.raises(NotTold) as caught:
        fault_of_reply(schema, value)

    assert why in caught.value.why


def test_an_answer_says_when_nothing_can_be_told() -> None:
    assert "no end" in answer({"$ref": "#"}, "{}")["untold"]


def test_each_line_that_comes_is_answered_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [{"schema": ITEMS, "reply": None}, {"schema": ITEMS, "reply": '{"items": 1}'}]
    asked = "".join(f"{json.dumps(question)}\n" for question in questions)
    written = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(asked))
    monkeypatch.setattr("sys.stdout", written)

    main()

    ready, *answers = map(json.loads, written.getvalue().splitlines())
    assert ready == {}
    assert answers == [{"fault": ""}, {"fault": "$.items: 1 is not of type 'array'"}]
