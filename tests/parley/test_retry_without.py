"""A refusal that names a parameter is mended by asking without it, and without nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint, Service
from parley.engine import Engine
from parley.reply import Reply
from parley.retry_without import without
from parley.turns import Target, next_turn
from tests.parley.talk import MODEL
from tests.upstream import Upstream, done, status, text

WANDB = Endpoint("W&B", "https://api.inference.wandb.ai/v1", service=Service.WANDB)
OTHER = Endpoint("Other", "https://api.example.com/v1")
DEEPSEEK = Endpoint("DeepSeek", "https://api.deepseek.com/v1")
LOCAL = Endpoint("This machine", "", service=Service.LOCAL)
SCHEMA = {"title": "A person!", "type": "object"}


def at(service: Service) -> Endpoint:
    return Endpoint("E", "https://api.example.com/v1", service=service)


def say(engine: Engine, endpoint: Endpoint, settings: ChatSettings) -> Reply:
    target = Target(endpoint, MODEL, settings)
    reply = engine.begin(next_turn(OWNER, None, [], "Hello", target))
    assert reply.wait_until_ended(15)
    return reply


FULL = ChatSettings(
    temperature=0.5,
    top_p=0.9,
    max_tokens=9,
    seed=7,
    stop=("END",),
    response_format="json_schema",
    json_schema=SCHEMA,
    reasoning=True,
    reasoning_effort="high",
    extra_body={"top_k": 5, "options": {"temperature": 1, "mirostat": 2}},
)


@pytest.mark.parametrize(
    ("parameter", "endpoint", "gone"),
    [
        ("temperature", OTHER, {"temperature"}),
        ("body.temperature", OTHER, {"temperature"}),
        ("top_p", OTHER, {"top_p"}),
        ("max_tokens", OTHER, {"max_tokens"}),
        ("max_completion_tokens", at(Service.OPENAI), {"max_tokens"}),
        ("stop[0]", OTHER, {"stop"}),
        ("stop.0", OTHER, {"stop"}),
        ("response_format.json_schema.schema", OTHER, {"response_format"}),
        ("response_format.type", OTHER, {"response_format"}),
        ("chat_template_kwargs.enable_thinking", WANDB, {"reasoning"}),
        ("chat_template_kwargs", WANDB, {"reasoning"}),
        ("chat_template_kwargs", LOCAL, {"reasoning", "reasoning_effort"}),
        ("reasoning_effort", WANDB, {"reasoning_effort"}),
        ("reasoning_effort", at(Service.OPENAI), {"reasoning", "reasoning_effort"}),
        ("reasoning.effort", at(Service.OPENROUTER), {"reasoning_effort"}),
        ("reasoning", at(Service.OPENROUTER), {"reasoning", "reasoning_effort"}),
        ("thinking.type", DEEPSEEK, {"reasoning"}),
    ],
)
def test_u5_a_refused_parameter_is_taken_out_and_no_more(
    parameter: str, endpoint: Endpoint, gone: set[str]
) -> None:
    lighter = without(FULL, parameter, endpoint)

    assert lighter is not None
    assert set(FULL.to_dict()) - set(lighter.to_dict()) == gone
    assert lighter.extra_body == FULL.extra_body


@pytest.mark.parametrize(
    ("parameter", "left"),
    [
        ("top_k", {"options": {"temperature": 1, "mirostat": 2}}),
        ("extra_body.top_k", {"options": {"temperature": 1, "mirostat": 2}}),
        ("options.temperature", {"top_k": 5, "options": {"mirostat": 2}}),
        ("options", {"top_k": 5}),
        ("options.unheard_of", {"top_k": 5}),
    ],
)
def test_u5_a_refused_entry_of_the_extra_body_is_taken_out(
    parameter: str, left: dict[str, Any]
) -> None:
    lighter = without(FULL, parameter, OTHER)

    assert lighter is not None
    assert lighter.extra_body == left
    assert lighter.temperature == FULL.temperature


def test_u5_a_refused_parameter_that_was_set_twice_is_taken_out_of_both_places() -> None:
    twice = ChatSettings(temperature=0.5, extra_body={"temperature": 1, "options": {"a": 1}})

    assert without(twice, "temperature", OTHER) == ChatSettings(extra_body={"options": {"a": 1}})
    assert without(twice, "options.a", OTHER) == ChatSettings(
        temperature=0.5, extra_body={"temperature": 1}
    )


@pytest.mark.parametrize("parameter", ["", "0", "...", "tools", "seed", "stream", "top_k.depth"])
def test_what_was_not_set_cannot_be_taken_out(parameter: str) -> None:
    assert without(ChatSettings("Hi", temperature=1), parameter, OTHER) is None


@given(st.text(max_size=60))
def test_any_name_of_a_parameter_is_judged(parameter: str) -> None:
    lighter = without(FULL, parameter, OTHER)

    assert lighter is None or lighter.parameters(OTHER) != FULL.parameters(OTHER)


@pytest.mark.parametrize(
    ("place", "gone"),
    [(["body", "temperature"], "temperature"), (["body", "mirostat", 0], "mirostat")],
)
def test_u5_what_the_endpoint_names_is_left_out_of_the_next_request(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, place: list[object], gone: str
) -> None:
    settings = ChatSettings(temperature=1.5, seed=7, extra_body={"mirostat": [2]})
    refusal = {"detail": [{"loc": place, "msg": "Extra inputs are not permitted", "type": "x"}]}
    upstream.script(status(422, refusal))
    upstream.script(text("Hi"), done())

    refused = say(engine, endpoint, settings).message.notice
    assert refused is not None
    lighter = without(settings, refused.suggestion, endpoint)
    assert lighter is not None
    reply = say(engine, endpoint, lighter)

    assert reply.message.text == "Hi"
    first, second = (chat.body for chat in upstream.chats)
    assert set(first) - set(second) == {gone}
    assert first["seed"] == second["seed"] == 7
