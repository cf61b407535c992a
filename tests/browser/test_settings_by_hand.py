"""Settings by keyboard and in haste: what was typed arrives, and a saved key does not stay on the page."""

from __future__ import annotations

import itertools

from playwright.sync_api import Locator, expect

from tests.browser.visit import Visit
from tests.upstream import Upstream

KEY = "canary-key-in-a-browser"
NUMBERS = itertools.count(1)


def open_form(visit: Visit) -> None:
    visit.open("/settings")
    visit.page.get_by_text("Add an endpoint").click()
    expect(field(visit, "Name")).to_be_visible()
    visit.stand_still()


def field(visit: Visit, label: str) -> Locator:
    return visit.page.get_by_role("textbox", name=label, exact=True)


def a_name() -> str:
    """No other test's, as all share the app."""
    return f"Pasted {next(NUMBERS)}"


def press(visit: Visit, *keys: str) -> None:
    for key in keys:
        visit.page.keyboard.press(key)


def test_a_key_pasted_at_once_after_the_address_is_kept(visit: Visit, upstream: Upstream) -> None:
    open_form(visit)
    name = a_name()

    field(visit, "Name").fill(name)
    press(visit, "Tab")
    visit.page.keyboard.insert_text(upstream.base_url)
    press(visit, "Tab")
    visit.page.keyboard.insert_text(KEY)
    press(visit, "Tab", "Tab", "Tab", "Enter")

    expect(visit.page.get_by_role("heading", name=name)).to_be_visible()
    expect(visit.page.get_by_text("Key: typed for")).to_be_visible()
    for label in ("Name", "Base URL", "API key (optional)"):
        expect(field(visit, label)).to_have_value("")


def test_s10_a_key_is_gone_from_the_form_when_its_address_becomes_another_servers(
    visit: Visit,
) -> None:
    open_form(visit)
    field(visit, "Base URL").fill("https://one.example")
    field(visit, "API key (optional)").fill(KEY)
    expect(visit.page.get_by_text("Will be kept as https://one.example")).to_be_visible()

    field(visit, "Base URL").fill("https://two.example")
    press(visit, "Tab")

    expect(visit.page.get_by_text("the key's field was emptied")).to_be_visible()
    expect(field(visit, "API key (optional)")).to_have_value("")


def test_a_key_saved_by_keyboard_leaves_its_field_and_so_does_a_forgotten_one(
    visit: Visit, upstream: Upstream
) -> None:
    visit.open("/settings")
    visit.page.get_by_text("LM Studio", exact=True).click()
    key = field(visit, "API key")
    expect(visit.page.get_by_role("heading", name="LM Studio")).to_be_visible()

    key.click()
    visit.page.keyboard.insert_text(KEY)
    press(visit, "Tab", "Tab", "Enter")
    expect(visit.page.get_by_text("Key saved.")).to_be_visible()
    expect(key).to_have_value("")
    key.click()
    visit.page.keyboard.insert_text("half a thought")
    visit.page.get_by_role("button", name="Forget key").click()

    expect(visit.page.get_by_text("Key forgotten.")).to_be_visible()
    expect(key).to_have_value("")


def test_s10_a_key_typed_for_one_endpoint_is_gone_when_one_comes_back_to_it(visit: Visit) -> None:
    visit.open("/settings")
    for name in ("OpenAI", "Ollama", "OpenAI"):
        visit.page.get_by_text(name, exact=True).first.click()
        expect(visit.page.get_by_role("heading", name=name)).to_be_visible()
        expect(field(visit, "API key")).to_have_value("")
        field(visit, "API key").fill(KEY)


def test_no_notice_of_the_form_links_anywhere(visit: Visit) -> None:
    open_form(visit)

    visit.page.get_by_role("button", name="Add endpoint").click()

    notices = visit.page.locator('[class*="st-key-add-notice"]')
    expect(notices).to_have_count(2)
    expect(notices.last).to_contain_text("api.example.com/v1")
    expect(notices.locator("a")).to_have_count(0)
