"""The connection test: one sentence that is true, one that helps, and a key that stays on its own server."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from parley.doctor import examine, variants, where_instead
from parley.endpoint import Service, origin_of
from parley.engine import Engine
from parley.limits import Limits
from parley.store import Store
from tests.parley.doctor_findings import JSON, PAGE, REJECTED, TWO_MODELS, at
from tests.upstream import RawAnswer, Upstream, redirect, silence, status


def test_an_endpoint_that_lists_models_works(engine: Engine, upstream: Upstream) -> None:
    found = examine(engine, at(upstream.base_url))

    assert found.works
    assert found.sentence == "It works: 1 model listed."
    assert found.models == 1
    assert found.advice == found.suggestion == found.detail == ""
    assert [request.method for request in upstream.requests] == ["GET"]


def test_an_endpoint_without_models_works_and_says_what_to_load(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models = {"object": "list", "data": []}

    found = examine(engine, at(upstream.base_url))

    assert found.works
    assert found.models == 0
    assert "Load a model" in found.advice


def test_a_list_that_is_shown_to_anyone_does_not_prove_the_key(
    engine: Engine, upstream: Upstream
) -> None:
    found = examine(engine, at(upstream.base_url, service=Service.OPENROUTER))

    assert found.works
    assert "prove the key" in found.advice


@pytest.mark.parametrize(
    ("path", "serves"),
    [
        ("/wrong/v1", "/v1"),
        ("", "/v1"),
        ("/openai", "/openai/v1"),
        ("/v1", "/api/v1"),
        ("/api", "/api/v1"),
        ("/inference/v1", "/inference"),
        ("/v1", "/openai/v1"),
        ("/v1", ""),
    ],
)
def test_a_wrong_base_url_is_mended_on_the_same_server(
    engine: Engine, upstream: Upstream, path: str, serves: str
) -> None:
    upstream.models_raw = PAGE
    upstream.answers[f"{serves}/models"] = TWO_MODELS
    if serves == "/v1":
        upstream.models_raw = TWO_MODELS

    found = examine(engine, at(upstream.origin + path))

    assert not found.works
    assert found.suggestion == upstream.origin + serves
    assert "lists 2 models" in found.sentence
    assert examine(engine, at(found.suggestion)).works


def test_a_path_that_answers_but_rejects_the_key_is_better_than_none(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_raw = PAGE
    upstream.answers["/api/v1/models"] = REJECTED

    found = examine(engine, at(upstream.base_url))

    assert not found.works
    assert found.suggestion == f"{upstream.origin}/api/v1"
    assert "check the key" in found.advice
    assert found.detail == "Authentication failed"


@pytest.mark.parametrize(
    "answer",
    [
        PAGE,
        (200, JSON, b'{"hello": "world"}'),
        (200, JSON, b"not json"),
        (200, {}, b""),
        (404, {"Content-Type": "text/html"}, b"<h1>404</h1>"),
        (405, JSON, b"{}"),
    ],
    ids=["page", "other-json", "no-json", "empty", "not-found", "not-allowed"],
)
def test_a_server_that_is_no_api_is_named_as_such(
    engine: Engine, upstream: Upstream, answer: RawAnswer
) -> None:
    upstream.models_raw = answer

    found = examine(engine, at(upstream.base_url))

    assert found.sentence == "This address does not answer like an OpenAI-compatible API."
    assert "usual paths" in found.advice
    assert found.suggestion == ""
    assert found.models is None


def test_every_question_is_a_model_list_on_the_same_server(
    engine: Engine, upstream: Upstream
) -> None:
    with Upstream() as other:
        upstream.models_steps = (redirect(f"{other.base_url}/models"),)

        found = examine(engine, at(upstream.base_url))

        assert not found.works
        assert other.requests == []
    assert {request.method for request in upstream.requests} == {"GET"}
    assert all(request.path.endswith("/models") for request in upstream.requests)
    assert len({request.path for request in upstream.requests}) == len(upstream.requests)


@pytest.mark.parametrize(
    "base_url", ["https://h.example:8443/a/b", "http://127.0.0.1:1234", "http://[::1]:80/v1"]
)
def test_every_variant_has_the_origin_of_the_address_given(base_url: str) -> None:
    others = variants(base_url)

    assert {origin_of(url) for url in others} == {origin_of(base_url)}
    assert base_url not in others
    assert len(set(others)) == len(others) >= 4


def test_a_service_that_wants_a_key_is_not_asked_without_one(
    engine: Engine, upstream: Upstream
) -> None:
    endpoint = at(upstream.base_url, key=None, needs_key=True)

    found = examine(engine, endpoint)

    assert "needs an API key" in found.sentence
    assert "service's own page" in found.advice
    assert upstream.requests == []


def test_wandb_without_a_key_says_where_to_get_one(engine: Engine, upstream: Upstream) -> None:
    endpoint = at(upstream.base_url, key=None, needs_key=True, service=Service.WANDB)

    assert "forge.coreweave.com/settings" in examine(engine, endpoint).advice


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"service": Service.WANDB}, "incomplete, expired or revoked"),
        ({"service": Service.OPENAI}, "Check the key above."),
        ({"key": None}, "Create a key"),
    ],
)
def test_a_401_says_what_to_check_for_this_service(
    engine: Engine, upstream: Upstream, fields: dict[str, Any], advice: str
) -> None:
    upstream.models_raw = REJECTED

    found = examine(engine, at(upstream.base_url, **fields))

    assert not found.works
    assert advice in found.advice
    assert found.detail == "Authentication failed"
    assert len(upstream.requests) == 1


def test_a_key_that_the_server_echoes_is_not_shown(engine: Engine, upstream: Upstream) -> None:
    upstream.models_steps = (status(401, {"error": {"message": "bad key canary-key"}}),)

    assert "canary" not in str(examine(engine, at(upstream.base_url)))


def test_a_server_on_this_machine_that_does_not_run_is_to_be_started(engine: Engine) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = examine(engine, at(f"http://127.0.0.1:{unused.getsockname()[1]}/v1"))

    assert "No connection" in found.sentence
    assert found.advice == "Start Mine on this machine, then test again."


@pytest.mark.parametrize(
    "limits", [Limits(silence_s=0.3), Limits(model_list_s=0.3)], ids=["silence", "whole-list"]
)
def test_a_silent_server_ends_the_test_in_time(
    store: Store, upstream: Upstream, limits: Limits
) -> None:
    upstream.models_steps = (silence(),)
    engine = Engine(store, limits=limits)

    try:
        found = examine(engine, at(upstream.base_url))
    finally:
        engine.close()

    assert "silent" in found.sentence
    assert "test again" in found.advice


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        ("https://0.0.0.0", "try the address with http://"),
        ("http://0.0.0.0", "the base URL above"),
        ("https://localhost.", "the base URL"),
    ],
)
def test_a_private_address_that_does_not_answer_may_want_the_other_scheme(
    engine: Engine, host: str, advice: str
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = examine(engine, at(f"{host}:{unused.getsockname()[1]}/v1"))

    assert not found.works
    assert advice in found.advice


@pytest.mark.parametrize(
    ("base_url", "advice"),
    [
        ("https://api.wandb.ai/v1", "https://api.inference.wandb.ai/v1"),
        ("https://wandb.ai/v1", "https://api.inference.wandb.ai/v1"),
        ("https://notwandb.ai/v1", "usual paths"),
        ("http://h.example/v1", "https://"),
        ("http://127.0.0.1:9/v1", "usual paths"),
    ],
)
def test_an_address_without_an_api_comes_with_a_better_guess(base_url: str, advice: str) -> None:
    assert advice in where_instead(at(base_url))
