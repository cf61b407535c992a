"""In a browser: answering again and editing while a reply runs, two tabs in one chat, files on the message box."""

from __future__ import annotations

import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.upstream import Upstream, done, finish, role, text, usage, wait_for


def act(visit: Visit, reply: int, action: str) -> None:
    """Choose an entry of the menu under a reply; replies are counted from 0."""
    visit.page.get_by_role("button", name="Actions").nth(reply).click()
    visit.stand_still()
    visit.page.get_by_text(action, exact=True).click()


def answers(upstream: Upstream, *replies: str) -> None:
    for reply in replies:
        upstream.script(role(), text(reply), finish(), usage(5, 5), done())


def test_another_version_is_had_while_a_reply_runs_and_both_are_kept(
    visit: Visit, upstream: Upstream
) -> None:
    never = threading.Event()
    answers(upstream, "The first answer.")
    upstream.script(role(), text("Half of it"), wait_for(never))
    answers(upstream, "A second answer.")
    visit.open_chat()
    visit.ask("One?")
    visit.send("Two?")
    expect(visit.live_reply).to_contain_text("Half of it")

    act(visit, 0, "Answer again")

    expect(visit.messages.last).to_contain_text("A second answer.")
    expect(visit.messages).to_have_count(2)
    assert upstream.chats[1].wait_for_disconnect(5)
    visit.page.get_by_role("button", name="Previous version").click()
    expect(visit.messages).to_have_count(4)
    expect(visit.messages.last).to_contain_text("Half of it")
    expect(visit.messages.last).to_contain_text("Stopped")
    never.set()


def test_a_question_is_edited_in_its_place_and_the_old_one_is_a_click_away(
    visit: Visit, upstream: Upstream
) -> None:
    answers(upstream, "Blue.", "Red.")
    visit.open_chat()
    visit.ask("The sky?")
    act(visit, 0, "Edit the question")
    field = visit.page.get_by_label("Edit the question")
    expect(field).to_have_value("The sky?")

    field.fill("The sunset?")
    visit.page.get_by_role("button", name="Send", exact=True).last.click()

    expect(visit.messages.last).to_contain_text("Red.")
    expect(visit.messages.first).to_contain_text("The sunset?")
    visit.page.get_by_role("button", name="Previous version").click()
    expect(visit.messages.first).to_contain_text("The sky?")
    expect(visit.messages.last).to_contain_text("Blue.")


def test_s4_turns_of_two_tabs_are_both_kept_in_order(
    visit: Visit, visitors: Visitors, upstream: Upstream
) -> None:
    answers(upstream, "One.", "Two.", "Three.")
    visit.open_chat()
    visit.ask("From the first tab")
    other = visitors.second_tab(visit)
    other.open_chat(visit.conversation_id)
    expect(other.receipts).to_have_count(1)

    visit.ask("The first tab again")
    other.send("And the second tab, which has not seen it")

    expect(other.receipts).to_have_count(3)
    expect(other.messages).to_have_count(6)
    sent = [message["content"] for message in upstream.chats[2].body["messages"]]
    assert sent == [
        "From the first tab",
        "One.",
        "The first tab again",
        "Two.",
        "And the second tab, which has not seen it",
    ]
    visit.reload()
    expect(visit.messages).to_have_count(6)


def test_files_dropped_on_the_box_go_with_the_message(
    visit: Visit, upstream: Upstream, tmp_path: Path
) -> None:
    picture, notes = tmp_path / "![x](y).png", tmp_path / "notes.csv"
    Image.new("RGB", (8, 8), "red").save(picture)
    notes.write_text("name,price\n![leak](http://127.0.0.1:9/x.png),1\n")
    answers(upstream, "Red.")
    visit.open_chat()

    visit.page.locator('[data-testid="stChatInput"] input[type="file"]').set_input_files(
        [picture, notes]
    )
    expect(visit.page.locator('[data-testid="stChatInput"]')).to_contain_text("notes.csv")
    visit.ask("What is it?")

    (sent,) = upstream.chats[0].body["messages"]
    kinds = [part["type"] for part in sent["content"]]
    assert sorted(set(kinds)) == ["image_url", "text"]
    assert "name,price" in str(sent["content"])
    expect(visit.messages.first.locator("img")).to_have_count(1)
    expect(visit.messages.first).to_contain_text("notes.csv")
    visit.reload()
    expect(visit.messages.first.locator("img")).to_have_count(1)


def test_a_file_that_cannot_be_sent_is_named_and_the_text_stays(
    visit: Visit, upstream: Upstream, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n but no picture")
    visit.open_chat()

    visit.page.locator('[data-testid="stChatInput"] input[type="file"]').set_input_files(broken)
    expect(visit.page.locator('[data-testid="stChatInput"]')).to_contain_text("broken.png")
    visit.send("What is it?")

    expect(visit.notice).to_contain_text("broken.png")
    expect(visit.box).to_have_value("What is it?")
    assert upstream.chats == []


def test_the_settings_of_a_chat_open_by_their_keys(visit: Visit, upstream: Upstream) -> None:
    visit.open_chat()
    visit.settle()

    visit.page.keyboard.press("Control+Shift+S")

    expect(visit.page.get_by_label("System prompt")).to_be_visible()
