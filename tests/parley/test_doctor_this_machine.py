"""The connection test of This machine: its file, its process, its answer, and the model that it runs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from decimal import Decimal

import pytest

from parley.catalog.model import Fact, Model
from parley.doctor import Diagnosis, Question, StepName, StepState, examine, steps_of
from parley.endpoint import THIS_MACHINE, Endpoint
from parley.engine import Engine
from parley.errors import LocalModelError
from parley.local_model import LocalModel, find_weights
from parley.pricing.price import LOCAL_SOURCE, Price
from parley.store import Store
from tests.parley.doctor_findings import CANARY, REJECTED, at, failed, states, step
from tests.processes import PATIENCE_S
from tests.upstream import Upstream, status

OWNER = "me"


def examined(
    store: Store, answers: Endpoint | LocalModelError, model: LocalModel | None
) -> Diagnosis:
    def connect(_: Endpoint) -> Endpoint:
        if isinstance(answers, LocalModelError):
            raise answers
        return answers

    engine = Engine(store, connect=connect)
    try:
        return examine(engine, THIS_MACHINE, local_model=model)
    finally:
        engine.close()


def test_this_machine_is_started_for_its_test(store: Store, upstream: Upstream) -> None:
    found = examined(store, at(upstream.base_url), None)

    assert found.works
    assert states(found) == {
        "Model file": "not tried",
        "Process": "ok",
        "Answer": "ok",
        "Models": "ok",
        "Short reply": "skipped",
    }
    assert "to Parley alone" in step(found, StepName.ANSWER).seen


def test_this_machine_that_cannot_start_says_so(store: Store) -> None:
    found = examined(store, LocalModelError(), None)

    assert found.sentence == LocalModelError.title
    assert found.advice == LocalModelError.advice
    assert failed(found) == [StepName.PROCESS]
    assert states(found)["Models"] == "not tried"


def test_a_model_whose_file_is_not_there_is_told_at_that_step(store: Store) -> None:
    found = examined(store, LocalModelError(), LocalModel(None))

    assert failed(found) == [StepName.WEIGHTS, StepName.PROCESS]
    assert "turned off or not installed" in step(found, StepName.WEIGHTS).seen
    assert "make install" in step(found, StepName.WEIGHTS).fix


def test_a_process_that_refuses_its_own_app_is_told_at_its_answer(
    store: Store, upstream: Upstream
) -> None:
    upstream.models_raw = REJECTED

    found = examined(store, at(upstream.base_url), None)

    assert failed(found) == [StepName.ANSWER]
    assert not found.works


def test_a_process_that_has_gone_is_started_again_by_another_test(store: Store) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        found = examined(store, at(address, service=THIS_MACHINE.service), None)

    assert failed(found) == [StepName.ANSWER]
    assert found.advice == "Test again: it is started once more."


def test_the_key_of_the_process_is_in_no_step(store: Store, upstream: Upstream) -> None:
    upstream.models_steps = (status(500, {"error": {"message": f"key {CANARY}"}}),)

    found = examined(store, at(upstream.base_url), None)

    assert CANARY not in str(found)


def test_the_steps_of_this_machine_are_others_than_those_of_a_server() -> None:
    here, there = steps_of(THIS_MACHINE), steps_of(at("https://h.example/v1"))

    assert set(here) & set(there) == {StepName.MODELS, StepName.REPLY}
    assert there[0] is StepName.ADDRESS
    assert here[0] is StepName.WEIGHTS


@pytest.fixture
def real() -> Iterator[LocalModel]:
    weights = find_weights()
    if weights is None:
        pytest.skip("requirements-local.txt is not installed")
    model = LocalModel(weights)
    yield model
    model.stop()


@pytest.mark.real_model
def test_the_embedded_server_passes_every_step_and_says_what_its_token_cost(
    real: LocalModel, store: Store
) -> None:
    engine = Engine(store, connect=lambda _: real.endpoint(timeout_s=PATIENCE_S))
    price = Price(Decimal(0), Decimal(0), source=LOCAL_SOURCE, free=True)
    model = Model(real.model_id, (Fact("price", price, price.source),))

    try:
        found = examine(engine, THIS_MACHINE, local_model=real, question=Question(OWNER, model))
    finally:
        engine.close()

    assert found.sentence == f"It works: 1 model listed, and {real.model_id} answers."
    assert set(states(found).values()) == {"ok"}
    assert step(found, StepName.WEIGHTS).seen == f"{real.model_id} is there."
    assert "It runs as process " in step(found, StepName.PROCESS).seen
    assert "1 out, cost free, runs here." in step(found, StepName.REPLY).seen
    [entry] = store.ledger(OWNER)
    assert entry.outcome is not None
    assert entry.outcome.usage.output_tokens.value == 1
    assert step(found, StepName.REPLY).state is StepState.OK
