"""A preset brings back its settings with its model, and without it when that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.presets import SETTINGS_ALONE, fit_of
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Preset
from tests.components.settings_pages import (
    field,
    fill,
    in_use,
    opened,
    press,
    stored_conversation,
    successes,
    warnings,
)
from tests.pages.chat_page import notice, pick, served, words
from tests.upstream import Upstream

SAVE = "Save the settings in use as a preset"
BRIEF = ChatSettings("Be brief.", temperature=0.2)


@pytest.fixture(autouse=True)
def _served(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def save(name: str, model: str = "big", endpoint: str | None = None) -> Preset:
    everything = services.get()
    known = endpoint or everything.endpoints.default(OWNER).name
    preset = Preset(name, known, model, BRIEF)
    everything.store.save_preset(OWNER, preset)
    return preset


def saved() -> list[Preset]:
    return services.get().store.presets(OWNER)


def labels(app: AppTest) -> list[str]:
    return [button.label.replace("\\", "") for button in app.button]


def test_the_settings_in_use_are_saved_under_a_name_with_their_model() -> None:
    app = opened()
    press(fill(app, "Seed", 7), "Apply settings")

    press(fill(app, SAVE, "  My   preset "), "Save preset")

    assert "Saved My preset." in successes(app)
    assert field(app, SAVE) == ""
    name = services.get().endpoints.default(OWNER).name
    assert saved() == [Preset("My preset", name, "big", ChatSettings(seed=7))]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "The preset needs a name."),
        ("   ", "The preset needs a name."),
        ("a\u200bb", "a character that cannot be seen."),
        ("\x07", "a character that cannot be seen."),
    ],
)
def test_a_preset_needs_a_name_that_can_be_seen(name: str, sentence: str) -> None:
    app = opened()

    press(fill(app, SAVE, name), "Save preset")

    assert sentence in notice(app)
    assert saved() == []


def test_a_preset_is_replaced_only_when_that_is_asked_for() -> None:
    kept = save("Brief")
    app = opened()

    press(fill(app, SAVE, "Brief"), "Save preset")
    assert "There is a preset of that name." in notice(app)
    assert saved() == [kept]
    press(fill(app, "Replace the preset of that name", True), "Save preset")

    assert notice(app) == ""
    assert [preset.settings for preset in saved()] == [ChatSettings()]


def test_a_preset_brings_its_settings_and_its_model_to_a_new_chat() -> None:
    save("Brief", "small")
    app = opened()

    pick(app, "Preset", "Brief")
    assert "system prompt · temperature 0.2" in words(app)
    press(app, "Apply")

    assert in_use(app) == BRIEF.to_dict()
    assert "model small" in words(app)
    assert field(app, "System prompt") == "Be brief."


def test_a_preset_brings_its_settings_to_an_existing_conversation() -> None:
    held = stored_conversation()
    save("Brief")
    app = opened(held)

    press(pick(app, "Preset", "Brief"), "Apply")

    stored = services.get().store.conversation(OWNER, held.id)
    assert stored is not None
    assert stored.settings == BRIEF


def test_a_preset_survives_its_model_and_offers_what_there_is_instead() -> None:
    save("Brief", "bigg")
    app = opened()

    pick(app, "Preset", "Brief")

    assert "does not hold bigg." in warnings(app)
    assert {"Apply all the same", "Apply with big", SETTINGS_ALONE} <= set(labels(app))
    press(app, "Apply with big")
    assert "model big" in words(app)
    assert in_use(app) == BRIEF.to_dict()


def test_the_settings_of_a_retired_model_can_be_applied_alone() -> None:
    save("Brief", "old")
    app = opened()

    pick(app, "Preset", "Brief")

    assert app.warning
    assert "Apply all the same" not in labels(app)
    press(app, SETTINGS_ALONE)
    assert "model None" in words(app)
    assert in_use(app) == BRIEF.to_dict()


def test_a_preset_outlives_its_endpoint() -> None:
    fit = fit_of(services.get(), OWNER, save("Brief", "big", "Gone"))

    assert fit.warning == "Its endpoint, Gone, is no longer here."
    assert fit.ways == ((SETTINGS_ALONE, None),)


def test_an_endpoint_that_cannot_be_asked_is_taken_at_its_word(upstream: Upstream) -> None:
    preset = save("Brief", "unheard-of")
    upstream.models = 500

    assert fit_of(services.get(), OWNER, preset).ways == (("Apply", "unheard-of"),)


def test_a_preset_without_a_model_leaves_the_model_as_it_is() -> None:
    assert fit_of(services.get(), OWNER, save("Brief", "")).ways == (("Apply", None),)


def test_a_preset_is_deleted_after_a_second_press() -> None:
    save("Brief")
    app = opened()

    press(pick(app, "Preset", "Brief"), "Delete this preset")

    assert saved() == []
    assert not [box for box in app.selectbox if box.label == "Preset"]
    assert "Deleted Brief." in successes(app)


def test_an_old_refusal_is_gone_when_the_panel_is_opened_again() -> None:
    app = opened()
    press(app, "Save preset")
    assert notice(app)

    fill(app, "Open", False).run()

    assert notice(app) == ""
