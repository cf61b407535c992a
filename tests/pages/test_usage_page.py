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
VIEWS = ("overview", "calls", "elsewhere", "projection", "today", "reconcile")


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


def navigated() -> AppTest:
    """Within the app, where links between pages hold."""
    app = AppTest.from_file(NAVIGATION, default_timeout=20).run()
    app.switch_page("usage.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("view", ["calls", "today"])
def test_before_the_first_call_a_view_says_so(view: str) -> None:
    app = opened(view=view)

    assert [title.value for title in app.title] == ["Usage"]
    assert any("No call is within these filters" in info.value for info in app.info)


def test_before_the_first_call_the_first_view_leads_to_chat() -> None:
    app = navigated()

    assert any("Nothing has been spent yet" in info.value for info in app.info)
    assert [link.proto.label for link in app.get("page_link")] == ["Go to Chat"]


@pytest.mark.parametrize("view", ["elsewhere", "projection"])
def test_without_a_conversation_the_page_says_so(view: str) -> None:
    app = opened(view=view)

    assert any("no conversation yet" in caption.value for caption in app.caption)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_with_a_ledger(view: str, upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = opened(view=view)

    assert app.button_group(key="usage-view").value == view


def test_what_was_spent_comes_first(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = opened()

    spent = next(metric for metric in app.metric if metric.label == "Spent")
    assert "0\\.00071" in spent.value


def test_the_calls_keep_to_the_filters_of_the_address(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    everything, nothing = opened(view="calls"), opened(view="calls", model="no/such")

    assert any(f"{len(COUNTS)} calls" in caption.value for caption in everything.caption)
    assert not nothing.dataframe


def test_the_last_conversation_is_priced_on_every_model(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)

    app = opened(view="elsewhere")

    assert app.selectbox[0].label == "Conversation"
    assert any("0\\.00071" in caption.value for caption in app.caption)
    assert len(app.dataframe[0].value) == 3


def test_the_view_stands_in_the_address(upstream: Upstream) -> None:
    talk(upstream, *COUNTS)
    app = opened(view="projection")
    projected = [box.label for box in app.number_input]

    app.button_group(key="usage-view").set_value("overview").run()

    assert any("Users" in label for label in projected)
    assert "view" not in app.query_params
    assert not app.number_input
