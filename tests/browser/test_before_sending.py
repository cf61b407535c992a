"""In a browser: what the next turn costs stands where it can be read, and a long message is counted when it is left."""

from __future__ import annotations

from playwright.sync_api import expect

from components.long_message import WHEN
from components.next_turn import NONE_CHEAPER
from tests.browser.visit import Visit


def test_what_the_next_turn_costs_is_seen_down_to_its_last_line(visit: Visit) -> None:
    visit.open_chat()
    visit.settle()

    visit.page.get_by_role("button", name="Next turn").click()

    shown = visit.page.get_by_test_id("stPopoverBody")
    expect(shown.get_by_text("Rests on")).to_be_in_viewport(ratio=1)
    expect(shown.get_by_text(NONE_CHEAPER)).to_be_in_viewport(ratio=1)


def test_a_long_message_is_counted_when_its_field_is_left_and_with_ctrl_enter(
    visit: Visit,
) -> None:
    visit.open_chat()
    visit.page.get_by_role("button", name="Long message").click()
    field = visit.page.get_by_role("textbox", name="Long message")
    weight = visit.page.get_by_text(WHEN)
    expect(weight).to_have_text(WHEN)

    field.fill("x" * 400)
    field.press("Control+Enter")
    expect(weight).to_contain_text("400 characters · ≈100 tokens")
    field.fill("x" * 800)
    field.blur()

    expect(weight).to_contain_text("800 characters · ≈200 tokens")
