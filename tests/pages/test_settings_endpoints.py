"""Adding, testing, mending and removing an endpoint on the settings page, with a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components import services
from parley.conversation import LOCAL_OWNER
from parley.endpoint import ApiKey, Endpoint
from tests.pages.settings_page import (
    CANARY,
    WANDB,
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
from tests.upstream import Upstream, status


@pytest.fixture(autouse=True)
def fresh_services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    yield from fresh(monkeypatch, tmp_path)


def test_an_endpoint_is_added_from_any_pasted_form_and_tested(upstream: Upstream) -> None:
    app = opened()
    pasted = f"{upstream.base_url}/chat/completions/"
    fill(app, "Base URL", pasted).run()
    preview = words(app)

    add(app, "My server", pasted, key=CANARY, project="a/b")
    click(app, "Test connection")

    assert f"Will be kept as {upstream.base_url}\n" in preview
    assert app.radio[0].value == "My server"
    assert app.code[0].value == upstream.base_url
    assert "It works: 1 model listed." in words(app)
    assert upstream.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert upstream.requests[0].headers["openai-project"] == "a/b"
    assert [field(app, label) for label in ("Name", "Base URL", "API key (optional)")] == [""] * 3
    assert CANARY not in words(app) + everything_in_the_session(app)


@pytest.mark.parametrize(
    ("name", "base_url", "key", "project", "sentence"),
    [
        ("", "https://h.example", "", "", "needs a name"),
        ("OpenAI", "https://h.example", "", "", "has this name already"),
        ("Mine", "", "", "", "not a base URL"),
        ("Mine", "ftp://h.example", "", "", "not a base URL"),
        ("Mine", "https://h.example/v1?key=canary", "", "", "has a ? or # in it"),
        ("Mine", "https://h.example", "can ary", "", "characters that cannot be sent"),
        ("Mine", "https://h.example", "", "é", "cannot be sent"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_refused_with_a_sentence_and_nothing_kept(
    name: str, base_url: str, key: str, project: str, sentence: str
) -> None:
    app = opened()
    before = services.get().endpoints.all(LOCAL_OWNER)

    add(app, name, base_url, key, project)

    assert sentence in words(app)
    assert services.get().endpoints.all(LOCAL_OWNER) == before
    assert field(app, "Name") == name
    assert field(app, "Base URL") == base_url


def test_a_wrong_address_is_mended_by_one_click(upstream: Upstream) -> None:
    app = add(opened(), "Mine", f"{upstream.origin}/wrong/v1", key=CANARY)
    click(app, "Test connection")
    said = words(app)

    click(app, "Use this base URL")
    click(app, "Test connection")

    assert "another one here lists 1 model" in said
    assert (kept("Mine") or Endpoint("", "")).base_url == upstream.base_url
    assert (kept("Mine") or Endpoint("", "")).key == ApiKey(CANARY)
    assert "It works" in words(app)


def test_an_address_of_the_environment_is_mended_where_it_is_set(
    monkeypatch: pytest.MonkeyPatch, upstream: Upstream
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{upstream.origin}/wrong/v1")

    app = click(opened(), "Test connection")

    assert upstream.base_url in [code.value for code in app.code]
    assert "Change it where it is set" in words(app)
    assert "Use this base URL" not in [button.label for button in app.button]


def test_what_a_server_says_is_shown_as_plain_text_and_without_the_key(upstream: Upstream) -> None:
    said = f"![x](http://evil.example/a.png) {CANARY}"
    upstream.models_steps = (status(401, {"error": {"message": said}}),)
    app = add(opened(), "Mine", upstream.base_url, key=CANARY)

    click(app, "Test connection")

    assert "rejected the API key" in words(app)
    assert "![x](http://evil.example/a.png) [key]" in [code.value for code in app.code]
    assert not any("![x]" in markdown.value for markdown in app.markdown)
    assert CANARY not in words(app)


def test_a_finding_is_gone_once_the_endpoint_has_changed(upstream: Upstream) -> None:
    upstream.models_steps = (status(401, {"error": {"message": "no"}}),)
    app = click(add(opened(), "Mine", upstream.base_url, key="one"), "Test connection")
    before = words(app)

    click(fill(app, "API key", "two"), "Save key")

    assert "rejected the API key" in before
    assert "rejected the API key" not in words(app)


def test_a_name_from_outside_is_drawn_as_typed() -> None:
    app = add(opened(), "![x](http://evil.example/a.png)", "https://h.example")

    assert "![x](http://evil.example/a.png)" in words(app)
    assert not any("![" in heading.value for heading in app.subheader)
    assert not any("![" in option for option in app.radio[0].options)


def test_an_own_endpoint_is_removed_after_a_confirmation_with_its_key(upstream: Upstream) -> None:
    app = add(opened(), "Mine", upstream.base_url, key=CANARY)
    asked = words(app)

    click(app, "Remove this endpoint")

    assert "Its typed key is forgotten too. Conversations held with it stay." in asked
    assert kept("Mine") is None
    assert app.radio[0].value == WANDB
    add(app, "Mine", upstream.base_url)
    assert (kept("Mine") or Endpoint("", "")).key is None


def test_a_typed_key_that_another_endpoint_uses_is_said_to_stay_and_does(
    upstream: Upstream,
) -> None:
    add(opened(), "First", upstream.base_url)
    app = add(opened(), "Mine", f"{upstream.origin}/other/v1", key=CANARY)
    asked = words(app)

    click(app, "Remove this endpoint")

    assert "Its typed key stays for First." in asked
    assert "forgotten" not in asked
    assert (kept("First") or Endpoint("", "")).key == ApiKey(CANARY)


def test_without_a_typed_key_removing_says_nothing_of_one(upstream: Upstream) -> None:
    app = add(opened(), "Mine", upstream.base_url)

    assert "Conversations held with it stay." in words(app)
    assert "Its typed key" not in words(app)


def test_a_preset_cannot_be_removed() -> None:
    app = choose(opened(), "OpenAI")

    assert "Remove this endpoint" not in [button.label for button in app.button]


def test_an_endpoint_is_used_in_chat_by_one_click(upstream: Upstream) -> None:
    app = add(opened(), "Mine", upstream.base_url)

    click(app, "Use in chat")

    assert [box.value for box in app.selectbox][:2] == ["Mine", "test-model"]


def test_s10_a_key_for_a_new_endpoint_is_cleared_when_its_server_changes() -> None:
    app = add(opened(), "", "https://one.example", key=CANARY)
    assert CANARY in everything_in_the_session(app)

    fill(app, "Base URL", "https://one.example/api/v1").run()
    same_server = field(app, "API key (optional)")
    fill(app, "Base URL", "https://two.example").run()

    assert same_server == CANARY
    assert field(app, "API key (optional)") == ""
    assert "the key's field was emptied" in words(app)
    assert CANARY not in everything_in_the_session(app)


def test_s10_an_address_changed_with_the_very_click_that_adds_does_not_get_the_old_key() -> None:
    app = add(opened(), "", "https://one.example", key=CANARY)

    fill(app, "Name", "Mine")
    fill(app, "Base URL", "https://two.example")
    click(app, "Add endpoint")

    assert (kept("Mine") or Endpoint("", "")).key is None
    assert "Added without a key" in words(app)
    assert CANARY not in everything_in_the_session(app)


def test_a_key_that_was_there_before_the_address_is_kept_for_it() -> None:
    app = add(opened(), "Mine", "", key=CANARY)

    click(fill(app, "Base URL", "https://one.example"), "Add endpoint")

    assert (kept("Mine") or Endpoint("", "")).key == ApiKey(CANARY)


def test_an_empty_form_says_everything_that_it_lacks_and_each_thing_once() -> None:
    app = click(opened(), "Add endpoint")

    assert words(app).count("needs a name of its own") == 1
    assert words(app).count("not a base URL") == 1


def test_an_address_that_cannot_be_used_is_reported_once_and_no_longer_once_it_was_mended() -> None:
    app = add(opened(), "", "ftp://h.example")
    refused = words(app)

    fill(app, "Base URL", "https://h.example").run()

    assert refused.count("not a base URL") == 1
    assert "not a base URL" not in words(app)
    assert "needs a name of its own" in words(app)


def test_the_address_in_a_notice_is_no_link() -> None:
    app = click(opened(), "Add endpoint")

    assert not any("https\\:\\/" in notice.value for notice in app.error)
    assert any("https\\:\u2060\\/" in notice.value for notice in app.error)


def test_a_key_says_whose_it_is_where_endpoints_share_a_server(upstream: Upstream) -> None:
    host = upstream.base_url.split("/")[2]
    for name in ("One", "Two"):
        app = add(opened(), name, upstream.base_url)
    app = add(opened(), "Three", upstream.base_url)

    click(fill(app, "API key", CANARY), "Save key")
    saved = words(app.run())
    click(app, "Forget key")

    assert f"sent to {host} only. One and Two at the same address use it too." in saved
    assert f"Key: typed for {host}, shared with One and Two, held in memory" in saved
    assert "Its typed key stays for One and Two. Conversations" in saved
    assert "Key forgotten, for One and Two too." in words(app)
    assert "Key: none." in words(choose(app, "Two"))


def test_removing_says_so_and_shows_the_endpoint_that_chat_uses(upstream: Upstream) -> None:
    app = add(add(opened(), "Mine", upstream.base_url), "Other", upstream.base_url)
    services.get().store.set_preference(LOCAL_OWNER, "last_endpoint", "Mine")

    click(app, "Remove this endpoint")

    assert "Removed Other." in words(app)
    assert app.radio[0].value == "Mine"


def test_a_test_of_the_connection_takes_back_what_was_said_of_the_key(upstream: Upstream) -> None:
    upstream.models_steps = (
        status(429, {"error": {"message": "busy"}}, headers={"Retry-After": "7"}),
    )
    app = click(fill(add(opened(), "Mine", upstream.base_url), "API key", "one"), "Save key")

    click(app, "Test connection")

    assert "Key saved" not in words(app)
    assert "Wait 7 seconds, then test again." in words(app)
