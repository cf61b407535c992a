"""Actions on messages of which another tab, a failure or a running reply has changed something meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import sending, services
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from tests.pages.chat_page import (
    box,
    bubbles,
    click,
    conversation_id,
    notice,
    opened,
    send,
    served,
    stored,
    words,
)
from tests.pages.test_message_actions import act, answers, asked, field, texts
from tests.upstream import Upstream, role, status, text, wait_for


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_an_undo_waits_for_what_its_message_hung_below(upstream: Upstream) -> None:
    answers(upstream, "One.", "Two.")
    app = send(opened(), "First?")
    send(app, "Second?")
    act(app, 1, "Delete this turn and what follows")
    act(app, 0, "Delete this turn and what follows")

    click(app, "Undo")
    assert texts(app) == ["First?", "One."]
    click(app, "Undo")

    assert texts(app) == ["First?", "One.", "Second?", "Two."]


def test_an_edit_below_a_turn_that_was_deleted_elsewhere_is_not_sent_without_it(
    upstream: Upstream,
) -> None:
    answers(upstream, "One.", "Two.")
    app = send(opened(), "First?")
    send(app, "Second?")
    act(app, 1, "Edit the question")
    field(app, "text_area", "Edit the question").set_value("Other?").run()
    services.get().store.delete_message(OWNER, conversation_id(app), stored(app)[0].id)

    click(app, "Send")

    assert "not there any more" in notice(app)
    assert len(upstream.chats) == 2


def test_an_edit_that_changes_nothing_sends_what_was_typed_once(upstream: Upstream) -> None:
    app = send(opened(), "a\x1b[31m red")
    act(app, 0, "Edit the question")

    click(app, "Send")

    assert [sent[-1] for sent in asked(upstream)] == ["a\x1b[31m red"] * 2


def test_a_second_answer_that_fails_leaves_the_first_one_and_the_box_alone(
    upstream: Upstream,
) -> None:
    answers(upstream, "One.")
    upstream.script(status(500, "no"))
    answers(upstream, "Two.")
    app = send(opened(), "First?")

    act(app, 0, "Answer again")

    assert "There is no other answer" in notice(app)
    assert box(app) == ""
    assert texts(app) == ["First?", "One."]
    assert "1/2" in words(app)
    send(app, "And?")
    assert asked(upstream)[-1] == ["First?", "One.", "And?"]


def test_a_running_reply_is_told_of_but_not_drawn_on_another_version(upstream: Upstream) -> None:
    never = threading.Event()
    answers(upstream, "One.")
    app = send(opened(), "First?")
    everything = services.get()
    upstream.script(role(), text("Half"), wait_for(never))
    target = sending.target_of(
        everything, OWNER, everything.endpoints.default(OWNER).name, "big", ChatSettings()
    )
    first = stored(app)[1]
    running = sending.send_instead(everything, OWNER, stored(app)[0], "Edited?", target)
    everything.store.show_path(OWNER, conversation_id(app), first.id)

    app.run()

    assert bubbles(app) == ["user | 1/2 | First?", "assistant | big | One."]
    assert "being written on another version" in words(app)
    click(app, "Stop it")
    assert running.wait_until_ended(5)
    never.set()


def test_the_settings_of_now_hold_for_another_answer(upstream: Upstream) -> None:
    app = send(opened(), "First?")
    services.get().store.set_settings(OWNER, conversation_id(app), ChatSettings("Be brief."))

    act(app, 0, "Answer again")

    assert upstream.chats[-1].body["messages"][0] == {"role": "system", "content": "Be brief."}
