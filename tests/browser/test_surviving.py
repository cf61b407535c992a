"""A running reply survives everything but Stop (S-3), and messages sent too soon are neither lost nor doubled (I-7)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.visit import Visit
from tests.upstream import Step, Upstream, done, finish, role, text, trickle, usage, wait_for

FIRST, SECOND = "The first half is here.", "And the second half as well."

TWO_IN_A_ROW = """([first, second]) => {
  const type = (text) => {
    const box = document.querySelector('[data-testid="stChatInputTextArea"]');
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
    set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => box.dispatchEvent(new KeyboardEvent("keydown",
      { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true })), 5);
  };
  type(first);
  setTimeout(() => type(second), 35);
}"""


def halves(go_on: threading.Event) -> tuple[Step, ...]:
    return (
        role(),
        text(FIRST),
        wait_for(go_on),
        text(f"\n\n{SECOND}"),
        finish(),
        usage(9, 12),
        done(),
    )


def _refresh(visit: Visit, _: str) -> None:
    visit.reload()


def _another_page_and_back(visit: Visit, _: str) -> None:
    visit.go("Models")
    expect(visit.page.get_by_label("Search models")).to_be_visible()
    visit.go("Chat")


def _a_click_elsewhere(visit: Visit, title: str) -> None:
    visit.page.get_by_role("button", name="New chat").click()
    expect(visit.messages).to_have_count(0)
    visit.page.get_by_role("button", name=title, exact=True).click()


LEAVINGS = {
    "refresh": _refresh,
    "page-switch": _another_page_and_back,
    "another-conversation": _a_click_elsewhere,
}


@pytest.mark.parametrize("name", LEAVINGS)
def test_s_3_a_reply_goes_on_and_is_found_again_after(
    name: str, visit: Visit, upstream: Upstream
) -> None:
    leave: Callable[[Visit, str], None] = LEAVINGS[name]
    title = f"Talk for a while, with a {name}"
    go_on = threading.Event()
    upstream.script(*halves(go_on))
    visit.open_chat()
    visit.send(title)
    expect(visit.live_reply).to_contain_text(FIRST)

    leave(visit, title)
    expect(visit.live_reply).to_contain_text(FIRST)
    go_on.set()

    expect(visit.messages.last).to_contain_text(SECOND)
    expect(visit.receipts).to_have_count(1)
    expect(visit.messages).to_have_count(2)
    visit.reload()
    expect(visit.messages.last).to_contain_text(f"{FIRST} {SECOND}", use_inner_text=True)
    assert upstream.chats[0].disconnected_at is None
    assert len(upstream.chats) == 1


def test_s_3_two_tabs_watch_one_reply(visit: Visit, visitors: Visitors, upstream: Upstream) -> None:
    go_on = threading.Event()
    upstream.script(*halves(go_on))
    visit.open_chat()
    visit.send("For two readers")
    expect(visit.live_reply).to_contain_text(FIRST)

    other = visitors.second_tab(visit)
    other.open_chat(visit.conversation_id)
    expect(other.live_reply).to_contain_text(FIRST)
    go_on.set()

    for tab in (visit, other):
        expect(tab.messages.last).to_contain_text(SECOND)
        expect(tab.receipts).to_have_count(1)
    assert len(upstream.chats) == 1
    assert upstream.chats[0].disconnected_at is None


def test_s_3_a_reply_whose_tab_was_closed_is_stored_whole(
    visit: Visit, visitors: Visitors, upstream: Upstream
) -> None:
    go_on = threading.Event()
    upstream.script(*halves(go_on))
    visit.open_chat()
    visit.send("Nobody watches")
    expect(visit.live_reply).to_contain_text(FIRST)
    later = visitors.second_tab(visit)
    address = visit.conversation_id

    visit.page.close()
    go_on.set()
    later.open_chat(address)

    expect(later.messages.last).to_contain_text(SECOND)
    expect(later.receipts).to_have_count(1)
    assert upstream.chats[0].disconnected_at is None


def _click_stop(visit: Visit) -> None:
    visit.stop.click()


def _press_escape(visit: Visit) -> None:
    visit.page.keyboard.press("Escape")


@pytest.mark.parametrize("end", [_click_stop, _press_escape])
def test_s_3_stop_ends_the_call_keeps_the_text_and_the_next_message_includes_it(
    end: Callable[[Visit], None], visit: Visit, upstream: Upstream
) -> None:
    upstream.script(role(), text(FIRST), trickle(" more", every=0.02))
    visit.open_chat()
    visit.send("Never ending")
    expect(visit.live_reply).to_contain_text(f"{FIRST} more more")

    end(visit)

    upstream.chats[0].wait_for_disconnect(1.0)
    expect(visit.stop).to_have_count(0)
    expect(visit.receipts).to_have_count(1)
    expect(visit.messages.last).to_contain_text("Stopped")
    expect(visit.messages.last).to_contain_text(FIRST)
    visit.ask("Go on")
    sent = upstream.chats[1].body["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    assert sent[1]["content"].startswith(f"{FIRST} more more")


def test_stop_before_the_first_word_ends_the_call_too(visit: Visit, upstream: Upstream) -> None:
    upstream.script(role(), wait_for(threading.Event()))
    visit.open_chat()
    visit.send("Say nothing")
    upstream.wait_for_requests(1)

    visit.stop.click()

    upstream.chats[0].wait_for_disconnect(1.0)
    expect(visit.stop).to_have_count(0)
    expect(visit.messages.last).to_contain_text("Stopped")


def test_i_7_two_messages_within_fifty_milliseconds_are_both_kept_in_order(
    visit: Visit, upstream: Upstream
) -> None:
    # The first may be stopped before it reached anybody: whichever comes, it is answered slowly and to its end.
    upstream.always(role(), text(FIRST, every=0.05, size=1), finish(), usage(9, 6), done())
    visit.open_chat()
    visit.settle()

    visit.page.evaluate(TWO_IN_A_ROW, ["Message one", "Message two"])

    expect(visit.receipts).to_have_count(2)
    expect(visit.stop).to_have_count(0)
    expect(visit.messages).to_have_count(4)
    said = visit.words()
    assert "Message one" in said[0]
    assert "Message two" in said[2]
    last_request = upstream.chats[-1].body["messages"]
    users = "\n\n".join(one["content"] for one in last_request if one["role"] == "user")
    assert users == "Message one\n\nMessage two"
    assert len(upstream.chats) <= 2


def test_i_7_a_message_sent_while_a_reply_runs_stops_it_and_follows_it(
    visit: Visit, upstream: Upstream
) -> None:
    upstream.script(role(), text(FIRST), trickle(" more", every=0.02))
    visit.open_chat()
    visit.send("A long story")
    expect(visit.live_reply).to_contain_text(f"{FIRST} more more")

    visit.send("Enough")

    expect(visit.messages.last).to_contain_text("You said: Enough")
    expect(visit.receipts).to_have_count(2)
    upstream.chats[0].wait_for_disconnect(1.0)
    sent = upstream.chats[1].body["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    assert sent[1]["content"].startswith(FIRST)
    expect(visit.messages).to_have_count(4)
