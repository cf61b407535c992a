"""What the tests of the endpoint doctor share: an endpoint to examine, and one step of what was found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from parley.doctor import Diagnosis, Step, StepName, StepState
from parley.endpoint import ApiKey, Endpoint
from tests.upstream import RawAnswer

JSON = {"Content-Type": "application/json"}
TWO_MODELS: RawAnswer = (200, JSON, b'{"data": [{"id": "a"}, {"id": "b"}]}')
NO_MODELS: RawAnswer = (200, JSON, b'{"object": "list", "data": []}')
PAGE: RawAnswer = (200, {"Content-Type": "text/html"}, b"<!doctype html><h1>Welcome</h1>")
REJECTED: RawAnswer = (401, JSON, b'{"error": {"message": "Authentication failed"}}')

CANARY = "canary-key"


def at(base_url: str, **fields: Any) -> Endpoint:
    return replace(Endpoint("Mine", base_url, key=ApiKey(CANARY)), **fields)


def step(found: Diagnosis, name: StepName) -> Step:
    return next(step for step in found.steps if step.name is name)


def states(found: Diagnosis) -> dict[str, str]:
    """The states of all steps, by the words that a reader sees."""
    return {str(step.name): str(step.state) for step in found.steps}


def failed(found: Diagnosis) -> list[StepName]:
    return [step.name for step in found.steps if step.state is StepState.FAILED]
