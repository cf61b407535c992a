"""The details of one model, and a typed id, on the models page: real settings, real store, a real list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components import services
from tests.pages.models_page import WANDB, address, facts, ids, opened, served, words
from tests.upstream import Upstream


@pytest.fixture
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_a_model_in_the_address_is_shown_with_every_fact_its_source_and_date(
    upstream: Upstream,
) -> None:
    app = opened(model="qwen/qwen-large")

    fetched = services.get().listing(services.get().endpoints.default("local")).fetched_at
    assert fetched is not None
    today = fetched.date().isoformat().replace("-", "\u2011")
    assert ["Context window", "131,072 tokens", f"the endpoint's own list, {today}"] in facts(app)
    assert ["Publisher", "Qwen", "derived from the id"] in facts(app)
    assert "$0.20 in · $0.65 out per million tokens · 131,072 tokens of context" in words(app)
    assert "Writes code." in words(app)
    assert app.code[0].value == "qwen/qwen-large"
    assert '"context_length": 131072' in app.json[0].value


def test_a_price_that_cannot_be_true_is_refused_in_the_table_and_in_the_details(
    upstream: Upstream,
) -> None:
    upstream.models = {
        "data": [{"id": "a/b", "pricing": {"input": 200_000, "output": 650_000}}],
    }

    app = opened(model="a/b")

    assert list(app.dataframe[0].value["price_note"]) == ["refused"]
    assert app.dataframe[0].value["input_per_mtok"].isna().all()
    assert "price refused" in words(app)
    assert any(line[0] == "Refused price" and "refused:" in line[1] for line in facts(app))


def test_chat_with_this_model_opens_chat_with_it(upstream: Upstream) -> None:
    app = opened(model="qwen/qwen-small")

    app.button(key="chat-with-model").click().run()

    assert not app.exception
    assert app.session_state["model_id"] == "qwen/qwen-small"
    assert app.chat_input


def test_a_model_that_does_not_chat_is_shown_but_not_offered(upstream: Upstream) -> None:
    app = opened(model="text-embedding-9")

    assert "Not for chat: its kind is embedding." in words(app)
    assert not [button for button in app.button if button.key == "chat-with-model"]


def test_a_retired_model_says_so_and_offers_its_replacement(upstream: Upstream) -> None:
    app = opened(endpoint=WANDB, model="Qwen/Qwen2.5-14B-Instruct")

    said = words(app)
    app.button(key="show-other-model").click().run()

    assert "This model is retired since 2026-03-04" in said
    assert "Its replacement is OpenPipe/Qwen3-14B-Instruct, by now Qwen/Qwen3.8-27B." in said
    assert address(app)["model"] == "Qwen/Qwen3.8-27B"


def test_an_id_that_the_list_does_not_hold_is_shown_beside_the_nearest_one(
    upstream: Upstream,
) -> None:
    app = opened(model="qwen/qwen-larg")

    assert "The endpoint's list does not hold this id." in words(app)
    assert app.button(key="show-other-model").label.replace("\\", "") == "Show qwen/qwen-large"


def test_close_closes_the_details_and_takes_them_from_the_address(upstream: Upstream) -> None:
    app = opened(model="qwen/qwen-large")

    app.button(key="close-model").click().run()

    assert "model" not in address(app)
    assert not app.table


def test_a_typed_id_that_is_not_listed_can_be_chatted_with(upstream: Upstream) -> None:
    app = opened()

    app.text_input[-1].set_value(" secret/model ")
    app.button[-1].click().run()

    assert not app.exception
    assert app.session_state["model_id"] == "secret/model"
    assert app.chat_input


def test_a_typed_id_of_a_retired_model_is_shown_instead_of_used(upstream: Upstream) -> None:
    app = opened(endpoint=WANDB)

    app.text_input[-1].set_value("Qwen/Qwen2.5-14B-Instruct")
    app.button[-1].click().run()

    assert "This model is retired" in words(app)
    assert not app.chat_input


def test_an_empty_typed_id_asks_for_one(upstream: Upstream) -> None:
    app = opened()

    app.button[-1].click().run()

    assert "Type a model id first." in words(app)


def test_r1_a_hostile_id_reaches_no_markdown_as_an_image(upstream: Upstream) -> None:
    hostile = "evil/![x](http://evil.example/a.png)"

    app = opened(model=hostile)

    drawn = [str(element.value) for kind in (app.header, app.caption) for element in kind]
    drawn += [str(cell) for row in app.table[0].value.values for cell in row]
    drawn += [button.label for button in app.button]
    assert hostile in ids(app)
    assert not [text for text in drawn if "![" in text]
