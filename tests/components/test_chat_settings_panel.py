"""The panel keeps what was typed until it is applied, refuses with a sentence, and unsets what is emptied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components import services
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from tests.components.settings_pages import field, fill, in_use, opened, press, stored_conversation
from tests.pages.chat_page import notice, served, words
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def _served(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


EVERYTHING = {
    "System prompt": "Be brief.",
    "Temperature": 0.2,
    "Top-p": 0.9,
    "Max tokens": 500,
    "Seed": 7,
    "Messages sent along": 6,
    "Stop": "END\n\\n",
    "Response format": "json_schema",
    "JSON schema of the reply": '{"type": "object"}',
    "Strict": True,
    "Reasoning": False,
    "Reasoning effort": "none",
    "Extra body (JSON)": '{"top_k": 20}',
}
KEPT = ChatSettings(
    system_prompt="Be brief.",
    temperature=0.2,
    top_p=0.9,
    max_tokens=500,
    seed=7,
    stop=("END", "\n"),
    response_format="json_schema",
    json_schema={"type": "object"},
    json_schema_strict=True,
    reasoning=False,
    reasoning_effort="none",
    extra_body={"top_k": 20},
    sent_messages=6,
)
EMPTY: dict[str, Any] = {
    label: "" if label in ("System prompt", "Stop") or "JSON" in label else None
    for label in EVERYTHING
} | {"Strict": False}


def test_everything_that_is_set_counts_from_the_click_on() -> None:
    app = opened()
    for label, value in EVERYTHING.items():
        fill(app, label, value)

    press(app, "Apply settings")

    assert in_use(app) == KEPT.to_dict()
    assert "applied" in words(app)
    assert '"top_k": 20' in words(app)
    assert "applied" not in words(app.run())


def test_every_setting_can_be_unset_again() -> None:
    held = stored_conversation()
    services.get().store.set_settings(OWNER, held.id, KEPT)
    app = opened(held)
    assert {label: field(app, label) for label in ("Temperature", "Seed", "Stop")} == {
        "Temperature": 0.2,
        "Seed": 7,
        "Stop": "END\n\\n",
    }

    for label, value in EMPTY.items():
        fill(app, label, value)
    press(app, "Apply settings")

    assert in_use(app) == {}
    assert field(app, "Temperature") is None


def test_an_existing_conversation_keeps_its_settings_and_a_new_chat_its_own() -> None:
    held = stored_conversation()

    press(fill(opened(held), "Seed", 7), "Apply settings")

    stored = services.get().store.conversation(OWNER, held.id)
    assert stored is not None
    assert stored.settings == ChatSettings(seed=7)
    assert in_use(opened()) == {}


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Temperature", 2.5, "The temperature has to be a number from 0 to 2."),
        ("Max tokens", 0, "Max tokens has to be a whole number"),
        ("System prompt", "x" * 20_001, "The system prompt has 20,001 characters"),
        ("JSON schema of the reply", "{", "The JSON schema is not JSON: expecting property name"),
        ("JSON schema of the reply", '{"type": 1}', "The JSON schema is not valid: $.type"),
        ("Extra body (JSON)", '{"stream": false}', "The extra body may not hold “stream”"),
        ("Extra body (JSON)", '{"a": "sk-test"}', "The settings hold the endpoint's API key"),
    ],
)
def test_i8_i2_what_is_refused_says_why_and_stays_as_it_was_typed(
    label: str, value: object, sentence: str
) -> None:
    app = opened()
    fill(app, "Seed", 7)

    press(fill(app, label, value), "Apply settings")

    assert sentence in notice(app)
    assert (field(app, label), field(app, "Seed")) == (value, 7)
    assert in_use(app) == {}
    press(fill(app, label, "" if isinstance(value, str) else None), "Apply settings")
    assert notice(app) == ""
    assert in_use(app) == {"seed": 7}


def test_the_fields_follow_settings_that_were_changed_elsewhere() -> None:
    held = stored_conversation()
    app = opened(held)

    services.get().store.set_settings(OWNER, held.id, ChatSettings(seed=8))
    app.run()

    assert field(app, "Seed") == 8


def test_a_whole_number_that_was_kept_is_shown_like_any_other() -> None:
    held = stored_conversation()
    services.get().store.set_settings(OWNER, held.id, ChatSettings(temperature=1, top_p=1))

    app = opened(held)

    assert (field(app, "Temperature"), field(app, "Top-p")) == (1.0, 1.0)


def test_what_is_half_typed_does_not_count_when_something_else_is_pressed() -> None:
    app = opened()

    press(fill(fill(app, "Seed", 7), "Extra body (JSON)", '{"a"'), "Save preset")

    assert in_use(app) == {}


def test_a_panel_that_is_opened_again_shows_what_counts_and_no_old_refusal() -> None:
    app = opened()
    press(fill(app, "Seed", 7), "Apply settings")
    press(fill(app, "Temperature", 9), "Apply settings")
    assert notice(app)

    fill(app, "Open", False).run()
    fill(app, "Open", True).run()

    assert notice(app) == ""
    assert (field(app, "Seed"), field(app, "Temperature")) == (7, None)
    assert in_use(app) == {"seed": 7}
