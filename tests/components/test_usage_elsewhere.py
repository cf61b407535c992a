"""A conversation on the other models of its endpoint: figures with their signs, and what cannot be told left open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER as OWNER
from tests.components.priced_talk import COUNTS, MODELS, column, listed, never_sent, talk, words
from tests.pages.chat_page import served
from tests.upstream import Upstream

LONG = "x" * 400


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    for served_by in served(upstream, monkeypatch, tmp_path):
        served_by.models = {"data": MODELS}
        yield served_by


def page() -> None:
    from components import services, usage_elsewhere
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    usage_elsewhere.show(services.get(), LOCAL_OWNER, Session())


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_every_model_of_the_list_stands_there_with_what_the_conversation_costs_on_it(
    upstream: Upstream,
) -> None:
    talk(upstream, *COUNTS)

    app = opened()

    assert column(app, "cost") == {"big": "$0.00071", "dear": "≈$0.0080", "tiny": "≈$0.00033"}
    assert column(app, "difference") == {"big": "$0", "dear": "≈+$0.0072", "tiny": "≈−$0.00038"}
    assert column(app, "range") == {"big": "exact", "dear": "–", "tiny": "–"}
    assert "2 calls" in words(app)
    assert "paid by the ledger: $0.00071." in words(app)
    assert "another model might answer at another length" in words(app)


def test_a_model_that_could_not_hold_it_says_from_which_turn_on(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    holds = column(opened(), "holds")

    assert holds == {"big": "every turn", "dear": "every turn", "tiny": "not from turn 2 on"}


def test_u41_a_model_of_unknown_price_stands_apart(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = opened()

    assert "plain" not in column(app, "cost")
    assert "Of unknown price (–): 1 model: plain." in words(app)


def test_each_price_has_its_source_and_date(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    price = column(opened(), "price")["big"]

    fetched_at = services.get().listing(services.get().endpoints.default(OWNER)).fetched_at
    assert fetched_at is not None
    day = f"{fetched_at:%Y-%m-%d}".replace("-", "\u2011")
    assert price.startswith("$0.20 in ($0.03 cached) · $0.65 out per million tokens")
    assert price.endswith(f"(the endpoint's own list, {day})")


def test_the_tokens_of_another_model_are_those_that_were_seen_of_it(upstream: Upstream) -> None:
    for prompt in (160, 200, 240):
        talk(upstream, {"prompt": prompt, "completion": 1}, question=LONG, model_id="dear")
    talk(upstream, {"prompt": 100, "completion": 0}, question=LONG)

    app = opened()

    assert column(app, "cost")["dear"] == "≈$0.00040"
    assert column(app, "range")["dear"] == "$0.00032 to $0.00048"
    assert column(app, "rests_on") == {
        "big": "own count",
        "dear": "0.500 (0.400 to 0.600, n = 3)",
        "tiny": "none seen, same tokens",
    }


@pytest.mark.parametrize(
    ("order", "models"),
    [
        ("cost", ["tiny", "big", "dear"]),
        ("-cost", ["dear", "big", "tiny"]),
        ("model", ["big", "dear", "tiny"]),
        ("nonsense", ["big", "dear", "tiny"]),
    ],
)
def test_a_link_carries_the_order(upstream: Upstream, order: str, models: list[str]) -> None:
    talk(upstream, *COUNTS)

    assert list(column(opened(order=order), "cost")) == models


def test_a_link_names_the_conversation_and_the_box_another(upstream: Upstream) -> None:
    first = talk(upstream, {"prompt": 10, "completion": 10}, question="First")
    second = talk(upstream, *COUNTS, question="Second")
    app = opened(of=first)
    named = words(app)

    app.selectbox(key="elsewhere-conversation").select(second).run()

    assert "1 call," in named
    assert "2 calls," in words(app)
    assert app.query_params["of"] in (second, [second])


@pytest.mark.parametrize("asked", ["", "nobody", "\0", "![x](a)", "x" * 5_000])
def test_s12_a_conversation_that_is_not_there_any_more_is_told_and_the_last_one_shown(
    upstream: Upstream, asked: str
) -> None:
    gone = talk(upstream, {"prompt": 10, "completion": 10})
    talk(upstream, *COUNTS)
    services.get().store.delete_conversation(OWNER, gone)

    app = opened(of=asked or gone)

    assert "The conversation that the address names is not here." in words(app)
    assert "2 calls," in words(app)


def test_an_archived_conversation_is_shown_by_its_link(upstream: Upstream) -> None:
    kept = talk(upstream, *COUNTS)
    services.get().store.archive(OWNER, kept, True)

    assert "There is no conversation yet." in words(opened())
    assert "2 calls," in words(opened(of=kept))


def test_what_was_never_sent_from_here_cannot_be_priced(upstream: Upstream) -> None:
    never_sent()

    app = opened()

    assert "Nothing of this conversation went to a model from here" in words(app)
    assert not app.dataframe


def test_an_endpoint_that_is_gone_has_no_list(upstream: Upstream) -> None:
    never_sent("Gone")

    assert "The endpoint Gone is not set up any more" in words(opened())


def test_a_list_that_cannot_be_had_is_told(upstream: Upstream) -> None:
    never_sent()
    upstream.models_raw = (500, {}, b"")

    app = opened()

    assert app.error
    assert "Nothing is known of the models of " in words(app)


def test_c6_a_hostile_id_is_shown_as_it_is(upstream: Upstream) -> None:
    hostile = "![x](http://evil.example)"
    upstream.models = {"data": [*MODELS, listed(hostile, 10)]}
    talk(upstream, *COUNTS)

    app = opened()

    assert hostile in words(app)
    assert "![x]" not in "\n".join(caption.value for caption in app.caption)


def test_c5_of_many_models_one_page_is_sent(upstream: Upstream) -> None:
    many = [listed(f"m{number:03}", 8_000, "0.000001", "0.000001") for number in range(200)]
    upstream.models = {"data": [*MODELS, *many]}
    talk(upstream, *COUNTS)
    app = opened()

    first = len(app.dataframe[0].value)
    app.pagination(key="elsewhere-page").set_value(2).run()
    second = len(app.dataframe[0].value)
    app.session_state["elsewhere-page"] = 9
    app.run()

    assert (first, second, len(app.dataframe[0].value)) == (150, 53, 150)


def test_u41_a_list_without_any_price_has_no_table(upstream: Upstream) -> None:
    upstream.models = {"data": [listed("plain", 8_000)]}
    talk(upstream, *COUNTS)

    app = opened()

    assert "2 replies unpriced. Below" in words(app)
    assert "there is no difference to tell" in words(app)
    assert not app.dataframe
