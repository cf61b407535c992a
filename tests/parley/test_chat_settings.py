"""Only what was set is sent, in the dialect of the service; what differs between two requests is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.chat_settings import ChatSettings, in_words, token_limit
from parley.endpoint import Endpoint, Service
from parley.request_differences import differences

WANDB = Endpoint("W&B", "https://api.inference.wandb.ai/v1", service=Service.WANDB)
OTHER = Endpoint("Other", "https://api.example.com/v1")
DEEPSEEK = Endpoint("DeepSeek", "https://api.deepseek.com/v1")
LOCAL = Endpoint("This machine", "", service=Service.LOCAL)
SCHEMA = {"title": "A person!", "type": "object"}


def at(service: Service) -> Endpoint:
    return Endpoint("E", "https://api.example.com/v1", service=service)


def thinking(on: bool) -> dict[str, Any]:
    return {"chat_template_kwargs": {"enable_thinking": on}}


def test_nothing_set_sends_nothing() -> None:
    assert ChatSettings("Be brief.").parameters(WANDB) == {}


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        (ChatSettings(temperature=0.0), {"temperature": 0.0}),
        (ChatSettings(top_p=0.5, seed=0), {"top_p": 0.5, "seed": 0}),
        (ChatSettings(max_tokens=9, stop=("END",)), {"max_tokens": 9, "stop": ["END"]}),
        (ChatSettings(response_format="text"), {"response_format": {"type": "text"}}),
        (ChatSettings(response_format="json_object"), {"response_format": {"type": "json_object"}}),
        (ChatSettings(json_schema=SCHEMA), {}),
        (ChatSettings(extra_body={"top_k": 5}), {"top_k": 5}),
    ],
)
def test_what_was_set_is_sent_as_it_is(settings: ChatSettings, sent: dict[str, Any]) -> None:
    assert settings.parameters(OTHER) == sent


@pytest.mark.parametrize(
    ("schema", "strict", "described"),
    [
        (SCHEMA, True, {"name": "A_person", "schema": SCHEMA, "strict": True}),
        ({"type": "array"}, False, {"name": "reply", "schema": {"type": "array"}}),
        ({"title": "!"}, False, {"name": "reply", "schema": {"title": "!"}}),
    ],
)
def test_a_schema_is_sent_under_a_name_that_endpoints_take(
    schema: dict[str, Any], strict: bool, described: dict[str, Any]
) -> None:
    settings = ChatSettings(
        response_format="json_schema", json_schema=schema, json_schema_strict=strict
    )

    sent = settings.parameters(OTHER)

    assert sent == {"response_format": {"type": "json_schema", "json_schema": described}}


def test_openai_gets_the_limit_of_tokens_under_its_new_name_and_it_is_read_under_both() -> None:
    settings = ChatSettings(max_tokens=9)

    sent = settings.parameters(at(Service.OPENAI))

    assert sent == {"max_completion_tokens": 9}
    assert token_limit(sent) == token_limit(settings.parameters(OTHER)) == 9
    assert token_limit({"max_tokens": True}) is None


@pytest.mark.parametrize(
    ("endpoint", "on", "off", "high"),
    [
        (WANDB, thinking(True), thinking(False), {"reasoning_effort": "high"}),
        (at(Service.VLLM), thinking(True), thinking(False), {"reasoning_effort": "high"}),
        (
            LOCAL,
            thinking(True),
            thinking(False),
            {"chat_template_kwargs": {"reasoning_effort": "high"}},
        ),
        (
            at(Service.OPENROUTER),
            {"reasoning": {"enabled": True}},
            {"reasoning": {"enabled": False}},
            {"reasoning": {"effort": "high"}},
        ),
        (
            DEEPSEEK,
            {"thinking": {"type": "enabled"}},
            {"thinking": {"type": "disabled"}},
            {"reasoning_effort": "high"},
        ),
        *(
            (
                at(service),
                {"reasoning_effort": "medium"},
                {"reasoning_effort": "none"},
                {"reasoning_effort": "high"},
            )
            for service in (Service.OPENAI, Service.OLLAMA, Service.LM_STUDIO, Service.OTHER)
        ),
    ],
    ids=lambda value: value.service + value.name if isinstance(value, Endpoint) else "",
)
def test_reasoning_is_asked_for_in_the_dialect_of_the_service(
    endpoint: Endpoint, on: dict[str, Any], off: dict[str, Any], high: dict[str, Any]
) -> None:
    assert ChatSettings(reasoning=True).parameters(endpoint) == on
    assert ChatSettings(reasoning=False).parameters(endpoint) == off
    assert ChatSettings(reasoning_effort="high").parameters(endpoint) == high


def test_the_extra_body_goes_over_everything_else_and_into_objects_but_never_over_the_apps_own() -> (
    None
):
    extra = {"temperature": 1, "chat_template_kwargs": {"lang": "en"}, "model": "x", "stream": 0}

    sent = ChatSettings(temperature=0.5, reasoning=False, extra_body=extra).parameters(WANDB)

    kwargs = {"enable_thinking": False, "lang": "en"}
    assert sent == {"temperature": 1, "chat_template_kwargs": kwargs}


@given(
    st.builds(
        ChatSettings,
        system_prompt=st.text(max_size=20),
        temperature=st.none() | st.floats(0, 2),
        stop=st.lists(st.text(min_size=1), max_size=4).map(tuple),
        reasoning=st.sampled_from([None, True, False]),
        extra_body=st.dictionaries(st.text(), st.integers(), max_size=3),
    )
)
def test_settings_survive_being_stored(settings: ChatSettings) -> None:
    assert ChatSettings.from_dict(settings.to_dict()) == settings


def test_a_stored_name_that_is_unknown_is_dropped() -> None:
    assert ChatSettings.from_dict({"seed": 7, "to_come": 1}) == ChatSettings(seed=7)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ChatSettings(), ""),
        (
            ChatSettings("Be brief.", temperature=0.2, response_format="json_object"),
            "system prompt · temperature 0.2 · JSON",
        ),
        (ChatSettings(temperature=0.1234567, top_p=0.3), "temperature 0.1234567 · top-p 0.3"),
        (
            ChatSettings(top_p=1.0, max_tokens=4096, seed=7, stop=("a",), reasoning=False),
            "top-p 1 · at most 4,096 tokens · seed 7 · 1 stop text · reasoning off",
        ),
        (
            ChatSettings(
                stop=("a", "b"),
                response_format="json_schema",
                json_schema=SCHEMA,
                reasoning=True,
                reasoning_effort="low",
                extra_body={"top_k": 1},
                sent_messages=6,
            ),
            "2 stop texts · JSON schema · reasoning on · effort low · extra body · last 6 messages",
        ),
    ],
)
def test_the_head_of_a_chat_says_in_one_line_what_was_set(
    settings: ChatSettings, words: str
) -> None:
    assert in_words(settings) == words


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"model": "a"}, {"model": "b"}, [("model", "a", "b")]),
        ({"stream": True}, {"stream_options": {"include_usage": True}}, []),
        ({"max_tokens": 9}, {"max_completion_tokens": 9}, []),
        ({"top_p": 0.5}, {}, [("top-p", "0.5", "not set")]),
        (thinking(True), {"thinking": {"type": "disabled"}}, [("reasoning", "on", "off")]),
        (
            {"reasoning": {"effort": "low"}},
            {"reasoning_effort": "high"},
            [("reasoning effort", "low", "high")],
        ),
        ({"stop": ["a"]}, {"stop": ["é"]}, [("stop", '["a"]', '["é"]')]),
        ({"a": {"b": 1}}, {"a": {"b": None}}, [("a.b", "1", "null")]),
        ({"a": "1"}, {"a": 1}, [("a", '"1"', "1")]),
        ({"a": "not set"}, {}, [("a", '"not set"', "not set")]),
        ({"a": {}}, {}, [("a", "{}", "not set")]),
        (
            {"response_format": {"type": "json_object"}},
            {"response_format": {"type": "json_schema", "json_schema": {"name": "n"}}},
            [
                ("response format", "json_object", "json_schema"),
                ("JSON schema", "not set", '{"name": "n"}'),
            ],
        ),
    ],
)
def test_two_requests_differ_in_words(
    before: dict[str, Any], after: dict[str, Any], said: list[tuple[str, str, str]]
) -> None:
    assert differences(before, after) == said
