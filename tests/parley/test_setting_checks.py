"""What no endpoint could take is refused by name before anything is sent."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.chat_settings import ChatSettings
from parley.endpoint import ApiKey, Endpoint
from parley.errors import SettingRefused
from parley.limits import LIMITS
from parley.setting_checks import checked
from parley.typed_json import as_lines, typed_lines, typed_object

KEY = "canary-0123456789"
ENDPOINT = Endpoint("E", "https://api.example.com/v1", ApiKey(KEY))
SYSTEM = LIMITS.system_prompt_chars


def refusal(**values: Any) -> str:
    with pytest.raises(SettingRefused) as caught:
        checked(ChatSettings.from_dict(values), ENDPOINT)
    return caught.value.title


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


NO_TEMPERATURES: list[object] = [-0.1, 2.1, math.nan, math.inf, -math.inf, True, "1", 10**400]
NO_TOP_PS: list[object] = [-0.1, 1.1, math.nan, [], 10**400]
NO_LIMITS: list[object] = [0, -1, 1.5, math.inf, True, "9", 10**400]
TEMPERATURE = "The temperature has to be a number from 0 to 2."
TOP_P = "Top-p has to be a number from 0 to 1."
MAX_TOKENS = "Max tokens has to be a whole number from 1 to 2,147,483,647."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        *(("temperature", value, TEMPERATURE) for value in NO_TEMPERATURES),
        *(("top_p", value, TOP_P) for value in NO_TOP_PS),
        *(("max_tokens", value, MAX_TOKENS) for value in NO_LIMITS),
        (
            "sent_messages",
            0,
            "Messages sent along has to be a whole number from 1 to 1,000,000.",
        ),
        (
            "seed",
            0.5,
            "The seed has to be a whole number from -9,007,199,254,740,991 to 9,007,199,254,740,991.",
        ),
        ("stop", ["a"] * 5, "There are 5 stop texts; at most 4 can be sent."),
        ("stop", [""], "A stop text has to have 1 to 500 characters."),
        ("stop", ["a" * 501], "A stop text has to have 1 to 500 characters."),
        ("stop", "END", "The stop texts are not a list of texts."),
        ("stop", [1], "The stop texts are not a list of texts."),
        ("system_prompt", 7, "The system prompt is not text."),
        ("response_format", "xml", "The response format is none that Parley knows."),
        ("response_format", {}, "The response format is none that Parley knows."),
        ("json_schema_strict", 1, "Whether the JSON schema is strict has to be yes or no."),
        (
            "response_format",
            "json_schema",
            "The response format is a JSON schema, but no schema was given.",
        ),
        ("json_schema", [], "The JSON schema is not a JSON object."),
        ("reasoning", "on", "Reasoning has to be on, off, or not set."),
        (
            "reasoning_effort",
            "huge",
            "The reasoning effort has to be one of none, minimal, low, medium, high, xhigh, max.",
        ),
        ("extra_body", [], "The extra body is not a JSON object."),
        *(
            (
                "extra_body",
                {name: 1},
                f"The extra body may not hold “{name}”: Parley sets that itself.",
            )
            for name in ("messages", "model", "stream", "stream_options")
        ),
        ("extra_body", {"a": [math.nan]}, "The extra body holds a number that cannot be sent."),
        ("extra_body", {"a": object()}, "The extra body holds something that is not JSON."),
        ("extra_body", nested(51), "The extra body is nested more than 50 levels deep."),
        ("extra_body", nested(5000), "The extra body is nested more than 50 levels deep."),
        (
            "extra_body",
            {"a": "b" * 50_000},
            "The extra body has 50,008 characters; at most 50,000 can be kept.",
        ),
    ],
)
def test_i8_a_setting_that_no_endpoint_could_take_is_refused_by_name(
    name: str, value: Any, sentence: str
) -> None:
    assert refusal(**{name: value}) == sentence


@pytest.mark.parametrize(("reasoning", "effort"), [(False, "high"), (True, "none")])
def test_a_switch_and_an_effort_that_contradict_each_other_are_refused(
    reasoning: bool, effort: str
) -> None:
    assert "contradicts" in refusal(reasoning=reasoning, reasoning_effort=effort)


@pytest.mark.parametrize(
    "good",
    [
        ChatSettings(),
        ChatSettings("x" * SYSTEM, 2.0, 1.0, 1, -1, ("a", "b", "c", "d" * 500)),
        ChatSettings(temperature=0.0, top_p=0.0, seed=0),
        ChatSettings(reasoning=False, reasoning_effort="none"),
        ChatSettings(reasoning=True, reasoning_effort="max"),
        ChatSettings(extra_body={"top_k": 5, "cache_salt": "0" * 40, "b": nested(49)}),
    ],
)
def test_what_can_be_sent_stays_as_it_is(good: ChatSettings) -> None:
    assert checked(good, ENDPOINT) == good


def test_i2_a_system_prompt_that_is_too_long_is_refused_with_its_length() -> None:
    sentence = refusal(system_prompt="x" * (SYSTEM + 1))

    assert sentence == "The system prompt has 20,001 characters; at most 20,000 can be sent."


def test_i3_a_prompt_and_stop_texts_lose_only_what_no_request_can_carry() -> None:
    kept = checked(ChatSettings("a\x00b\ud800\x1b", stop=("\x00;",)))

    assert kept == ChatSettings("ab?\x1b", stop=(";",))
    assert checked(ChatSettings(" \n")) == ChatSettings()


@pytest.mark.parametrize(
    "body",
    [
        {"api_key": "x"},
        {"headers": [{"Authorization": "x"}]},
        {"X-API-Key": "x"},
        {"a": {"b": ["Bearer abc"]}},
        {"a": "sk-0123456789abcdef0"},
    ],
)
def test_s6_an_extra_body_with_a_key_is_refused(body: dict[str, Any]) -> None:
    sentence = refusal(extra_body=body)

    assert sentence == "The extra body seems to hold a key: settings are stored and exported."


@pytest.mark.parametrize(
    "settings",
    [
        {"system_prompt": f"Use {KEY}"},
        {"stop": [KEY]},
        {"extra_body": {"a": {KEY: 1}}},
    ],
)
def test_s6_the_endpoints_own_key_is_refused_wherever_it_stands(settings: dict[str, Any]) -> None:
    sentence = refusal(**settings)

    assert sentence.startswith("The settings hold the endpoint's API key")
    assert KEY not in sentence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("[]", "It is not a JSON object: it has to begin with { and end with }."),
        (
            "{",
            "It is not JSON: expecting property name enclosed in double quotes at line 1, column 2.",
        ),
        ('{"a": 1,\n "b" 2}', "It is not JSON: expecting ':' delimiter at line 2, column 6."),
        ('{"a": NaN}', "It holds a number that cannot be sent."),
        ('{"a": 1e999}', "It holds a number that cannot be sent."),
        ('{"a": ' + "1" * 5000 + "}", "It holds a number that cannot be sent."),
        ('{"a": 1, "a": 2}', "It holds “a” twice in one object."),
        ('{"a":' * 9000, "It is nested more than 50 levels deep."),
        ("x" * 100_001, "It has 100,001 characters; at most 50,000 can be kept."),
    ],
)
def test_i8_typed_json_is_refused_with_the_place_of_the_fault(typed: str, sentence: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        typed_object(typed, "It")

    assert caught.value.title == sentence


def test_typed_json_is_read_and_an_empty_field_sets_nothing() -> None:
    assert typed_object(' {"a": [1, null]} ', "It") == {"a": [1, None]}
    assert typed_object(" \n", "It") is None


@given(st.text())
def test_any_text_is_an_object_or_refused(typed: str) -> None:
    try:
        read = typed_object(typed, "It")
    except SettingRefused:
        return
    assert read is None or isinstance(read, dict)


def test_stop_texts_are_one_a_line_and_come_back_as_they_were_typed() -> None:
    stops = typed_lines("END\n\n\\n\\n\n ; ")

    assert stops == ("END", "\n\n", " ; ")
    assert typed_lines(as_lines(stops)) == stops
