"""W&B's public catalog as a person meets it: on the models page without a key, and its switch in Settings."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER
from tests.pages import settings_page
from tests.pages.models_page import WANDB, facts, ids, opened, served, words
from tests.parley.catalog.catalog_rows import FLASH, NEW, PATH, answer, row
from tests.parley.talk import wait_until
from tests.upstream import Upstream, status, wait_for


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    monkeypatch.setattr(services, "CATALOG_ADDRESS", f"{upstream.origin}{PATH}")
    upstream.answers[PATH] = answer(row(), row(NEW, lifecycleStage="deprecated"))
    yield from served(upstream, monkeypatch, tmp_path)


def asked(upstream: Upstream) -> list[Any]:
    return [request for request in upstream.requests if request.path == PATH]


def switch(app: AppTest) -> Any:
    return app.toggle(key="fetch-catalog")


def test_without_a_key_the_catalog_can_be_browsed_and_says_how_old_it_is(
    upstream: Upstream,
) -> None:
    app = opened(endpoint=WANDB)

    assert {FLASH, NEW} <= set(ids(app))
    assert "W&B Inference needs an API key to list its models." in words(app)
    assert "list not fetched · catalog of 127.0.0.1 fetched just now" in words(app)
    assert len(asked(upstream)) == 1
    assert "authorization" not in asked(upstream)[0].headers


def test_a_model_of_the_catalog_shows_its_source_and_day(upstream: Upstream) -> None:
    app = opened(endpoint=WANDB, model=NEW)

    assert any(
        line[0] == "Context window"
        and line[1] == "1,048,576 tokens"
        and line[2].startswith("the service's public catalog, 20")
        for line in facts(app)
    )


def test_when_it_cannot_be_read_the_bundled_facts_stand_in_with_their_date(
    upstream: Upstream,
) -> None:
    upstream.answers[PATH] = (500, {}, b"no")

    app = opened(endpoint=WANDB)

    assert len(ids(app)) > 20
    assert (
        "catalog of 127.0.0.1 gave no answer that can be read; facts come with Parley, the newest of 2026-"
        in words(app)
    )


def test_it_is_never_asked_for_while_another_endpoint_is_looked_at(upstream: Upstream) -> None:
    opened()
    settings_page.opened()

    assert asked(upstream) == []


def test_the_models_page_is_drawn_again_when_the_catalog_comes_late(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer = threading.Event()
    monkeypatch.setattr("parley.catalog.listing.CATALOG_WAIT_S", 0.1)
    monkeypatch.setattr(services, "CATALOG_ADDRESS", f"{upstream.base_url}/models")
    late = {"models": [row(NEW)]}
    upstream.models_steps = (wait_for(may_answer), status(200, late))
    app = opened(endpoint=WANDB)
    early, early_ids = words(app), ids(app)

    may_answer.set()
    wandb = services.get().endpoints.named(LOCAL_OWNER, WANDB)
    assert wandb is not None
    wait_until(lambda: services.get().public_catalog.at_hand(wandb) is not None)
    app.run()

    assert "catalog of 127.0.0.1 is being fetched; facts come with Parley" in early
    assert "catalog of 127.0.0.1 fetched just now" in words(app)
    assert NEW not in early_ids
    assert NEW in ids(app)


def test_settings_names_the_address_and_when_it_is_asked(upstream: Upstream) -> None:
    app = settings_page.opened()

    said = settings_page.words(app)
    assert f"{upstream.origin}{PATH}" in [code.value for code in app.code]
    assert "While an endpoint of W&B is selected" in said
    assert "at most every six hours (ten minutes after a failure)" in said
    assert "Catalog of 127.0.0.1 was not fetched yet; facts come with Parley" in said
    assert switch(app).value is True


def test_switched_off_it_is_not_asked_for_and_the_page_says_so(upstream: Upstream) -> None:
    settings = switch(settings_page.opened()).set_value(False).run()

    app = opened(endpoint=WANDB)

    assert "Catalog of 127.0.0.1 is switched off" in settings_page.words(settings)
    assert asked(upstream) == []
    assert "catalog of 127.0.0.1 is switched off; facts come with Parley" in words(app)
    assert switch(settings_page.opened()).value is False


def test_switched_on_again_it_is_asked_for(upstream: Upstream) -> None:
    app = settings_page.opened()
    switch(app).set_value(False).run()
    switch(app).set_value(True).run()

    page = opened(endpoint=WANDB)

    assert "catalog of 127.0.0.1 fetched just now" in words(page)
    assert not app.exception


def test_the_catalog_survives_a_restart(upstream: Upstream, tmp_path: Path) -> None:
    opened(endpoint=WANDB)
    services.stop()

    app = opened(endpoint=WANDB)

    assert NEW in ids(app)
    assert len(asked(upstream)) == 1
    kept = (tmp_path / "service-catalog.json").read_text().partition("\n")
    assert json.loads(kept[2])["models"][0]["idPlayground"] == FLASH
