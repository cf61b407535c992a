"""Who is sent from Chat to Settings first, and who is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components import services
from parley.conversation import LOCAL_OWNER
from tests.pages.chat_page import opened

UNCLEAR = {"OPENAI_API_KEY": "0123456789abcdef"}
WANDB = {"WANDB_API_KEY": "another-key"}
SAME = {"WANDB_API_KEY": UNCLEAR["OPENAI_API_KEY"]}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", "off")
    services.stop()
    yield
    services.stop()


@pytest.mark.parametrize(
    ("environ", "address", "page"),
    [
        ({}, {}, "Settings"),
        (UNCLEAR, {}, "Settings"),
        (UNCLEAR | WANDB, {}, "Ask a model"),
        (UNCLEAR | SAME, {}, "Ask a model"),
        ({}, {"c": "a-link"}, None),
        (UNCLEAR, {"c": "a-link"}, None),
    ],
)
def test_only_who_has_nothing_else_to_begin_with_is_sent_to_settings(
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    address: dict[str, str],
    page: str | None,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    titles = [title.value for title in opened(**address).title]

    assert (page in titles) if page else ("Settings" not in titles)


@pytest.mark.parametrize(("other", "is_asked"), [(WANDB, True), (SAME, False)])
def test_settings_still_asks_about_a_second_key_and_never_about_the_same(
    monkeypatch: pytest.MonkeyPatch, other: dict[str, str], is_asked: bool
) -> None:
    for name, value in (UNCLEAR | other).items():
        monkeypatch.setenv(name, value)

    assert services.get().endpoints.needs_assignment(LOCAL_OWNER) is is_asked
