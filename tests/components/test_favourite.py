"""The star of a model: set, taken back, and what is said when it cannot be kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.favourite import favourites
from tests.pages.models_page import served
from tests.upstream import Upstream


@pytest.fixture
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def page() -> None:
    from components import favourite, services
    from components.state import Session

    everything = services.get()
    endpoint = everything.endpoints.default("local")
    favourite.show_fault(Session())
    favourite.show_button(everything, "local", Session(), endpoint, "qwen/qwen-large")


def kept() -> frozenset[str]:
    everything = services.get()
    return favourites(everything, "local", everything.endpoints.default("local"))


def test_a_click_makes_a_favourite_and_another_one_takes_it_back(upstream: Upstream) -> None:
    app = AppTest.from_function(page).run()

    app.button(key="favourite").click().run()
    made, label = kept(), app.button(key="favourite").label
    app.button(key="favourite").click().run()

    assert made == {"qwen/qwen-large"}
    assert label == "No longer a favourite"
    assert kept() == frozenset()


def test_d2_a_star_that_cannot_be_kept_says_so_once(upstream: Upstream, tmp_path: Path) -> None:
    app = AppTest.from_function(page).run()
    direct = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
    direct.execute("DROP TABLE favourites")
    direct.close()

    app.button(key="favourite").click().run()
    said = len(app.error)
    app.run()

    assert not app.exception
    assert said == 1
    assert not app.error
