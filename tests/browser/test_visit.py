"""A whole visit: nothing leaves the app's own origin, the console is clean, keys suffice, a phone's width too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.app import App
from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.upstream import Upstream, done, finish, role, text, usage, wait_for

RICH = """# A heading

A table, some code and some maths: $e^{i\\pi} = -1$, and a price of $5.

| tide | hours |
|------|-------|
| high | 6     |

```python
def tide(moon: float) -> float:
    return moon * 2
```

An extraordinarilylongwordthatnobodywouldeverwritebutamodelmightwhenitlistsidentifiers_and_paths/of/files.
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def chat_with_a_rich_reply(visit: Visit, upstream: Upstream) -> None:
    upstream.script(
        role(), text(RICH), finish(), usage(1204, 88, cached=1000, reasoning=64), done()
    )
    visit.open_chat()
    visit.ask("Show me everything that Markdown can do, in one go, please, and do not be brief.")
    visit.settle()


def test_a_visit_asks_nothing_of_any_other_origin_and_leaves_a_clean_console(
    visitors: Visitors, app: App, upstream: Upstream
) -> None:
    visit = visitors.arrive(app, color_scheme="light")
    elsewhere, complaints = watch(visit.page, visit.url)

    chat_with_a_rich_reply(visit, upstream)
    visit.receipts.last.locator("summary").click()
    expect(visit.receipts.last).to_contain_text("Finish reason")
    visit.go("Models")
    expect(visit.page.get_by_label("Search models")).to_be_visible()
    visit.settle()
    visit.open_model("test-model")
    visit.go("Settings")
    expect(visit.page.get_by_role("heading", name="Endpoints", exact=True)).to_be_visible()
    visit.settle()
    visit.page.wait_for_load_state("networkidle")

    assert elsewhere == []
    assert complaints == []


def watch(page: Page, origin: str) -> tuple[list[str], list[str]]:
    """What the page asks of others, and what it complains about, from now on."""
    elsewhere: list[str] = []
    complaints: list[str] = []
    host = urlsplit(origin).netloc

    def asked(url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != host:
            elsewhere.append(url)

    def complain(kind: str, said: str) -> None:
        # Streamlit asks at both paths which of them the app is served under, and one answers 404.
        if kind == "error" and "/models/_stcore/" not in said:
            complaints.append(said)

    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))
    page.on("console", lambda said: complain(said.type, f"{said.text} {said.location}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return elsewhere, complaints


def test_a_message_can_be_written_sent_and_stopped_by_keyboard_alone(
    visit: Visit, upstream: Upstream
) -> None:
    go_on = threading.Event()
    upstream.script(role(), text("Until you stop me"), wait_for(go_on))
    visit.open_chat()
    visit.settle()

    reach(visit.page, visit.box)
    visit.page.keyboard.type("By keyboard")
    visit.page.keyboard.press("Enter")
    expect(visit.live_reply).to_contain_text("Until you stop me")
    expect(visit.stop).to_be_visible()
    visit.page.keyboard.press("Escape")

    upstream.chats[0].wait_for_disconnect(1.0)
    expect(visit.stop).to_have_count(0)
    expect(visit.messages.last).to_contain_text("Stopped")
    expect(visit.box).to_be_focused()


def test_a_receipt_is_opened_by_keyboard(visit: Visit, upstream: Upstream) -> None:
    visit.open_chat()
    visit.ask("Briefly")

    reach(visit.page, visit.receipts.last.locator("summary"))
    visit.page.keyboard.press("Enter")

    expect(visit.receipts.last).to_contain_text("Finish reason")


def reach(page: Page, place: Locator) -> None:
    """Press Tab until the place has the focus; sixty times go around any page of ours."""
    for _ in range(60):
        if place.evaluate("place => place === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab does not lead there")


def test_shift_and_enter_begin_a_new_line_and_send_nothing(
    visit: Visit, upstream: Upstream
) -> None:
    visit.open_chat()
    visit.box.fill("one")

    visit.box.press("Shift+Enter")
    visit.page.keyboard.type("two")

    expect(visit.box).to_have_value("one\ntwo")
    assert upstream.chats == []


def _empty_chat(visit: Visit, upstream: Upstream) -> None:
    visit.open()


def _models(visit: Visit, upstream: Upstream) -> None:
    visit.open("/models")


def _model(visit: Visit, upstream: Upstream) -> None:
    visit.open_model("test-model")


def _settings(visit: Visit, upstream: Upstream) -> None:
    visit.open("/settings")


def _usage(visit: Visit, upstream: Upstream) -> None:
    chat_with_a_rich_reply(visit, upstream)
    visit.open("/usage")


PAGES: dict[str, Callable[[Visit, Upstream], None]] = {
    "chat-empty": _empty_chat,
    "chat": chat_with_a_rich_reply,
    "models": _models,
    "model": _model,
    "settings": _settings,
    "usage": _usage,
}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_at_390_pixels(
    name: str, visitors: Visitors, app: App, upstream: Upstream
) -> None:
    visit = visitors.arrive(app, **PHONE)

    PAGES[name](visit, upstream)

    main = visit.page.locator("#stMain")
    assert main.evaluate("place => place.scrollWidth - place.clientWidth") <= 0
    assert visit.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
