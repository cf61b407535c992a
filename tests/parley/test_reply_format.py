"""Replies are held against the format that was asked for; nothing is fetched for it, and nothing hangs."""

from __future__ import annotations

import io
import json
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import reply_format
from parley.chat_settings import ChatSettings
from parley.endpoint import Endpoint
from parley.errors import SettingRefused
from parley.limits import LIMITS
from parley.reply_format import FormatCheck, asked_format, check_reply, check_schema
from parley.schema_check import fault_of_reply, fault_of_schema, main
from tests.upstream import Upstream

JSON = ChatSettings(response_format="json_object")
ITEMS = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"price": {"type": "number"}}},
        }
    },
}
BOMB = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}
FOREVER = '{"a": "' + "a" * 60 + '!"}'


def asked(schema: object) -> dict[str, Any]:
    """As it stands in `Request.parameters`."""
    return {"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1}', ""),
        (' {"a": 1, "a": 2}\n', ""),
        ("[1]", "The reply is JSON, but not an object."),
        ("", "The reply is not JSON: expecting value at line 1, column 1."),
        (
            '```json\n{"a": 1}\n```',
            "The reply is not JSON: expecting value at line 1, column 1. It stands in a code fence.",
        ),
        ('{"a": 1} Done', "The reply is not JSON: extra data at line 1, column 10."),
        ('{"a": NaN}', "The reply holds a number that JSON does not have."),
        ('{"a": ' + "1" * 5000 + "}", "The reply holds a number that JSON does not have."),
        ("[" * 100_000, "The reply is nested too deeply to be read."),
    ],
)
def test_a_reply_that_was_to_be_a_json_object_is_one_or_says_why_not(
    text: str, problem: str
) -> None:
    assert check_reply(JSON, text) == FormatCheck(not problem, problem)


@pytest.mark.parametrize(
    "parameters",
    [{}, {"response_format": None}, {"response_format": {"type": "text"}}, {"response_format": 7}],
)
def test_any_text_keeps_a_format_that_nobody_asked_for(parameters: dict[str, Any]) -> None:
    assert asked_format(parameters) is None
    assert check_reply(parameters, "Hello").ok


@pytest.mark.parametrize(
    ("schema", "text", "problem"),
    [
        (ITEMS, '{"items": [{"price": 1}]}', ""),
        (
            ITEMS,
            '{"items": [{}, {"price": 1}, {"price": "x"}]}',
            "$.items[2].price: 'x' is not of type 'number'",
        ),
        (ITEMS, '{"items": null}', "$.items: null is not of type 'array'"),
        ({"required": ["a"]}, "{}", "$: 'a' is a required property"),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "[]",
            "$: [] is not valid under any of the given schemas",
        ),
        (
            {"not": {}},
            '"' + "x" * 500 + '"',
            "$: what stands there does not keep the rule “not”",
        ),
        (
            {"$defs": {"a": {"type": "null"}}, "properties": {"a": {"$ref": "#/$defs/a"}}},
            '{"a": 1}',
            "$.a: 1 is not of type 'null'",
        ),
    ],
)
def test_a_reply_is_held_against_the_schema_and_its_first_fault_is_told_with_the_path(
    schema: dict[str, Any], text: str, problem: str
) -> None:
    assert check_reply(asked(schema), text) == FormatCheck(not problem, problem)


def test_settings_and_what_was_sent_of_them_are_checked_alike() -> None:
    settings = ChatSettings(response_format="json_schema", json_schema=ITEMS)
    sent = settings.parameters(Endpoint("E", "https://api.example.com/v1"))

    assert asked_format(settings) == asked_format(sent) == "json_schema"
    assert check_reply(settings, "[]") == check_reply(sent, "[]")
    assert not check_reply(settings, "[]").ok


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({"type": "wrong"}, "$.type: 'wrong' is not valid under any of the given schemas"),
        ({"pattern": "("}, "$.pattern: '(' is not a 'regex'"),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "type": 1}, "$.type"),
        ({"$ref": "#/$defs/gone"}, "it refers to “#/$defs/gone”, which it does not hold"),
        ({"allOf": [{"$ref": "other.json"}]}, "it refers to “other.json”"),
        ({"$ref": "file:///etc/passwd"}, "it refers to “file:///etc/passwd”"),
        ({"$schema": "https://example.com/own", "$ref": "#/nowhere"}, "it refers to “#/nowhere”"),
    ],
)
def test_i8_a_schema_that_is_not_valid_or_not_complete_is_refused_before_sending(
    schema: dict[str, Any], fault: str
) -> None:
    with pytest.raises(SettingRefused) as caught:
        check_schema(schema)

    assert caught.value.title.startswith(f"The JSON schema is not valid: {fault}")


@pytest.mark.parametrize(
    "schema",
    [
        {},
        ITEMS,
        BOMB,
        {"$ref": "#"},
        {"$id": "https://example.com/a", "$defs": {"b": {"$anchor": "b"}}, "$ref": "#b"},
        {"$schema": "https://example.com/own"},
        {"enum": [{"$ref": "no reference"}]},
    ],
)
def test_a_valid_schema_is_taken(schema: dict[str, Any]) -> None:
    assert fault_of_schema(schema) == ""


@pytest.mark.parametrize("where", ["$ref", "$schema", "$dynamicRef"])
def test_s3_nothing_that_a_schema_refers_to_is_fetched(upstream: Upstream, where: str) -> None:
    schema = {where: f"{upstream.base_url}/models"}

    check = check_reply(asked(schema), "{}")

    assert upstream.requests == []
    assert check.ok is (where == "$schema")


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "wrong"}, "The JSON schema is not valid: $.type"),
        (None, "The JSON schema is not a JSON object."),
        ({"$ref": "#"}, "the schema refers to itself without end"),
    ],
)
def test_a_stored_reply_whose_schema_is_of_no_use_says_so(schema: object, problem: str) -> None:
    check = check_reply(asked(schema), "{}")

    assert not check.ok
    assert check.problem.startswith(problem)


def test_i8_a_pattern_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_format, "LIMITS", replace(LIMITS, reply_check_s=1.5))
    reply_format._asked_once.cache_clear()
    started = time.monotonic()

    check = check_reply(asked(BOMB), FOREVER)

    assert check == FormatCheck(
        False, "The reply could not be checked within 1.5 seconds.", checked=False
    )
    assert time.monotonic() - started < 6
    started = time.monotonic()
    assert check_reply(asked(BOMB), FOREVER) == check
    assert time.monotonic() - started < 0.2
    reply_format._asked_once.cache_clear()


def test_a_schema_that_cannot_be_checked_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_format, "_CHECKER", ("/nowhere/python",))
    reply_format._asked_once.cache_clear()

    with pytest.raises(SettingRefused, match="could not be checked"):
        check_schema({"type": "object"})

    reply_format._asked_once.cache_clear()


def test_a_reply_that_is_too_long_is_not_held_against_a_schema() -> None:
    check = check_reply(asked(ITEMS), '{"a": "' + "x" * 200_000 + '"}')

    assert (check.ok, check.checked) == (False, False)
    assert "so it was not checked" in check.problem


@pytest.mark.parametrize(
    ("schema", "value", "fault"),
    [
        (ITEMS, {"items": [{"price": "x"}]}, "$.items[0].price: 'x' is not of type 'number'"),
        ({"type": "string"}, True, "$: true is not of type 'string'"),
        ({"not": {}}, "x" * 500, "$: what stands there does not keep the rule “not”"),
        ({"$ref": "#"}, {}, "the schema refers to itself without end"),
        ({"items": {"$ref": "#/gone"}}, [1], "it refers to “#/gone”, which it does not hold"),
        ({}, {}, ""),
    ],
)
def test_the_checker_tells_the_fault_of_a_reply(
    schema: dict[str, Any], value: object, fault: str
) -> None:
    said = fault_of_reply(schema, value)

    assert said.removesuffix("; nothing is fetched") == fault


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({"required": [1]}, "$.required[0]: 1 is not of type 'string'"),
        ({"anyOf": [{}, {"$ref": "#/gone"}]}, "it refers to “#/gone”, which it does not hold"),
        ({"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": True}}, ""),
    ],
)
def test_the_checker_tells_the_fault_of_a_schema(schema: dict[str, Any], fault: str) -> None:
    assert fault_of_schema(schema).removesuffix("; nothing is fetched") == fault


def test_the_checker_refuses_a_schema_that_is_deeper_than_it_can_read() -> None:
    schema: dict[str, Any] = {}
    for _ in range(5000):
        schema = {"not": schema}

    assert fault_of_schema(schema) == "the schema refers to itself without end"


@pytest.mark.parametrize(
    ("reply", "answer"),
    [(None, ""), ('{"items": 1}', "$.items: 1 is not of type 'array'")],
)
def test_the_checker_reads_a_question_and_writes_the_answer(
    monkeypatch: pytest.MonkeyPatch, reply: str | None, answer: str
) -> None:
    written = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"schema": ITEMS, "reply": reply})))
    monkeypatch.setattr("sys.stdout", written)

    main()

    assert json.loads(written.getvalue()) == answer


@given(st.text())
def test_any_reply_is_judged(text: str) -> None:
    check = check_reply(JSON, text)

    assert check.ok is (check.problem == "")
