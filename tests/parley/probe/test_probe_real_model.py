"""A probe of the real model on this machine, as a person would make it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley import local_model
from parley.catalog.enrich import find_model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Kind
from parley.endpoint import THIS_MACHINE
from parley.engine import Engine
from parley.local_model import LocalModel, find_weights
from parley.probe import Order, Step, begin, expected
from parley.store import Store
from tests.processes import PATIENCE_S

pytestmark = pytest.mark.real_model


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Engine, str]]:
    """An engine that starts the model, and its id."""
    weights = find_weights()
    if weights is None:
        pytest.skip("requirements-local.txt is not installed")
    # Coverage follows the child through the environment.
    monkeypatch.setattr(local_model, "ENVIRONMENT", dict(os.environ))
    model, store = LocalModel(weights), Store.open(tmp_path)
    model.endpoint(timeout_s=PATIENCE_S)
    engine = Engine(store, connect=lambda _: model.endpoint(timeout_s=PATIENCE_S))
    yield engine, model.model_id
    engine.close()
    model.stop()
    store.close()


def test_the_real_model_is_alive_and_says_what_it_can(real: tuple[Engine, str]) -> None:
    engine, model_id = real
    model = find_model((), model_id, THIS_MACHINE)
    steps = (Step.SCHEMA, Step.VISION)

    run = begin(engine, Order(OWNER, THIS_MACHINE, (model,), steps))
    assert run.wait(2 * PATIENCE_S)

    assert (run.notice, run.unsaved) == (None, None)
    found = run.results[model_id][1]
    assert (found.reached, found.is_streamed, found.has_usage) == (True, True, True)
    assert found.reasoning == ""
    assert found.tokens_per_second is not None
    # A word without an end may reach the limit of tokens first.
    assert found.checks[Step.SCHEMA].seen is not False
    assert found.checks[Step.VISION].seen is False
    entries = engine.store.ledger(OWNER)
    assert {entry.request.kind for entry in entries} == {Kind.PROBE}
    assert len(entries) == expected([model], steps).calls
    assert all(entry.outcome and entry.outcome.cost.amount in (0, None) for entry in entries)
