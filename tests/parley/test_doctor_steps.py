"""The steps of a connection test: each told as it is done, the one that failed with what was seen and the fix."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from parley.doctor import Step, StepName, StepState, asking, examine
from parley.engine import Engine
from tests.parley.doctor_findings import (
    CANARY,
    JSON,
    NO_MODELS,
    PAGE,
    REJECTED,
    TWO_MODELS,
    at,
    failed,
    states,
    step,
)
from tests.upstream import RawAnswer, Upstream, cut, silence


def refusal(code: int, said: str) -> RawAnswer:
    return code, JSON, b'{"error": {"message": "%b"}}' % said.encode()


def test_every_step_of_a_good_endpoint_is_told_in_order_as_soon_as_it_is_done(
    engine: Engine, upstream: Upstream
) -> None:
    heard: list[Step] = []

    found = examine(engine, at(upstream.base_url), hears=heard.append)

    assert tuple(heard) == found.steps
    assert states(found) == {
        "Address": "ok",
        "Host name": "skipped",
        "Port": "ok",
        "Certificate": "skipped",
        "Path": "ok",
        "Key": "ok",
        "Project": "skipped",
        "Models": "ok",
        "Short reply": "skipped",
    }
    assert step(found, StepName.MODELS).seen == "1 model: test-model."
    assert "Not asked for" in step(found, StepName.REPLY).seen
    assert [request.method for request in upstream.requests] == ["GET"]


def test_a_host_with_a_name_says_which_numbers_it_has(engine: Engine, upstream: Upstream) -> None:
    port = upstream.origin.rpartition(":")[2]

    found = examine(engine, at(f"http://localhost:{port}/v1", project="a/b", key=None))

    assert step(found, StepName.HOST).seen.startswith("localhost is ")
    assert "127.0.0.1" in step(found, StepName.HOST).seen
    assert step(found, StepName.KEY).state is StepState.SKIPPED
    assert "a/b was sent along and not rejected" in step(found, StepName.PROJECT).seen


FAULTS: list[tuple[str, RawAnswer, StepName, str, str]] = [
    ("c2-html", PAGE, StepName.PATH, "/v1: This address does not answer", "usual paths"),
    (
        "not-found",
        refusal(404, "Not Found"),
        StepName.PATH,
        "Nothing is served at this address",
        "usual paths",
    ),
    ("rejected", REJECTED, StepName.KEY, "rejected the API key", "Check the key above."),
    ("forbidden", refusal(403, "No"), StepName.MODELS, "account or country", "words are below"),
    ("no-credit", refusal(402, "Pay"), StepName.MODELS, "no credit left", "Add credit"),
    ("too-many", refusal(429, "Busy"), StepName.MODELS, "too many requests", "Wait a moment"),
    ("fault", refusal(500, "Oops"), StepName.MODELS, "a fault of its own", "Wait a moment"),
    ("refused", refusal(400, "Bad"), StepName.MODELS, "rejected the question", "base URL above"),
    ("c1-empty", NO_MODELS, StepName.MODELS, "The list is empty.", "Load a model"),
]


@pytest.mark.parametrize(
    ("answer", "where", "seen", "fix"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_fault_is_found_at_its_step_with_the_fix(
    engine: Engine, upstream: Upstream, answer: RawAnswer, where: StepName, seen: str, fix: str
) -> None:
    upstream.models_raw = answer

    found = examine(engine, at(upstream.base_url))

    assert failed(found) == [where]
    assert seen in step(found, where).seen
    assert fix in step(found, where).fix
    assert states(found)["Port"] == "ok"


def test_a_path_that_answers_beside_the_given_one_is_the_fix(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_raw = PAGE
    upstream.answers["/api/v1/models"] = TWO_MODELS

    found = examine(engine, at(upstream.base_url))

    path = step(found, StepName.PATH)
    assert failed(found) == [StepName.PATH]
    assert "another one here lists 2 models" in path.seen
    assert path.fix == "Use /api/v1 as the path."
    assert states(found)["Models"] == "not tried"


def test_silence_is_told_at_the_step_that_waited_for_an_answer(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models_steps = (silence(),)

    found = examine(engine, at(upstream.base_url))

    assert failed(found) == [StepName.MODELS]
    assert "silent" in step(found, StepName.MODELS).seen
    assert "no proper answer" in step(found, StepName.PATH).seen
    assert states(found)["Key"] == "not tried"


def test_an_app_that_is_too_busy_to_ask_ends_the_test_with_a_sentence(
    engine: Engine, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WAIT_EXTRA_S", 0.1 - engine.limits.model_list_s)
    upstream.models_steps = (silence(),)

    found = examine(engine, at(upstream.base_url))

    assert failed(found) == [StepName.MODELS]
    assert "silent" in found.sentence


def test_a_name_that_does_not_resolve_leaves_all_that_follows_untried(engine: Engine) -> None:
    found = examine(engine, at("https://parley.invalid/v1"))

    assert failed(found) == [StepName.HOST]
    assert step(found, StepName.HOST).seen == "No such name was found."
    assert "this machine is offline" in step(found, StepName.HOST).fix
    assert set(list(states(found).values())[2:-1]) == {"not tried"}


def test_a_port_where_nothing_listens_says_that_the_server_is_to_be_started(
    engine: Engine,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        found = examine(engine, at(f"http://127.0.0.1:{port}/v1"))

    assert failed(found) == [StepName.PORT]
    assert step(found, StepName.PORT).seen == f"Refused: nothing listens on port {port}."
    assert "Start the server" in step(found, StepName.PORT).fix


def test_c3_entries_that_cannot_be_read_are_counted_and_the_others_named(
    engine: Engine, upstream: Upstream
) -> None:
    ids = [{"id": name} for name in ("a", "b", "c", "d")]
    upstream.models = {"data": [7, None, "text", {"id": ""}, {"id": None}, *ids]}

    found = examine(engine, at(upstream.base_url))

    models = step(found, StepName.MODELS)
    assert models.seen.endswith(" a, b, c and 1 more.") or "could not be read" in models.fix
    assert found.works


def test_c6_a_hostile_id_is_one_bounded_line(engine: Engine, upstream: Upstream) -> None:
    upstream.models = {"data": [{"id": "x\n# heading\x1b[31m" + "y" * 200}]}

    found = examine(engine, at(upstream.base_url))

    seen = step(found, StepName.MODELS).seen
    assert seen.isprintable()
    assert len(seen) <= 300


@pytest.mark.parametrize(
    ("fields", "warning"),
    [({}, "unencrypted"), ({"key": None}, "")],
    ids=["key", "no-key"],
)
def test_a_key_for_an_address_without_tls_comes_with_a_warning(
    engine: Engine, fields: dict[str, Any], warning: str
) -> None:
    found = examine(engine, at("http://parley.invalid/v1", **fields))

    assert warning in step(found, StepName.ADDRESS).fix
    assert bool(step(found, StepName.ADDRESS).fix) is bool(warning)


def test_the_key_is_in_no_step_even_where_the_server_repeats_it(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.models = {"data": [{"id": f"models/{CANARY}"}]}

    found = examine(engine, at(upstream.base_url, project=CANARY))

    assert CANARY not in str(found)
    assert "models/[key]" in step(found, StepName.MODELS).seen


def test_a_server_here_that_hangs_up_is_asked_again(engine: Engine, upstream: Upstream) -> None:
    upstream.models_steps = (cut(),)

    found = examine(engine, at(upstream.base_url))

    assert failed(found) == [StepName.MODELS]
    assert found.advice == "Test again."
