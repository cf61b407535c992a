"""Steps that need a second look: a redirect, a project that is rejected, a server that may speak TLS alone."""

from __future__ import annotations

import pytest

from parley.doctor import StepName, examine
from parley.endpoint import Service
from parley.engine import Engine
from tests.parley.doctor_findings import REJECTED, at, failed, step
from tests.upstream import Exchange, Upstream, cut, redirect, status


@pytest.mark.parametrize(
    ("target", "advice"),
    [
        ("https://elsewhere.example/v1/models", "It leads to elsewhere.example"),
        ("/login", "Check the path"),
    ],
)
def test_a_redirect_is_not_followed_but_says_where_it_leads(
    engine: Engine, upstream: Upstream, target: str, advice: str
) -> None:
    upstream.models_steps = (redirect(target),)

    found = examine(engine, at(upstream.base_url))

    assert failed(found) == [StepName.PATH]
    assert "redirect" in found.sentence
    assert advice in found.advice
    assert advice in step(found, StepName.PATH).fix


def test_a_redirect_to_the_same_host_over_tls_says_to_begin_with_https(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_steps = (redirect("https://127.0.0.1/v1/models"),)

    found = examine(engine, at(upstream.base_url))

    assert found.advice == "Begin the address with https://."


@pytest.mark.parametrize("service", [Service.WANDB, Service.OTHER])
def test_a_401_that_goes_away_without_the_project_is_about_the_project(
    engine: Engine, upstream: Upstream, service: Service
) -> None:
    def judge(to: Exchange) -> None:
        with_project = "openai-project" in to.received.headers
        answer = status(401, {"error": {"message": "no"}}) if with_project else status(200, [])
        answer(to)

    upstream.models_steps = (judge,)

    found = examine(engine, at(upstream.base_url, project="team/typo", service=service))

    assert failed(found) == [StepName.PROJECT]
    assert found.sentence == "The endpoint rejected the project."
    assert found.detail == "no"
    assert "team/project" in found.advice or "Correct the project" in found.advice
    assert step(found, StepName.KEY).seen == "Accepted without the project."
    assert "team/typo" in step(found, StepName.PROJECT).seen


def test_a_401_with_the_project_and_without_it_is_about_the_key(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_raw = REJECTED

    found = examine(engine, at(upstream.base_url, project="a/b"))

    assert failed(found) == [StepName.KEY]
    assert found.sentence == "The endpoint rejected the API key."
    assert "before the key is accepted" in step(found, StepName.PROJECT).seen
    assert ["openai-project" in request.headers for request in upstream.requests] == [True, False]


@pytest.mark.parametrize(
    ("service", "advice"),
    [(Service.WANDB, "then team/project"), (Service.OTHER, "then the project")],
)
def test_a_401_of_which_the_second_question_says_nothing_is_about_either(
    engine: Engine, upstream: Upstream, service: Service, advice: str
) -> None:
    def judge(to: Exchange) -> None:
        with_project = "openai-project" in to.received.headers
        status(401 if with_project else 429, {"error": {"message": "no"}})(to)

    upstream.models_steps = (judge,)

    found = examine(engine, at(upstream.base_url, project="a/b", service=service))

    assert failed(found) == [StepName.KEY]
    assert advice in found.advice


def test_a_wordless_refusal_over_http_may_be_of_a_server_that_speaks_tls_alone(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_steps = (status(400, "The plain HTTP request was sent to HTTPS port"),)

    found = examine(engine, at(upstream.base_url))

    assert found.advice == "The server may speak TLS alone: test the address with https://."


def test_a_server_elsewhere_that_hangs_up_on_http_may_speak_tls_alone(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_steps = (cut(),)
    port = upstream.origin.rpartition(":")[2]

    found = examine(engine, at(f"http://0.0.0.0:{port}/v1"))

    assert "https://" in found.advice
