"""A connection test on the settings page: its steps, the one token that may be asked for, the test before adding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.endpoint_form import PLACE_OF_TEST
from parley.conversation import LOCAL_OWNER, Kind
from parley.endpoint import Endpoint
from tests.pages.settings_page import (
    CANARY,
    add,
    choose,
    click,
    everything_in_the_session,
    field,
    fill,
    fresh,
    kept,
    opened,
    words,
)
from tests.upstream import Upstream, reply, status

ASK = "Also ask a model for one token"
TEST_FIRST = "Test without adding"
PRICED = {"data": [{"id": "dear", "pricing": {"prompt": "0.00001", "completion": "0.00001"}}]}
PRICED["data"] += [{"id": "cheap", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}]


@pytest.fixture(autouse=True)
def fresh_services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    yield from fresh(monkeypatch, tmp_path)


def describe(app: AppTest, base_url: str, key: str = "", project: str = "") -> AppTest:
    """Into the form, without adding it."""
    fill(app, "Base URL", base_url).run()
    fill(app, "API key (optional)", key)
    return fill(app, "Project (optional)", project)


def tick(app: AppTest) -> AppTest:
    next(box for box in app.checkbox if box.label == ASK).check().run()
    assert not app.exception
    return app


def type_model(app: AppTest, model_id: str) -> AppTest:
    box = next(box for box in app.selectbox if box.label == "Model to ask")
    # AppTest sends one of the options; a browser sends what was typed as well.
    box.options.append(box.format_func(model_id))
    box.set_value(model_id)
    return app


def step_of(app: AppTest, name: str) -> str:
    """What is said of a step, without the marks of Markdown."""
    return next(line for line in words(app).splitlines() if f"**{name}**:" in line)


def test_the_steps_of_a_test_are_shown_with_what_was_seen(upstream: Upstream) -> None:
    app = add(opened(), "Mine", upstream.base_url, key=CANARY)

    click(app, "Test connection")

    assert "**Port**: ok. Port " in step_of(app, "Port")
    assert "skipped. The address begins with http" in step_of(app, "Certificate")
    assert "ok. 1 model: test-model." in step_of(app, "Models")
    assert "skipped. Not asked for" in step_of(app, "Short reply")
    assert CANARY not in words(app) + everything_in_the_session(app)


def test_a_step_that_failed_comes_with_its_fix_and_the_steps_open(upstream: Upstream) -> None:
    upstream.models_steps = (status(401, {"error": {"message": "no"}}),)
    app = add(opened(), "Mine", upstream.base_url, key=CANARY)

    click(app, "Test connection")

    assert "failed. The endpoint rejected the API key." in step_of(app, "Key")
    assert "Check the key above." in words(app)
    assert [box.proto.expanded for box in app.expander if box.label == "Steps of the test"] == [
        True
    ]


def test_no_model_is_asked_unless_that_was_ticked(upstream: Upstream) -> None:
    app = add(opened(), "Mine", upstream.base_url)

    click(app, "Test connection")

    assert upstream.chats == []
    assert not any(box.value for box in app.checkbox if box.label == ASK)


def test_what_a_token_may_cost_is_said_before_it_is_asked_for(upstream: Upstream) -> None:
    upstream.models = PRICED
    app = click(add(opened(), "Mine", upstream.base_url), "Test connection")

    tick(app)

    chosen = next(box.value for box in app.selectbox if box.label == "Model to ask")
    assert chosen == "cheap"
    assert "It may cost up to ≈$0.00020: at most 200 tokens in and 1 out, by the price" in words(
        app
    )
    assert upstream.chats == []


def test_a_token_that_was_asked_for_is_told_and_stands_in_the_ledger(upstream: Upstream) -> None:
    upstream.models = PRICED
    upstream.script(reply("Hello", prompt=10, completion=1))
    app = tick(click(add(opened(), "Mine", upstream.base_url), "Test connection"))

    click(app, "Test connection")

    assert "It works: 2 models listed, and cheap answers." in words(app)
    assert "10 tokens in, 1 out, cost $0.000012." in step_of(app, "Short reply")
    [entry] = services.get().store.ledger(LOCAL_OWNER)
    assert (entry.request.kind, entry.request.endpoint) == (Kind.PROBE, "Mine")


def test_a_model_without_a_price_says_that_its_cost_is_not_known(upstream: Upstream) -> None:
    app = type_model(tick(add(opened(), "Mine", "https://nobody.example/v1")), "my-model").run()

    assert "What it costs is not known" in words(app)


def test_a_tick_without_a_model_asks_none_and_says_so(upstream: Upstream) -> None:
    app = tick(add(opened(), "Mine", upstream.base_url))

    said = words(app)
    click(app, "Test connection")

    assert "Without a model, none is asked." in said
    assert upstream.chats == []


def test_c8_a_server_without_a_list_works_with_a_model_typed_by_hand(upstream: Upstream) -> None:
    upstream.models_raw = (404, {}, b"")
    upstream.script(reply("Hello"))
    app = type_model(tick(add(opened(), "Mine", upstream.base_url)), "by-hand")

    click(app, "Test connection")

    assert "Chat works: by-hand answers, but the endpoint gives no list of models." in words(app)
    assert "Type the model id in Chat." in words(app)
    assert upstream.chats[0].body["model"] == "by-hand"


def test_c8_a_list_from_before_the_fault_stays_and_says_its_age(upstream: Upstream) -> None:
    app = click(add(opened(), "Mine", upstream.base_url), "Test connection")
    upstream.models_steps = (status(500, {"error": {"message": "down"}}),)

    click(app, "Test connection")

    assert "a fault of its own" in words(app)
    assert "go on with the list that was fetched less than a minute ago." in words(app)


# Before anything is kept


def test_an_endpoint_is_tested_before_it_is_added_and_nothing_is_kept(upstream: Upstream) -> None:
    before = services.get().endpoints.all(LOCAL_OWNER)
    app = describe(opened(), f"{upstream.base_url}/chat/completions", CANARY, "a/b")

    click(app, TEST_FIRST)

    assert "It works: 1 model listed." in words(app)
    assert upstream.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert upstream.requests[0].headers["openai-project"] == "a/b"
    assert services.get().endpoints.all(LOCAL_OWNER) == before
    assert field(app, "API key (optional)") == CANARY


def test_what_was_tested_is_added_as_it_was_typed(upstream: Upstream) -> None:
    app = click(describe(opened(), upstream.base_url, CANARY), TEST_FIRST)

    click(fill(app, "Name", "Mine"), "Add endpoint")

    assert (kept("Mine") or Endpoint("", "")).base_url == upstream.base_url
    assert CANARY not in words(app) + everything_in_the_session(app)


def test_a_wrong_address_is_mended_in_the_form_before_it_is_added(upstream: Upstream) -> None:
    app = click(describe(opened(), f"{upstream.origin}/wrong/v1", CANARY), TEST_FIRST)
    said = words(app)

    click(app, "Use this base URL")
    click(app, TEST_FIRST)

    assert "another one here lists 1 model" in said
    assert field(app, "Base URL") == upstream.base_url
    assert field(app, "API key (optional)") == CANARY
    assert "It works" in words(app)


def test_a_token_is_asked_of_an_endpoint_that_is_not_kept_yet(upstream: Upstream) -> None:
    upstream.models = PRICED
    upstream.script(reply("Hello"))
    app = click(describe(opened(), upstream.base_url), TEST_FIRST)
    boxes = [box for box in app.checkbox if box.label == ASK]
    boxes[-1].check().run()

    click(app, TEST_FIRST)

    assert "It works: 2 models listed, and cheap answers." in words(app)
    assert "It may cost up to ≈$0.00020" in words(app)
    [entry] = services.get().store.ledger(LOCAL_OWNER)
    assert entry.request.endpoint == upstream.base_url.split("/")[2]


def test_a_key_typed_for_the_same_server_is_used_in_the_test_as_it_would_be_afterwards(
    upstream: Upstream,
) -> None:
    app = add(opened(), "First", f"{upstream.origin}/other/v1", key=CANARY)

    click(describe(app, upstream.base_url), TEST_FIRST)

    assert upstream.requests[-1].headers["authorization"] == f"Bearer {CANARY}"


def test_an_endpoint_of_any_name_can_be_tested_beside_one_that_is_described(
    upstream: Upstream,
) -> None:
    app = add(opened(), PLACE_OF_TEST, upstream.base_url)

    describe(app, f"{upstream.origin}/v2")

    assert not app.exception
    assert len([box for box in app.checkbox if box.label == ASK]) == 2


@pytest.mark.parametrize(
    ("base_url", "key", "sentence"),
    [
        ("ftp://h.example", "", "not a base URL"),
        ("https://h.example", "can ary", "characters that cannot be sent"),
        ("", "", "not a base URL"),
    ],
)
def test_what_cannot_be_tested_is_refused_with_a_sentence(
    base_url: str, key: str, sentence: str
) -> None:
    app = describe(opened(), base_url, key)

    click(app, TEST_FIRST)

    assert sentence in words(app)
    assert "needs a name" not in words(app)
    assert "Steps of the test" not in [box.label for box in app.expander]


def test_a_finding_is_gone_once_something_in_the_form_has_changed(upstream: Upstream) -> None:
    app = click(describe(opened(), upstream.base_url), TEST_FIRST)
    before = words(app)

    fill(app, "Base URL", f"{upstream.origin}/v2").run()

    assert "It works" in before
    assert "It works" not in words(app)


def test_s10_a_key_typed_for_one_server_is_not_sent_to_another_by_a_test(
    upstream: Upstream,
) -> None:
    app = describe(opened(), "https://one.example", CANARY)

    fill(app, "Base URL", upstream.base_url)
    click(app, TEST_FIRST)

    assert upstream.requests
    assert not any("authorization" in request.headers for request in upstream.requests)


def test_this_machine_is_offered_its_own_model_which_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weights = tmp_path / "Tiny-Q4_0.gguf"
    weights.write_bytes(b"no model")
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", str(weights))

    app = tick(choose(opened(), "This machine"))

    assert next(box.value for box in app.selectbox if box.label == "Model to ask") == "Tiny"
    assert "It costs nothing: free, runs here." in words(app)
