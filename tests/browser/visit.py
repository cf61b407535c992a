"""One tab in Chromium, spoken to as a reader would: open, type, press Enter, look.

Every wait is for something on the page, never for time. Places are found by the names that scripts may rely on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Locator, Page, expect

RECEIPTS = '[class*="st-key-receipt-"]'
AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]'
CONNECTED = '[data-testid="stApp"][data-test-connection-state="CONNECTED"]'
ALL_FINITE_ANIMATIONS = """() => Promise.allSettled(
  document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.finished)).then(() => null)"""
IN_A_CONVERSATION = re.compile(r"[?&]c=")


@dataclass(frozen=True)
class Visit:
    """A tab of the app."""

    page: Page
    url: str

    def open(self, path: str = "/") -> None:
        """Load a page anew, which is a new Streamlit session, and wait until it is drawn."""
        self.page.goto(self.url + path, wait_until="commit")
        self.settle()

    def open_chat(self, conversation_id: str = "") -> None:
        """A new chat, or a conversation by its address."""
        self.page.goto(
            f"{self.url}/?c={conversation_id}" if conversation_id else self.url, wait_until="commit"
        )
        expect(self.box).to_be_visible()

    def open_model(self, model_id: str) -> None:
        """The details of a model by their address, whether or not the endpoint lists it."""
        self.page.goto(f"{self.url}/models?model={quote(model_id)}", wait_until="commit")
        expect(self.page.locator(".st-key-model-detail")).to_be_visible()
        self.settle()

    def reload(self) -> None:
        self.page.reload(wait_until="commit")
        expect(self.box).to_be_visible()

    def settle(self) -> None:
        """Until the script has drawn everything; not while a reply runs."""
        expect(self.page.locator('[data-testid="stMainBlockContainer"]')).to_be_visible()
        expect(self.page.locator(AT_REST)).to_be_attached()
        expect(self.page.locator('[data-testid="stSkeleton"]')).to_have_count(0)

    def stand_still(self) -> None:
        """Until nothing on the page slides any more: a click on what is sliding may end beside it."""
        self.page.evaluate(ALL_FINITE_ANIMATIONS)

    def go(self, title: str) -> None:
        """Another page by its link in the sidebar."""
        self.page.locator('[data-testid="stSidebarNavLink"]').filter(has_text=title).click()

    @property
    def box(self) -> Locator:
        return self.page.locator('[data-testid="stChatInputTextArea"]')

    @property
    def messages(self) -> Locator:
        return self.page.locator('[data-testid="stChatMessage"]')

    @property
    def receipts(self) -> Locator:
        return self.page.locator(RECEIPTS)

    @property
    def notice(self) -> Locator:
        return self.page.locator('[class*="st-key-notice"]')

    @property
    def live_reply(self) -> Locator:
        return self.page.locator(".st-key-live-reply")

    @property
    def stop(self) -> Locator:
        return self.page.get_by_role("button", name="Stop")

    @property
    def conversation_id(self) -> str:
        """From the address, which has it as soon as the conversation exists."""
        self.page.wait_for_url(IN_A_CONVERSATION)
        return parse_qs(urlsplit(self.page.url).query)["c"][0]

    @property
    def endpoint_box(self) -> Locator:
        return self.page.locator(".st-key-model-picker").get_by_role("combobox").first

    @property
    def model_box(self) -> Locator:
        return self.page.locator(".st-key-model-picker").get_by_role("combobox").last

    def choose_model(self, model_id: str) -> None:
        """Type an id into the model box and press Enter, whether or not the endpoint lists it."""
        self.model_box.fill(model_id)
        self.model_box.press("Enter")

    def send(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str) -> None:
        """Send, and wait until the reply has its receipt and all is drawn."""
        before = self.receipts.count()
        self.send(text)
        expect(self.receipts).to_have_count(before + 1)
        expect(self.stop).to_have_count(0)
        self.settle()

    def words(self) -> list[str]:
        """The visible text of every message."""
        return [" ".join(text.split()) for text in self.messages.all_inner_texts()]
