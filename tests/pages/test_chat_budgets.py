"""Budgets on the chat page: told before a message is sent, stopping one that does not fit, overridden once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.budget_override import LABEL
from components.long_message import FIELD
from parley.budget import Budget, Period
from parley.budget_note import note_of
from parley.conversation import LOCAL_OWNER as OWNER
from parley.errors import StoreError
from tests.pages.chat_page import box, bubbles, click, notice, opened, pick, send, served, words
from tests.upstream import Upstream, done, finish, role, text, usage


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def budget(dollars: str, *, hard: bool = True, period: Period = Period.DAY) -> None:
    services.get().store.set_budgets(OWNER, [Budget(period, Decimal(dollars), hard)])


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_without_a_budget_nothing_is_said_of_one() -> None:
    app = send(opened(), "Hello")

    assert "left" not in words(app)
    assert "usual reply" not in words(app)


def test_what_a_usual_reply_costs_and_what_is_left_is_told_before_sending(
    upstream: Upstream,
) -> None:
    upstream.script(role(), text("Yes"), finish(), usage(1000, 1000), done())
    budget("0.10")

    app = opened()

    before = "A usual reply here costs ≈$0.00033 (for 500 tokens, assumed: no reply of big was seen"
    assert before in words(app)
    assert "$0.10 of $0.10 left today" in words(app)
    send(app, "Hello")
    assert "(1,000 tokens, which 95 of 100 replies do not exceed, of 1 seen)" in words(app)
    assert "$0.099 of $0.10 left today" in words(app)
    assert not app.warning


def test_from_four_fifths_on_a_budget_warns(upstream: Upstream) -> None:
    upstream.script(role(), text("Yes"), finish(), usage(1000, 1000), done())
    budget("0.001", hard=False)

    app = send(opened(), "Hello")

    # 0.00085 of it.
    assert "A usual reply does not fit your budget of $0.0010 a day any more" in words(app)
    budget("0.001", hard=False, period=Period.CONVERSATION)
    upstream.script(role(), text("Yes"), finish(), usage(1, 1), done())
    assert "85 % of" not in words(send(app, "And?"))


def test_a_message_that_does_not_fit_comes_back_and_is_sent_all_the_same_once(
    upstream: Upstream,
) -> None:
    budget("0.00001")
    app = send(opened(), "Hello")

    assert "The reply might exceed your budget of $0.000010 a day" in notice(app)
    assert box(app) == "Hello"
    assert upstream.chats == []

    click(app, LABEL)

    assert bubbles(app)[-1].endswith("You said: Hello")
    assert not app.error
    assert LABEL not in labels(app)
    (entry,) = services.get().store.ledger(OWNER)
    note = note_of(entry.request.parameters)
    assert note is not None
    assert note.overridden
    send(app, "Again")
    assert "might exceed your budget" in notice(app)
    assert len(upstream.chats) == 1


@pytest.mark.parametrize("way", ["Open Settings", "Open Models"])
def test_what_was_stopped_is_in_the_box_again_after_a_look_at_another_page(way: str) -> None:
    budget("0.00001")
    app = send(opened(), "Hello")

    click(app, way)
    app.switch_page("chat.py").run()

    assert not app.exception
    assert box(app) == "Hello"
    assert LABEL in labels(app)


def test_a_long_message_that_was_stopped_stays_until_it_is_sent_all_the_same(
    upstream: Upstream,
) -> None:
    budget("0.00001")
    app = click(opened(), "Long message")
    app.text_area(key=FIELD).set_value("A long one").run()

    click(app, "Send the long message")

    assert app.text_area(key=FIELD).value == "A long one"
    assert box(app) == ""
    click(app, LABEL)
    assert [chat.body["messages"][-1]["content"] for chat in upstream.chats] == ["A long one"]
    assert all(area.key != FIELD for area in app.text_area)


def test_a_free_model_answers_under_any_budget_and_nothing_is_said_of_one(
    upstream: Upstream,
) -> None:
    nothing = {"prompt": "0", "completion": "0"}
    upstream.models = {"data": [{"id": "gift:free", "pricing": nothing}]}
    budget("0.00001")

    app = send(opened(), "Hello")

    assert bubbles(app)[-1].endswith("You said: Hello")
    assert "usual reply" not in words(app)


def test_a_later_message_of_a_conversation_is_stopped_and_overridden_alike(
    upstream: Upstream,
) -> None:
    app = send(opened(), "Hello")
    budget("0.00001")

    send(app, "More")
    click(app, LABEL)

    assert [chat.body["messages"][-1]["content"] for chat in upstream.chats] == ["Hello", "More"]
    assert "max_tokens" not in upstream.chats[1].body


def test_another_answer_is_stopped_alike_and_its_override_leaves_the_box_alone(
    upstream: Upstream,
) -> None:
    app = send(opened(), "Hello")
    budget("0.00001")

    app.menu_button[0].click("Answer again").run()
    assert not app.exception

    assert "might exceed your budget" in notice(app)
    assert box(app) == ""
    click(app, LABEL)
    asked = [chat.body["messages"] for chat in upstream.chats]
    assert asked[0] == asked[1]
    assert len(asked) == 2
    assert not app.error


def test_a_file_that_was_stopped_goes_along_when_it_is_sent_all_the_same(
    upstream: Upstream,
) -> None:
    budget("0.00001")
    app = opened()
    app.chat_input[0].upload("notes.txt", b"Bring milk", "text/plain")
    send(app, "What?")

    click(app, LABEL)

    assert "Bring milk" in str(upstream.chats[0].body["messages"])
    assert "notes.txt" not in labels(app)


def test_a_model_without_a_price_is_warned_of_under_a_hard_budget(upstream: Upstream) -> None:
    budget("0.10")
    app = pick(opened(), "Model", "small")

    assert "Nobody says what small costs: under your budget of $0.10 a day it is not" in words(app)

    send(app, "Hello")

    assert (
        "your budget of $0.10 a day cannot be kept, since nobody says what small costs"
        in notice(app)
    )
    assert upstream.chats == []


def test_while_a_reply_is_limited_the_page_says_by_which_budget(upstream: Upstream) -> None:
    budget("0.001")

    app = send(opened(), "Hello")

    said = "max 1,492 tokens: from your budget of $0.0010 a day"
    assert upstream.chats[0].body["max_tokens"] == 1492
    assert said in words(app)


def test_d1_what_cannot_be_read_of_budgets_keeps_no_page_from_being_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise StoreError

    budget("0.10")
    monkeypatch.setattr(services.get().store, "tally", broken)

    app = opened()

    assert not app.exception
    assert "left today" not in words(app)
