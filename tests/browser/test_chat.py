"""A question gets its reply and its receipt, and both are still there wherever the reader comes back from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import running
from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.upstream import Upstream, done, finish, role, text, usage

TIDES = "The tides follow the moon."


def test_a_question_gets_its_reply_and_the_receipt_has_the_upstreams_own_figures(
    visit: Visit, upstream: Upstream
) -> None:
    upstream.script(
        role(),
        text(TIDES, every=0.01),
        finish(),
        usage(1204, 88, cached=1000, reasoning=64),
        done(),
    )

    visit.open_chat()
    visit.ask("Why are there tides?")

    expect(visit.messages).to_have_count(2)
    expect(visit.messages.first).to_contain_text("Why are there tides?")
    expect(visit.messages.last).to_contain_text(TIDES)
    receipt = visit.receipts.last.inner_text()
    assert re.search(r"1,204\D+1,000\D+88\D+64", receipt), receipt
    assert upstream.chats[0].body["messages"] == [
        {"role": "user", "content": "Why are there tides?"}
    ]


def test_a_figure_that_nobody_reported_is_a_dash_and_never_nought(
    visit: Visit, upstream: Upstream
) -> None:
    upstream.script(role(), text(TIDES), finish(), usage(20, 7), done())

    visit.open_chat()
    visit.ask("Why?")

    receipt = visit.receipts.last.inner_text()
    for unknown in (r"cached –", r"reasoning –", r"cost –", r"– of context"):
        assert re.search(unknown, receipt), receipt


def test_without_usage_the_figures_are_marked_as_estimates(
    visit: Visit, upstream: Upstream
) -> None:
    upstream.script(role(), text(TIDES), finish(), done())

    visit.open_chat()
    visit.ask("Why?")

    expect(visit.receipts.last).to_contain_text("≈")


def test_the_raw_usage_as_received_is_one_click_away(visit: Visit, upstream: Upstream) -> None:
    upstream.script(role(), text(TIDES), finish(), usage(20, 7), done())
    visit.open_chat()
    visit.ask("Why?")

    visit.receipts.last.locator("summary").click()

    expect(visit.receipts.last).to_contain_text('"prompt_tokens"')
    expect(visit.receipts.last).to_contain_text("Finish reason")


def test_a_refresh_shows_the_same_conversation(visit: Visit, upstream: Upstream) -> None:
    visit.open_chat()
    visit.ask("Remember this")
    before = visit.words()
    address = visit.conversation_id

    visit.reload()

    expect(visit.receipts).to_have_count(1)
    assert visit.words() == before
    assert visit.conversation_id == address


def test_another_page_and_back_shows_the_same_conversation(
    visit: Visit, upstream: Upstream
) -> None:
    visit.open_chat()
    visit.ask("Remember this too")
    before = visit.words()
    address = visit.conversation_id

    visit.go("Models")
    expect(visit.page.get_by_label("Search models")).to_be_visible()
    visit.go("Chat")

    expect(visit.receipts).to_have_count(1)
    assert visit.words() == before
    assert visit.conversation_id == address


def test_the_browsers_own_way_back_shows_the_same_conversation(
    visit: Visit, upstream: Upstream
) -> None:
    visit.open_chat()
    visit.ask("There and back")
    address = visit.conversation_id
    visit.go("Settings")
    expect(visit.page.get_by_role("heading", name="Endpoints", exact=True)).to_be_visible()

    visit.page.go_back()

    expect(visit.receipts).to_have_count(1)
    expect(visit.messages.first).to_contain_text("There and back")
    assert visit.conversation_id == address


def test_a_new_chat_is_empty_and_the_old_one_a_click_away(visit: Visit, upstream: Upstream) -> None:
    visit.open_chat()
    visit.ask("The first conversation of two")
    visit.page.get_by_role("button", name="New chat").click()
    expect(visit.messages).to_have_count(0)
    visit.ask("The second conversation of two")

    visit.page.get_by_role("button", name="The first conversation of two").click()

    expect(visit.messages.first).to_contain_text("The first conversation of two")
    expect(visit.messages).to_have_count(2)


def test_a_typed_model_id_that_begins_like_the_chosen_one_is_taken_whole(
    visit: Visit, upstream: Upstream
) -> None:
    visit.open_chat()
    visit.settle()
    chosen = visit.model_box.input_value().strip()

    visit.model_box.click()
    visit.page.keyboard.type(f"{chosen}-mini")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("main")).to_contain_text(f"{chosen}-mini answers")
    visit.ask("Which one are you?")

    assert upstream.chats[-1].body["model"] == f"{chosen}-mini"


def test_a_restart_of_the_app_shows_the_same_conversation(
    browser: Browser, visitors: Visitors, tmp_path: Path
) -> None:
    with Upstream() as upstream:
        with running(tmp_path / "app", upstream.base_url) as first:
            visit = visitors.arrive(first)
            visit.open_chat()
            visit.ask("Outlive the app")
            before, address = visit.words(), visit.conversation_id

        with running(tmp_path / "app", upstream.base_url) as second:
            again = visitors.arrive(second)
            again.open_chat(address)

            expect(again.receipts).to_have_count(1)
            assert again.words() == before


@pytest.mark.parametrize("said", ["costs $5 or $6", "# no heading", "<b>no tag</b>", ":red[no]"])
def test_what_the_reader_typed_is_shown_as_typed_and_sent_unaltered(
    said: str, visit: Visit, upstream: Upstream
) -> None:
    visit.open_chat()
    visit.ask(said)

    expect(visit.messages.first).to_contain_text(said)
    assert upstream.chats[-1].body["messages"] == [{"role": "user", "content": said}]
