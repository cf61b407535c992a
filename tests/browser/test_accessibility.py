"""axe finds no violation of WCAG 2.2 A or AA on any page, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.conftest import Visitors
from tests.browser.test_visit import chat_with_a_rich_reply
from tests.browser.visit import Visit
from tests.upstream import Upstream, status

TALL = {"width": 1280, "height": 2500}
"""axe cannot judge the colours of what is scrolled out of sight."""
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
}


def _empty(visit: Visit, upstream: Upstream) -> None:
    visit.open()


def _receipt_open(visit: Visit, upstream: Upstream) -> None:
    chat_with_a_rich_reply(visit, upstream)
    visit.receipts.last.locator("summary").click()
    expect(visit.receipts.last).to_contain_text("Finish reason")
    visit.settle()


def _notice(visit: Visit, upstream: Upstream) -> None:
    upstream.script(status(402, {"error": {"message": "You exceeded your current quota"}}))
    visit.open_chat()
    visit.send("Who pays?")
    expect(visit.notice).to_have_count(1)
    visit.settle()


def _models(visit: Visit, upstream: Upstream) -> None:
    visit.open("/models")


def _model(visit: Visit, upstream: Upstream) -> None:
    visit.open_model("test-model")


def _settings(visit: Visit, upstream: Upstream) -> None:
    visit.open("/settings")


def _usage(visit: Visit, upstream: Upstream) -> None:
    chat_with_a_rich_reply(visit, upstream)
    visit.open("/usage")


def _calls(visit: Visit, upstream: Upstream) -> None:
    chat_with_a_rich_reply(visit, upstream)
    visit.open("/usage?view=calls")


SCREENS: dict[str, Callable[[Visit, Upstream], None]] = {
    "chat-empty": _empty,
    "chat-with-a-reply": chat_with_a_rich_reply,
    "chat-with-an-open-receipt": _receipt_open,
    "chat-with-a-notice": _notice,
    "models": _models,
    "model": _model,
    "settings": _settings,
    "usage": _usage,
    "usage-calls": _calls,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing(
    name: str, scheme: str, visitors: Visitors, app: App, upstream: Upstream
) -> None:
    visit = visitors.arrive(app, viewport=TALL, color_scheme=scheme)

    SCREENS[name](visit, upstream)

    found = Axe().run(visit.page, options=OPTIONS).response
    assert [described(violation) for violation in found["violations"]] == []


def described(violation: dict[str, Any]) -> str:
    """The rule and the first places that break it."""
    places = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']} ({len(violation['nodes'])}): {places}"
