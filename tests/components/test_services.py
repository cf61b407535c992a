"""The process-wide objects: made once, from the environment and secrets.toml, and gone without a trace when stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from components import services
from parley.catalog.listing import Listing
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import THIS_MACHINE, Endpoint
from parley.errors import SettingsRefused
from parley.local_model_server import WINDOW_TOKENS
from tests.pages.chat_page import served
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What stands in secrets.toml."""
    written: dict[str, Any] = {}
    monkeypatch.setattr(st, "secrets", written)
    return written


def test_everybody_gets_the_same_services_however_many_ask_at_once() -> None:
    found: list[services.Services] = []
    askers = [threading.Thread(target=lambda: found.append(services.get())) for _ in range(8)]

    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert len({id(everything) for everything in found}) == 1


def test_they_are_healthy_from_start_to_stop() -> None:
    before = services.is_healthy()
    services.start()
    running = services.is_healthy()

    services.stop()
    services.stop()

    assert (before, running, services.is_healthy()) == (False, True, False)


def test_a_fault_at_the_start_is_logged_and_told_again_to_each_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PARLEY_MODE", "bananas")

    services.start()

    assert "PARLEY_MODE is 'bananas'." in caplog.text
    assert not services.is_healthy()
    with pytest.raises(SettingsRefused):
        services.get()


def test_without_secrets_the_environment_alone_counts(upstream: Upstream) -> None:
    default = services.get().endpoints.default(OWNER)

    assert default.base_url == upstream.base_url


def test_an_endpoint_of_secrets_toml_is_known_with_its_key(secrets: dict[str, Any]) -> None:
    secrets["endpoints"] = {
        "Mine": {"base_url": "https://h.example", "api_key": "sk-1", "project": "a/b"}
    }

    mine = services.get().endpoints.named(OWNER, "Mine")

    assert mine is not None
    assert (mine.base_url, mine.project) == ("https://h.example/v1", "a/b")
    assert mine.key is not None


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("canary", "[endpoints] in secrets.toml is not a table."),
        ({"Mine": "canary"}, "[endpoints.Mine] in secrets.toml is not a table."),
        ({"Mine": {"base_url": "ftp://canary"}}, "[endpoints.Mine] in secrets.toml: This is not"),
        (
            {"Mine": {"base_url": "https://h.example", "api_key": "can ary"}},
            "[endpoints.Mine] in secrets.toml: This API key has characters",
        ),
    ],
    ids=str,
)
def test_secrets_that_make_no_sense_are_named_by_their_place_and_never_quoted(
    section: object, sentence: str, secrets: dict[str, Any]
) -> None:
    secrets["endpoints"] = section

    with pytest.raises(SettingsRefused) as refused:
        services.get()

    assert refused.value.title.startswith(sentence)
    assert "canary" not in refused.value.title + refused.value.advice


def test_this_machine_is_not_started_for_its_list() -> None:
    everything = services.get()

    listing = everything.listing(THIS_MACHINE)

    (model,) = listing.models
    assert model.context_window == WINDOW_TOKENS
    assert everything.model(THIS_MACHINE, model.id).context_window == WINDOW_TOKENS
    assert everything.local_model.phase.name != "READY"


def test_this_machine_that_could_not_be_started_keeps_its_model_and_says_why() -> None:
    everything = services.get()

    refreshed = everything.listing(THIS_MACHINE, refresh=True)

    (model,) = refreshed.models
    assert refreshed.notice is not None
    assert refreshed.fetched_at is None
    assert everything.listing(THIS_MACHINE) == refreshed
    assert everything.model(THIS_MACHINE, model.id).context_window == WINDOW_TOKENS


def test_what_is_known_of_a_model_comes_from_the_list_at_hand(upstream: Upstream) -> None:
    everything = services.get()
    endpoint = everything.endpoints.default(OWNER)
    before = everything.model(endpoint, "big").context_window

    everything.listing(endpoint)

    assert before is None
    assert everything.model(endpoint, "big").context_window == 8_000
    assert everything.nearest_id(endpoint, "bigg") == "big"


def test_a_list_that_may_not_be_waited_for_is_what_is_at_hand() -> None:
    everything = services.get()
    endpoint = everything.endpoints.default(OWNER)

    first = everything.listing(endpoint, at_most_s=0.0)
    then = everything.listing(endpoint)

    assert first == Listing((), None)
    assert [model.id for model in then.models][:2] == ["big", "small"]


def test_without_any_list_nothing_is_nearest() -> None:
    unseen = Endpoint("Unseen", "https://h.example/v1")

    assert services.get().nearest_id(unseen, "big") is None
