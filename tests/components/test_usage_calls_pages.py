"""More calls than a page holds: each is on one page, and one that is made meanwhile moves none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.usage_calls_pages import PAGE_ROWS
from tests.components.calls_view import opened, rows, served
from tests.components.overview_page import call, keep, words


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    yield from served(monkeypatch, tmp_path)


def press(app: AppTest, label: str) -> AppTest:
    app.button(key=f"usage-calls-{label}").click().run()
    assert not app.exception
    return app


def test_more_calls_than_a_page_holds_are_gone_through_page_by_page(script: Path) -> None:
    keep(*(call(f"m{n:02}", days_ago=n) for n in range(PAGE_ROWS + 3)))
    app = opened(script)
    assert "rows 1 to 50 of 53" in words(app)

    press(app, "Older")

    assert [row["model"] for row in rows(app)] == ["m50", "m51", "m52"]
    assert "rows 51 to 53 of 53" in words(app)
    assert app.button(key="usage-calls-Older").disabled
    assert rows(press(app, "Newer"))[0]["model"] == "m00"


def test_a_call_that_is_made_meanwhile_moves_no_page_and_is_counted(script: Path) -> None:
    keep(*(call(f"m{n:02}", days_ago=1 + n) for n in range(PAGE_ROWS + 1)))
    app = press(opened(script), "Older")
    keep(call("newest"))

    app.run()

    assert [row["model"] for row in rows(app)] == ["m50"]
    assert "rows 52 to 52 of 52" in words(app)
    assert rows(press(app, "Newest"))[0]["model"] == "newest"


def test_another_question_begins_with_its_first_page(script: Path) -> None:
    keep(*(call(f"m{n:02}", days_ago=n) for n in range(PAGE_ROWS + 1)))
    app = press(opened(script), "Older")

    app.query_params["model"] = "m03"
    app.run()

    assert [row["model"] for row in rows(app)] == ["m03"]
