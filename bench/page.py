"""One chat page in Chromium as the bench uses it: type, press Enter, and learn when what appeared.

Everything asked of the page goes through the debugger: a page's own CSP has no say there. Times that come back are
`time.monotonic()`, the upstream's clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.clock import Clock, relate
from tests.browser import chromium

IN_PAGE = Path(__file__).with_name("in_page.js")
PATIENCE_S = 30.0
QUIET_S = 0.3
"""How long the script must have rested before a page counts as settled."""

NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
"""Nothing that is measured may wait for another host, or reach one."""

BOX = '[data-testid="stChatInputTextArea"]'


class NeverSeen(AssertionError):
    """What was waited for did not happen in time."""


@dataclass
class Traffic:
    """What a page fetched over HTTP."""

    requests: int = 0
    transferred_bytes: float = 0.0
    """Heads and bodies as they crossed the wire."""
    _seen: set[str] = field(default_factory=set)

    def note_request(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.requests += 1
            self._seen.add(event["requestId"])

    def note_finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._seen:
            self.transferred_bytes += event["encodedDataLength"]


class ChatPage:
    """A tab with a chat in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.tab: Page = context.new_page()
        self.clock = Clock(0.0, 0.0)
        self._devtools = context.new_cdp_session(self.tab)
        self._devtools.send("Performance.enable")
        self._devtools.send("Runtime.enable")

    def open(self, path: str = "/") -> None:
        """Load the page anew, which is a new Streamlit session, and wait until nothing moves."""
        self.tab.goto(self.url + path, wait_until="commit")
        self.when_page_ms("usable")
        self.settle()
        self.clock = relate(lambda: float(self.ask("performance.now()")))

    def traffic(self) -> Traffic:
        """From now on, what is fetched."""
        traffic = Traffic()
        self._devtools.on("Network.requestWillBeSent", traffic.note_request)
        self._devtools.on("Network.loadingFinished", traffic.note_finished)
        self._devtools.send("Network.enable")
        return traffic

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        answer = self._devtools.send(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True},
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def watch(self, name: str, wanted: str) -> None:
        """Note from now on when `wanted` is on the page."""
        self.ask(f"bench.watch({json.dumps(name)}, {json.dumps(wanted)})")

    def when(self, name: str, patience_s: float = PATIENCE_S) -> float:
        """When what was watched for (or `enter`, `click`) happened; waits for it."""
        return self.clock.monotonic(self.when_page_ms(name, patience_s))

    def when_page_ms(self, name: str, patience_s: float = PATIENCE_S) -> float:
        noted = self.ask(f"bench.when({json.dumps(name)}, {patience_s * 1000})")
        if noted is None:
            raise NeverSeen(f"{name} did not happen within {patience_s:.0f} s on {self.url}")
        return float(noted)

    def settle(self, quiet_s: float = QUIET_S, patience_s: float = PATIENCE_S) -> None:
        if not self.ask(f"bench.settled({quiet_s * 1000}, {patience_s * 1000})"):
            raise NeverSeen(f"the script still ran after {patience_s:.0f} s on {self.url}")

    def type(self, text: str) -> None:
        """Put text into the message box, as by a paste."""
        self.ask(f"document.querySelector('{BOX}').focus()")
        self.tab.keyboard.insert_text(text)

    def send(self, text: str) -> float:
        """Type and press Enter; returns when the key went down."""
        self.type(text)
        self.ask("bench.forget('enter')")
        self.tab.keyboard.press("Enter")
        return self.when("enter")

    def text(self) -> str:
        main = "document.querySelector('[data-testid=stMainBlockContainer]')"
        return str(self.ask(f"{main}.textContent"))

    def messages(self) -> str:
        """The text of all messages alone, one a line."""
        messages = "[...document.querySelectorAll('[data-testid=stChatMessage]')]"
        return str(self.ask(f"{messages}.map((each) => each.textContent).join('\\n')"))

    def socket(self) -> tuple[int, int]:
        """Frames and bytes that have come over the WebSocket since the page was loaded."""
        counted = self.ask("bench.socket")
        return int(counted["frames"]), int(counted["bytes"])

    def busy_s(self) -> float:
        """Time that the main thread has worked since the page was loaded."""
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    def close(self) -> None:
        self.tab.close()


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, headless, shut off from the world."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium.find(), args=[*chromium.LAUNCH_ARGUMENTS, NOWHERE]
        )
        with launched:
            yield launched


@contextmanager
def context(launched: Browser) -> Iterator[BrowserContext]:
    """A visitor who has never been here: no cache, no cookie."""
    visitor = launched.new_context(viewport={"width": 1280, "height": 900})
    visitor.add_init_script(path=IN_PAGE)
    with visitor:
        yield visitor
