"""A model list that is slow to come keeps nobody waiting, and is there without a click once it has come."""

from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.app import running
from tests.browser.conftest import Visitors
from tests.upstream import Upstream, status, wait_for

WAITING = "The model list is still being fetched."


def test_the_box_is_there_before_the_list_and_the_list_comes_by_itself(
    browser: Browser, visitors: Visitors, tmp_path: Path
) -> None:
    may_answer = threading.Event()
    with Upstream() as upstream, running(tmp_path, upstream.base_url) as app:
        upstream.models_steps = (wait_for(may_answer), status(200, {"data": [{"id": "late"}]}))
        visit = visitors.arrive(app)
        visit.open()
        expect(visit.page.get_by_text(WAITING)).to_be_visible()
        expect(visit.box).to_be_visible()
        visit.box.fill("Half a quest")

        may_answer.set()

        expect(visit.page.get_by_text("late answers.")).to_be_visible()
        expect(visit.page.get_by_text(WAITING)).to_have_count(0)
        expect(visit.box).to_have_value("Half a quest")
