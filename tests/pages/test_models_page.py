"""The list on the models page as a person meets it: real settings, real store, a real list over a real socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from components import services
from parley.local_model import Phase
from tests.pages.models_page import WANDB, address, ids, opened, served, words
from tests.upstream import Upstream, silence


@pytest.fixture
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_the_list_of_the_endpoint_is_shown_with_its_age_and_what_could_not_be_used(
    upstream: Upstream,
) -> None:
    app = opened()

    assert ids(app)[:2] == ["qwen/qwen-large", "qwen/qwen-small"]
    assert "3 of 5 models" in words(app)
    assert "list fetched just now" in words(app)
    assert "1 entry could not be read" in words(app)
    assert "1 duplicate left out" in words(app)
    assert "retired, delisted and non-chat models are hidden" in words(app)


def test_u1_what_is_not_known_is_missing_from_the_table_and_not_zero(upstream: Upstream) -> None:
    app = opened()

    small = app.dataframe[0].value.iloc[1]

    assert small[["input_per_mtok", "output_per_mtok", "capabilities"]].isna().all()


def test_another_endpoint_does_not_inherit_a_publisher_that_it_does_not_have(
    upstream: Upstream,
) -> None:
    app = opened(q="publisher:meta-llama")

    app.selectbox(key="models-endpoint").set_value(WANDB).run()

    assert "openai/gpt-oss-20b" in ids(app)
    assert "No model here has the publisher “meta-llama”" in words(app)
    assert address(app)["endpoint"] == WANDB


def test_refresh_fetches_the_list_again(upstream: Upstream) -> None:
    app = opened()
    upstream.models = {"data": [{"id": "brand-new"}]}

    app.button(key="refresh-models").click().run()

    assert ids(app) == ["brand-new"]


def test_bare_ids_are_still_useful(upstream: Upstream) -> None:
    upstream.models = ["gpt-oss-20b", {"id": "gpt-oss-20b"}, {"id": "Qwen/Qwen3-30B-A3B"}]

    app = opened()

    table = app.dataframe[0].value
    assert list(table["publisher"]) == ["OpenAI", "Qwen"]


def test_without_a_key_the_bundled_list_can_be_browsed_and_its_date_is_named(
    upstream: Upstream,
) -> None:
    app = opened(endpoint=WANDB)

    assert "W&B Inference needs an API key to list its models." in words(app)
    assert "of 47 models · list not fetched" in words(app)
    assert "facts come with Parley, the newest of 2026-" in words(app)
    assert len(ids(app)) > 20


def test_a_list_that_cannot_be_fetched_says_why_and_leaves_the_typed_id(upstream: Upstream) -> None:
    upstream.models_raw = (401, {"Content-Type": "application/json"}, b'{"error": "bad key"}')

    app = opened()

    assert not app.dataframe
    assert "key" in words(app)
    assert "Use a model id that is not listed" in [box.label for box in app.text_input]


def test_a_list_that_cannot_be_fetched_again_stays_with_its_age_and_a_notice(
    upstream: Upstream,
) -> None:
    app = opened()
    upstream.models_raw = (500, {}, b"")

    app.button(key="refresh-models").click().run()

    assert len(ids(app)) == 3
    assert app.error
    assert "list fetched just now" in words(app)


def test_after_a_failed_fetch_no_click_waits_for_the_list_again(upstream: Upstream) -> None:
    engine = services.get().engine
    engine.limits = replace(engine.limits, catalog_failed_s=0.0)
    upstream.models_raw = (500, {}, b"")
    app = opened()
    upstream.models_raw = None
    upstream.models_steps = (silence(),)
    began = time.monotonic()

    app.run()

    assert time.monotonic() - began < 6
    assert "overloaded" in words(app)


def test_a_server_that_is_well_again_is_seen_at_the_next_click(upstream: Upstream) -> None:
    engine = services.get().engine
    engine.limits = replace(engine.limits, catalog_failed_s=0.0)
    upstream.models_raw = (500, {}, b"")
    app = opened()
    upstream.models_raw = None

    app.run()

    assert not app.error
    assert len(ids(app)) == 3


def test_an_empty_list_says_what_to_do_first(upstream: Upstream) -> None:
    upstream.models = {"object": "list", "data": []}

    app = opened()

    assert "The endpoint's list is empty. Type a model id below if you know one." in words(app)


def test_the_endpoint_is_the_one_that_chat_uses(upstream: Upstream) -> None:
    app = opened()

    app.selectbox(key="models-endpoint").set_value(WANDB).run()
    app.switch_page("chat.py").run()

    assert app.session_state["endpoint_name"] == WANDB


def test_looking_at_this_machine_does_not_start_it(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weights = tmp_path / "SmolLM2-135M-Instruct.gguf"
    weights.write_bytes(b"GGUF")
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", str(weights))

    app = opened(endpoint="This machine")

    assert len(ids(app)) == 1
    assert "It starts with the first message, or with Refresh" in words(app)
    assert services.get().local_model.phase is Phase.STOPPED
