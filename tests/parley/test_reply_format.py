"""Replies are held against the format that was asked for; nothing is fetched for it, and nothing hangs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import reply_format
from parley.chat_settings import ChatSettings
from parley.checker_process import CheckerProcess
from parley.endpoint import Endpoint
from parley.errors import SettingRefused
from parley.limits import LIMITS
from parley.reply_format import FormatCheck, asked_format, check_reply, check_schema
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
    ],
)
def test_a_reply_that_was_to_be_a_json_object_is_one_or_says_why_not(
    text: str, problem: str
) -> None:
    assert check_reply(JSON, text) == FormatCheck(not problem, problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": ' + "1" * 5000 + "}", "The reply holds a number with too many digits"),
        ("[" * 100_000, "The reply is nested too deeply"),
    ],
)
def test_json_that_is_beyond_reading_is_not_called_wrong(text: str, problem: str) -> None:
    check = check_reply(JSON, text)

    assert check == FormatCheck(False, f"{problem} to be checked.", checked=False)


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
        ({"pattern": "("}, "$.pattern: '(' is not a pattern that can be checked here"),
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
        ({"$ref": "#"}, "The reply could not be checked: the schema has no end"),
    ],
)
def test_a_stored_reply_whose_schema_is_of_no_use_says_so(schema: object, problem: str) -> None:
    check = check_reply(asked(schema), "{}")

    assert (check.ok, check.checked) == (False, False)
    assert check.problem.startswith(problem)


def forget() -> None:
    reply_format._asked_once.cache_clear()
    reply_format._slow.clear()


@pytest.fixture
def afresh() -> Iterator[None]:
    forget()
    yield
    forget()


def test_i8_a_pattern_that_never_ends_holds_up_a_page_once(
    monkeypatch: pytest.MonkeyPatch, afresh: None
) -> None:
    monkeypatch.setattr(reply_format, "LIMITS", replace(LIMITS, reply_check_s=1.0))

    first = check_reply(asked(BOMB), FOREVER)
    started = time.monotonic()
    others = [check_reply(asked(BOMB), FOREVER + " " * count) for count in range(30)]
    took_s = time.monotonic() - started

    said = "The reply was not checked: with its schema that takes over 1 seconds."
    assert {first, *others} == {FormatCheck(False, said, checked=False)}
    assert took_s < 0.5
    assert check_reply(asked(ITEMS), "{}").ok


def test_a_schema_that_cannot_be_checked_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, afresh: None
) -> None:
    monkeypatch.setattr(reply_format, "_checker", CheckerProcess(("/nowhere/python",)))

    with pytest.raises(SettingRefused, match="could not be checked"):
        check_schema({"type": "object"})


def test_a_reply_is_not_called_wrong_when_the_checker_fails(
    monkeypatch: pytest.MonkeyPatch, afresh: None
) -> None:
    assert check_reply(asked(ITEMS), "{}").ok
    monkeypatch.setattr(reply_format, "_checker", CheckerProcess(("/nowhere/python",)))

    check = check_reply(asked(ITEMS), "[]")

    assert check == FormatCheck(False, "The reply could not be checked.", checked=False)


def test_a_reply_that_is_nested_deeper_than_can_be_followed_is_not_called_wrong() -> None:
    nested = {"type": "object", "properties": {"next": {"$ref": "#"}}}

    check = check_reply(asked(nested), '{"next": ' * 600 + "{}" + "}" * 600)

    assert (check.ok, check.checked) == (False, False)
    assert check.problem.endswith("or the reply is nested too deeply.")


def test_a_reply_that_is_too_long_is_not_held_against_a_schema() -> None:
    check = check_reply(asked(ITEMS), '{"a": "' + "x" * 200_000 + '"}')

    assert (check.ok, check.checked) == (False, False)
    assert "so it was not checked" in check.problem


@given(st.text())
def test_any_reply_is_judged(text: str) -> None:
    check = check_reply(JSON, text)

    assert check.ok is (check.problem == "")
