"""What the connection test says when the server answers but refuses: when to test again, and where to look."""

from __future__ import annotations

import pytest

from parley.doctor import examine
from parley.endpoint import Endpoint
from parley.engine import Engine
from tests.upstream import Upstream, status


def at(base_url: str) -> Endpoint:
    return Endpoint("Mine", base_url)


@pytest.mark.parametrize(
    ("code", "said", "sentence"),
    [
        (402, "You exceeded your current quota", "no credit left"),
        (403, "Country, region, or territory not supported", "account or country"),
        (429, "Concurrency limit reached for requests", "too many requests"),
        (503, "The engine is currently overloaded", "overloaded"),
    ],
)
def test_other_refusals_are_told_as_anywhere_else(
    engine: Engine, upstream: Upstream, code: int, said: str, sentence: str
) -> None:
    upstream.models_steps = (status(code, {"error": {"message": said}}),)

    found = examine(engine, at(upstream.base_url))

    assert sentence in found.sentence
    assert found.detail == said


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize(
    ("headers", "advice"),
    [
        ({}, "Wait a moment, then test again."),
        ({"Retry-After": "1"}, "Wait 1 second, then test again."),
        ({"Retry-After": "1199.2"}, "Wait 1,200 seconds, then test again."),
    ],
)
def test_a_server_that_is_busy_says_when_to_test_again(
    engine: Engine, upstream: Upstream, code: int, headers: dict[str, str], advice: str
) -> None:
    upstream.models_steps = (status(code, {"error": {"message": "busy"}}, headers=headers),)

    found = examine(engine, at(upstream.base_url))

    assert found.advice == advice
    assert found.detail == "busy"


def test_a_host_that_is_not_found_may_mean_that_this_machine_is_offline(engine: Engine) -> None:
    found = examine(engine, at("https://nowhere.example/v1"))

    assert found.sentence == "The host nowhere.example was not found."
    assert found.advice.endswith("or this machine is offline.")


def test_a_list_that_is_refused_is_not_told_in_the_words_of_a_message(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_steps = (status(400, {"error": {"message": "no"}}),)

    found = examine(engine, at(upstream.base_url))

    assert found.sentence == "The endpoint rejected the question for its models."
    assert found.detail == "no"
