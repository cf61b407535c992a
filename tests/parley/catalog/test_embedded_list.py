"""The list of the real server that comes with Parley, with the real model in it, as the catalog has it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from parley.catalog.enrich import catalog_for
from parley.catalog.model import Model
from parley.catalog.parsing import parse_models
from parley.endpoint import THIS_MACHINE
from parley.local_model import LocalModel, find_weights
from tests.processes import PATIENCE_S

pytestmark = pytest.mark.real_model


@pytest.fixture(scope="module")
def listed() -> Iterator[Model]:
    weights = find_weights()
    if weights is None:
        pytest.skip("requirements-local.txt is not installed")
    server = LocalModel(weights)
    running = server.endpoint(timeout_s=PATIENCE_S)
    assert running.key
    with httpx2.Client(
        headers={"Authorization": f"Bearer {running.key.reveal()}"}, trust_env=False
    ) as http:
        payload = http.get(f"{running.base_url}/models", timeout=PATIENCE_S).json()
    yield catalog_for(THIS_MACHINE, parse_models(payload, host="127.0.0.1"))[0]
    server.stop()


def test_the_embedded_servers_own_list_gives_window_kind_and_size(listed: Model) -> None:
    own = {fact.name: fact.value for fact in listed.facts if fact.source.startswith("the endpoint")}

    assert listed.id == "SmolLM2-135M-Instruct"
    assert (own["context_window"], own["kind"], own["params_total"]) == (4096, "chat", "135M")
    assert (own["input_modalities"], own["output_modalities"]) == ({"text"}, {"text"})


def test_beside_it_stands_that_it_is_free_and_what_its_card_says(listed: Model) -> None:
    assert listed.price is not None
    assert listed.price.free
    assert listed.value("publisher") == "Hugging Face"
    assert listed.value("license") == "Apache-2.0"
    assert listed.value("quantization") == "Q4_1"
