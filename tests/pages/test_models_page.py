"""The models page as a person meets it: real settings, real store, real list over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import model_filters, services
from tests.upstream import Upstream

ROUTER_LIST = {
    "data": [
        {
            "id": "qwen/qwen-large",
            "name": "Qwen Large",
            "description": "Writes code.",
            "context_length": 131_072,
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "pricing": {"prompt": "0.0000002", "completion": "0.00000065"},
            "supported_parameters": ["tools", "reasoning"],
        },
        {"id": "qwen/qwen-small", "context_length": 8_192},
        {"id": "meta-llama/llama-old", "active": False},
        {"id": "text-embedding-9", "architecture": {"output_modalities": ["embeddings"]}},
        {"id": "evil/![x](http://evil.example/a.png)", "name": "![x](http://evil.example/a.png)"},
        {"id": "qwen/qwen-small"},
        "not an entry",
    ]
}
WANDB = "W&B Inference"
NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


@pytest.fixture
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    """The default endpoint of fresh services."""
    upstream.models = ROUTER_LIST
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", "off")
    monkeypatch.setenv("OPENAI_BASE_URL", upstream.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    services.stop()

    yield upstream

    services.stop()


def opened(**address: str | list[str]) -> AppTest:
    """The page at an address, as after a reload or from a shared link."""
    app = AppTest.from_file(NAVIGATION, default_timeout=20)
    app.run()
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page("models.py").run()
    assert not app.exception
    return app


def ids(app: AppTest) -> list[str]:
    """The models in the table, from above."""
    return [str(model_id) for model_id in app.dataframe[0].value["id"]]


def words(app: AppTest) -> str:
    """Everything that the page says in sentences, without the escapes that Markdown needs."""
    kinds = (app.caption, app.info, app.warning, app.error, app.subheader, app.text)
    said = [str(element.value) for kind in kinds for element in kind]
    return "\n".join(said).replace("\\", "")


def facts(app: AppTest) -> list[list[str]]:
    """The table of facts, line by line."""
    return [[str(cell).replace("\\", "") for cell in row] for row in app.table[0].value.values]


def address(app: AppTest) -> dict[str, Any]:
    return dict(app.query_params)


def test_the_list_of_the_endpoint_is_shown_with_its_age_and_what_could_not_be_used(
    upstream: Upstream,
) -> None:
    app = opened()

    assert ids(app)[:2] == ["qwen/qwen-large", "qwen/qwen-small"]
    assert "3 of 5 models" in words(app)
    assert "list fetched just now" in words(app)
    assert "1 entry could not be read" in words(app)
    assert "1 duplicate left out" in words(app)
    assert "retired and non-chat models are hidden" in words(app)


def test_u1_what_is_not_known_is_missing_from_the_table_and_not_zero(upstream: Upstream) -> None:
    app = opened()

    small = app.dataframe[0].value.iloc[1]

    assert small[["input_per_mtok", "output_per_mtok", "capabilities"]].isna().all()


def test_the_search_finds_all_words_in_any_order(upstream: Upstream) -> None:
    app = opened()

    app.text_input(key="search").set_value("large qwen").run()

    assert ids(app) == ["qwen/qwen-large"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "small"}, ["qwen/qwen-small"]),
        ({"publisher": ["qwen"]}, ["qwen/qwen-large", "qwen/qwen-small"]),
        ({"context": "32,000 tokens"}, ["qwen/qwen-large"]),
        ({"max_price": "1"}, ["qwen/qwen-large"]),
        ({"takes": ["image"]}, ["qwen/qwen-large"]),
        ({"can": ["tools", "reasoning"]}, ["qwen/qwen-large"]),
        ({"lifecycle": ["retired"]}, ["meta-llama/llama-old"]),
        ({"all_kinds": "true", "search": "embedding"}, ["text-embedding-9"]),
        (
            {"sort": "Largest context", "publisher": ["qwen"]},
            ["qwen/qwen-large", "qwen/qwen-small"],
        ),
        ({"sort": "Id, A to Z", "search": "q"}, ["qwen/qwen-large", "qwen/qwen-small"]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_an_address_brings_its_filters_with_it(
    upstream: Upstream, asked: dict[str, Any], found: list[str]
) -> None:
    app = opened(**asked)

    assert ids(app) == found
    assert address(app).keys() >= asked.keys()


def test_a_filter_of_the_address_that_means_nothing_is_dropped(upstream: Upstream) -> None:
    app = opened(context="a lot", publisher=["nobody"], max_price="cheap")

    assert len(ids(app)) == 3


def test_clear_filters_asks_for_nothing_again(upstream: Upstream) -> None:
    app = opened(search="small", takes=["image"])

    app.button(key="clear-filters").click().run()

    assert len(ids(app)) == 3
    assert not address(app).keys() & model_filters.EMPTY.keys()


def test_where_nothing_matches_the_page_says_which_filter_to_loosen(upstream: Upstream) -> None:
    app = opened(search="small", takes=["image"])

    assert not app.dataframe
    assert "There would be 1 without the search words, 1 with any input." in words(app)
    assert app.button(key="clear-filters")


def test_another_endpoint_does_not_inherit_a_publisher_that_it_does_not_have(
    upstream: Upstream,
) -> None:
    app = opened(publisher=["qwen"])

    app.selectbox(key="models-endpoint").set_value(WANDB).run()

    assert "openai/gpt-oss-20b" in ids(app)
    assert address(app)["endpoint"] == WANDB


def test_a_model_in_the_address_is_shown_with_every_fact_its_source_and_date(
    upstream: Upstream,
) -> None:
    app = opened(model="qwen/qwen-large")

    fetched = services.get().listing(services.get().endpoints.default("local")).fetched_at
    assert fetched is not None
    today = fetched.date().isoformat().replace("-", "\u2011")
    assert ["Context window", "131,072 tokens", f"the endpoint's own list, {today}"] in facts(app)
    assert ["Publisher", "qwen", "derived from the id"] in facts(app)
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
    assert "of 47 models · list not fetched; these facts come with Parley, the newest of 2026-" in (
        words(app)
    )
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


def test_an_empty_list_says_what_to_do_first(upstream: Upstream) -> None:
    upstream.models = {"object": "list", "data": []}

    app = opened()

    assert "The endpoint's list is empty. Type a model id below if you know one." in words(app)


def test_the_endpoint_is_the_one_that_chat_uses(upstream: Upstream) -> None:
    app = opened()

    app.selectbox(key="models-endpoint").set_value(WANDB).run()
    app.switch_page("chat.py").run()

    assert app.session_state["endpoint_name"] == WANDB


def test_r1_a_hostile_id_reaches_no_markdown_as_an_image(upstream: Upstream) -> None:
    hostile = "evil/![x](http://evil.example/a.png)"

    app = opened(model=hostile)

    drawn = [str(element.value) for kind in (app.subheader, app.caption) for element in kind]
    drawn += [str(cell) for row in app.table[0].value.values for cell in row]
    drawn += [button.label for button in app.button]
    assert hostile in ids(app)
    assert not [text for text in drawn if "![" in text]
