"""In a browser: a budget set in Settings stops a message, which comes back, and goes out once if the reader says so."""

from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import Browser, expect

from components.budget_override import LABEL
from components.budget_settings import SAVED
from tests.browser.app import running
from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.upstream import Upstream, done, finish, role, text, usage, wait_for

PRICED = {"id": "big", "pricing": {"prompt": "0.0000002", "completion": "0.00000065"}}


def test_what_a_budget_stops_comes_back_and_is_sent_all_the_same_once(
    browser: Browser, visitors: Visitors, tmp_path: Path
) -> None:
    with Upstream() as upstream, running(tmp_path, upstream.base_url) as app:
        upstream.models = {"data": [PRICED]}
        go_on = threading.Event()
        upstream.script(role(), text("At last"), wait_for(go_on), finish(), usage(9, 2), done())
        visit = visitors.arrive(app)
        stop_at(visit, "0.00001")
        visit.go("Chat")
        expect(visit.page.get_by_text("left today")).to_be_visible()

        visit.send("Too dear")

        expect(visit.notice).to_contain_text("your budget of $0.000010 a day")
        expect(visit.box).to_have_value("Too dear")
        assert upstream.chats == []
        visit.page.get_by_role("button", name="Open Settings").click()
        expect(visit.page.get_by_text("spent today")).to_be_visible()
        visit.go("Chat")
        expect(visit.box).to_have_value("Too dear")
        visit.page.get_by_role("button", name=LABEL).click()
        expect(visit.live_reply).to_contain_text("At last")
        expect(visit.page.get_by_text("Before this reply: $0.000010 of")).to_be_visible()
        go_on.set()
        expect(visit.receipts).to_have_count(1)
        expect(visit.notice).to_have_count(0)
        expect(visit.box).to_have_value("")
        expect(visit.page.get_by_text("$0.0000069 of $0.000010 left today")).to_be_visible()
        visit.send("And again")
        expect(visit.notice).to_have_count(1)
        assert [chat.body["messages"][-1]["content"] for chat in upstream.chats] == ["Too dear"]


def stop_at(visit: Visit, dollars: str) -> None:
    """Set a budget of a day that stops, by hand."""
    visit.open("/settings")
    day = visit.page.get_by_label("A day")
    day.fill(dollars)
    visit.page.get_by_text("Stop at it").nth(1).click()
    visit.page.get_by_role("button", name="Save budgets").click()
    expect(visit.page.get_by_text(SAVED)).to_be_visible()
