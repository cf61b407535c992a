"""The settings page as a person meets it: real services, real store, a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER
from parley.endpoint import PRESETS, ApiKey, Endpoint
from parley.endpoint_book import KeySource
from tests.pages.settings_page import (
    CANARY,
    NAVIGATION,
    WANDB,
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


@pytest.fixture(autouse=True)
def fresh_services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    yield from fresh(monkeypatch, tmp_path)


def test_a_visitor_without_any_key_is_sent_here_and_told_how_to_begin() -> None:
    app = AppTest.from_file(NAVIGATION, default_timeout=20).run()

    assert [title.value for title in app.title] == ["Settings"]
    assert "Parley needs a service to talk to" in words(app)
    assert "forge.coreweave.com/settings" in words(app)
    assert app.radio[0].value == WANDB


def test_a_refresh_after_a_key_was_typed_stays_on_chat_and_asks_for_nothing() -> None:
    click(fill(choose(opened(), "Ollama"), "API key", CANARY), "Save key")

    app = AppTest.from_file(NAVIGATION, default_timeout=20).run()

    assert "Settings" not in [title.value for title in app.title]
    assert "Parley needs a service" not in words(opened())


def test_somebody_with_a_key_in_the_environment_is_not_told_how_to_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", CANARY)

    app = opened()

    assert "Parley needs a service" not in words(app)
    assert "Key: from the environment" in words(app)
    assert CANARY not in words(app)


def test_every_service_can_be_chosen_and_shows_its_address() -> None:
    app = opened()

    addresses = {preset.name: choose(app, preset.name).code[0].value for preset in PRESETS}

    assert [option.replace("\\", "") for option in app.radio[0].options] == list(addresses)
    assert addresses == {preset.name: preset.base_url for preset in PRESETS}


def test_a_saved_key_is_held_in_memory_and_its_field_is_emptied(tmp_path: Path) -> None:
    app = opened()

    click(fill(app, "API key", f" {CANARY}\n"), "Save key")

    assert kept(WANDB) is not None
    assert (kept(WANDB) or Endpoint("", "")).key == ApiKey(CANARY)
    assert field(app, "API key") == ""
    assert CANARY not in words(app) + everything_in_the_session(app)
    assert "Key: typed for api.inference.wandb.ai, held in memory until Parley ends" in words(app)
    assert [link.value for link in app.page_link] == ["Go to Chat"]
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CANARY.encode() not in written


@pytest.mark.parametrize("typed", ["", "canary\r\nX-Evil: 1", "canaryé", "canary key"])
def test_s7_a_key_that_cannot_be_sent_is_refused_and_never_quoted(typed: str) -> None:
    app = opened()

    click(fill(app, "API key", typed), "Save key")

    assert "characters that cannot be sent" in words(app)
    assert "canary" not in words(app) + everything_in_the_session(app)
    assert field(app, "API key") == ""
    assert (kept(WANDB) or Endpoint("", "")).key is None


def test_a_typed_key_can_be_forgotten() -> None:
    app = opened()
    click(fill(app, "API key", CANARY), "Save key")

    click(app, "Forget key")

    assert "Key forgotten" in words(app)
    assert (kept(WANDB) or Endpoint("", "")).key is None
    assert "Forget key" not in [button.label for button in app.button]


def test_s10_a_key_in_the_form_is_cleared_when_another_endpoint_is_chosen() -> None:
    app = opened()
    fill(app, "API key", CANARY)

    choose(app, "OpenAI")
    elsewhere = field(app, "API key")
    click(app, "Save key")
    choose(app, WANDB)

    assert elsewhere == ""
    assert field(app, "API key") == ""
    assert CANARY not in everything_in_the_session(app)
    assert all(endpoint.key is None for endpoint in services.get().endpoints.all(LOCAL_OWNER))


def test_a_project_is_kept_for_wandb_and_survives_a_restart() -> None:
    app = opened()

    click(fill(app, "Team and project (optional)", " team/project "), "Save project")
    services.stop()

    assert "Project saved" in words(app)
    assert (kept(WANDB) or Endpoint("", "")).project == "team/project"
    assert field(opened(), "Team and project (optional)") == "team/project"


def test_a_project_is_taken_away_by_emptying_its_field() -> None:
    app = opened()
    click(fill(app, "Team and project (optional)", "team/project"), "Save project")

    click(fill(app, "Team and project (optional)", ""), "Save project")

    assert "No project is sent any more" in words(app)
    assert (kept(WANDB) or Endpoint("", "")).project is None


def test_a_project_that_wandb_would_not_read_is_refused() -> None:
    app = opened()

    click(fill(app, "Team and project (optional)", "only-project"), "Save project")

    assert "W&B wants both, as team/project." in words(app)
    assert (kept(WANDB) or Endpoint("", "")).project is None


def test_the_endpoint_that_first_gets_a_key_is_the_one_that_chat_uses() -> None:
    app = choose(opened(), "OpenAI")

    click(fill(app, "API key", CANARY), "Save key")

    assert services.get().store.preference(LOCAL_OWNER, "last_endpoint") == "OpenAI"


def test_a_service_without_its_key_cannot_be_used_in_chat_yet() -> None:
    app = opened()

    use = next(button for button in app.button if button.label == "Use in chat")

    assert use.disabled


def test_the_model_on_this_machine_has_no_key_to_give(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weights = tmp_path / "tiny.gguf"
    weights.touch()
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", str(weights))

    app = opened()

    assert app.radio[0].value == "This machine"
    assert "The model of PARLEY_LOCAL_MODEL" in words(app)
    assert "very small" not in words(app)
    assert "API key" not in [box.label for box in app.text_input]


@pytest.mark.parametrize(
    ("answer", "holder", "said"),
    [
        (WANDB, WANDB, "is used for W&B Inference"),
        ("OpenAI", "OpenAI", "is used for OpenAI"),
        ("OpenRouter", "OpenRouter", "is used for OpenRouter"),
        ("Another service", None, "is not used. Set OPENAI_BASE_URL"),
    ],
)
def test_an_unclear_key_is_asked_about_once(
    monkeypatch: pytest.MonkeyPatch, answer: str, holder: str | None, said: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "0123456789abcdef")
    app = opened()
    question = words(app)

    click(app, answer.replace("&", "\\&"))

    keys = [e.name for e in services.get().endpoints.all(LOCAL_OWNER) if e.key is not None]
    assert "Which service is your `OPENAI_API_KEY` for?" in question
    assert keys == ([holder] if holder else [])
    assert said in words(opened())
    assert "Which service is your" not in words(opened())


def test_the_answer_about_an_unclear_key_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "0123456789abcdef")
    app = click(opened(), "OpenAI")

    click(app, "Change")

    assert "Which service is your" in words(app)
    assert all(
        services.get().endpoints.key_source(LOCAL_OWNER, endpoint) is KeySource.NONE
        for endpoint in services.get().endpoints.all(LOCAL_OWNER)
    )


def test_the_page_names_every_call_and_the_data_folder(tmp_path: Path) -> None:
    app = opened()

    said = words(app)

    assert "The messages you send" in said
    assert "The model list of an endpoint" in said
    assert "Nothing else." in said
    assert "API keys are never written to disk" in said
    assert str(tmp_path / "data") in [code.value for code in app.code]


def test_a_database_that_was_set_aside_is_told_here(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    opened()
    path = services.get().store.path
    services.stop()
    for leftover in path.parent.glob(f"{path.name}-*"):
        leftover.unlink()
    path.write_bytes(b"not a database at all" * 500)

    app = opened()

    assert "set aside" in words(app)
