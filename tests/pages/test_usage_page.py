"""The usage page: its views stand in the address, and it says what there is to see when there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.components.priced_talk import COUNTS, MODELS, talk
from tests.pages.chat_page import NAVIGATION, served
from tests.upstream import Upstream

USAGE = NAVIGATION.with_name("usage.py")


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    for served_by in served(upstream, monkeypatch, tmp_path):
        served_by.models = {"data": MODELS}
        yield served_by


def opened(**address: str) -> AppTest:
    app = AppTest.from_file(USAGE, default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_without_a_conversation_the_page_says_so() -> None:
    app = opened()

    assert [title.value for title in app.title] == ["Usage"]
    assert "There is no conversation yet." in [caption.value for caption in app.caption]


def test_the_last_conversation_is_priced_on_every_model(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = opened()

    assert app.selectbox[0].label == "Conversation"
    assert any("0\\.00071" in caption.value for caption in app.caption)
    assert len(app.dataframe[0].value) == 3


def test_the_view_stands_in_the_address(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = opened(view="projection")
    projected = [box.label for box in app.number_input]

    app.button_group(key="usage-view").set_value("elsewhere").run()

    assert any("Users" in label for label in projected)
    assert "view" not in app.query_params
    assert not app.number_input
