"""What can be done with a message on Chat: edit, answer again, switch, compare, continue, branch, delete and undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.message_actions import CONTINUE
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState, Role
from tests.pages.chat_page import (
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
from tests.pages.chat_page import shown as as_read
from tests.upstream import Upstream, done, finish, role, text, usage


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def act(app: AppTest, number: int, action: str) -> AppTest:
    """Choose an entry of the menu under a reply; replies are counted from 0."""
    app.menu_button[number].click(action).run()
    assert not app.exception
    return app


def asked(upstream: Upstream) -> list[list[str]]:
    return [[one["content"] for one in chat.body["messages"]] for chat in upstream.chats]


def texts(app: AppTest) -> list[str]:
    return [one.text for one in stored(app)]


def answers(upstream: Upstream, *replies: str, reason: str = "stop") -> None:
    for number, reply in enumerate(replies, 1):
        upstream.script(role(), text(reply), finish(reason), usage(5, number), done())


def field(app: AppTest, kind: str, label: str) -> Any:
    fields: list[Any] = list(app.get(kind))
    return next(one for one in fields if one.label == label)


def test_a_reply_can_be_had_again_and_both_are_kept(upstream: Upstream) -> None:
    answers(upstream, "First.", "Second.")
    app = send(opened(), "Why?")

    act(app, 0, "Answer again")

    assert texts(app) == ["Why?", "Second."]
    assert asked(upstream) == [["Why?"], ["Why?"]]
    assert "2/2" in words(app)
    click(app, "Previous version")
    assert texts(app) == ["Why?", "First."]
    assert "1/2" in words(app)


def test_the_version_that_was_shown_last_is_the_one_that_is_built_upon(upstream: Upstream) -> None:
    answers(upstream, "First.", "Second.", "Third.")
    app = send(opened(), "Why?")
    act(app, 0, "Answer again")
    click(app, "Previous version")

    send(app, "And?")

    assert asked(upstream)[-1] == ["Why?", "First.", "And?"]
    again = opened(c=conversation_id(app))
    assert texts(again) == ["Why?", "First.", "And?", "Third."]


def test_an_edited_question_stands_beside_the_old_one(upstream: Upstream) -> None:
    answers(upstream, "Blue.", "Red.")
    app = send(opened(), "The sky?")
    act(app, 0, "Edit the question")
    field(app, "text_area", "Edit the question").set_value("The sunset?").run()

    click(app, "Send")

    assert texts(app) == ["The sunset?", "Red."]
    assert asked(upstream)[-1] == ["The sunset?"]
    click(app, "Previous version")
    assert texts(app) == ["The sky?", "Blue."]


def test_an_edit_that_cannot_be_sent_stays_in_its_field(upstream: Upstream) -> None:
    answers(upstream, "Blue.")
    app = send(opened(), "The sky?")
    act(app, 0, "Edit the question")
    field(app, "text_area", "Edit the question").set_value("   ").run()

    click(app, "Send")

    assert "empty" in notice(app)
    assert field(app, "text_area", "Edit the question").value == "   "
    assert len(upstream.chats) == 1


def test_another_model_answers_and_each_reply_says_which(upstream: Upstream) -> None:
    app = send(opened(), "Why?")
    act(app, 0, "Answer with another model")
    field(app, "selectbox", "Answer with").set_value("small").run()

    click(app, "Answer")

    assert upstream.chats[-1].body["model"] == "small"
    assert stored(app)[-1].model == "small"
    click(app, "Previous version")
    assert stored(app)[-1].model == "big"


def test_one_setting_is_changed_for_one_reply_and_the_versions_compared(
    upstream: Upstream,
) -> None:
    answers(upstream, "It is blue. Really.", "It is red. Really.")
    app = send(opened(), "Why?")
    act(app, 0, "Change one thing")
    field(app, "number_input", "Temperature").set_value(0.5).run()

    click(app, "Answer again with this")

    assert upstream.chats[-1].body["temperature"] == 0.5
    assert "temperature" not in upstream.chats[0].body
    held = services.get().store.conversation(OWNER, conversation_id(app))
    assert held is not None
    assert held.settings.temperature is None
    click(app, "Compare versions")
    shown = words(app)
    assert "-It is blue.\n+It is red.\n Really." in shown
    table = as_read(app.table[0].value.to_string())
    assert "temperature" in table
    assert "not set" in table
    assert "0.5" in table


def test_a_reply_that_was_cut_can_be_continued_by_a_message_that_is_shown(
    upstream: Upstream,
) -> None:
    answers(upstream, "One, two,", reason="length")
    answers(upstream, "three.")
    app = send(opened(), "Count")

    act(app, 0, "Continue")

    assert texts(app) == ["Count", "One, two,", CONTINUE, "three."]
    assert "Continue" not in app.menu_button[1].options


def test_a_branch_is_a_chat_of_its_own_with_the_receipts_of_what_it_copied(
    upstream: Upstream,
) -> None:
    answers(upstream, "One.", "Two.", "Elsewhere.")
    app = send(opened(), "First?")
    send(app, "Second?")
    origin = conversation_id(app)

    act(app, 0, "Branch into a new chat")

    assert conversation_id(app) != origin
    assert texts(app) == ["First?", "One."]
    assert "out 1" in app.expander[0].label
    assert "No usage yet" in words(app)
    send(app, "Other?")
    assert asked(upstream)[-1] == ["First?", "One.", "Other?"]
    assert len(services.get().store.messages(OWNER, origin)) == 4


def test_what_was_deleted_is_gone_from_what_is_sent_and_comes_back(upstream: Upstream) -> None:
    answers(upstream, "One.", "Two.", "Three.")
    app = send(opened(), "First?")
    send(app, "Second?")

    act(app, 1, "Delete this turn and what follows")

    assert texts(app) == ["First?", "One."]
    click(app, "Undo")
    assert texts(app) == ["First?", "One.", "Second?", "Two."]
    act(app, 1, "Delete this turn and what follows")
    send(app, "Third?")
    assert asked(upstream)[-1] == ["First?", "One.", "Third?"]
    assert not [one for one in app.button if one.label == "Undo"]
    assert "3 replies" in words(app)


def test_the_text_to_copy_is_the_text_as_it_came(upstream: Upstream) -> None:
    answers(upstream, "**Bold** $5")
    app = send(opened(), "Why?")

    act(app, 0, "Copy")

    assert app.code[0].value == "**Bold** $5"
    click(app, "Close")
    assert not app.code


def test_answering_again_ends_the_running_reply_first(upstream: Upstream) -> None:
    answers(upstream, "One.", "Two.")
    app = send(opened(), "Why?")
    everything = services.get()
    first = stored(app)[1]

    act(app, 0, "Answer again")
    click(app, "Previous version")
    act(app, 0, "Answer again")

    assert everything.engine.running(OWNER, conversation_id(app)) is None
    assert [one.state for one in stored(app)] == [MessageState.COMPLETE] * 2
    family = everything.store.siblings(OWNER, conversation_id(app), stored(app))
    assert family[stored(app)[1].id][0] == first.id
    assert len(family[stored(app)[1].id]) == 3


def test_a_message_that_was_deleted_elsewhere_is_answered_with_a_sentence(
    upstream: Upstream,
) -> None:
    app = send(opened(), "Why?")
    first = stored(app)[0]
    assert first.role is Role.USER
    services.get().store.delete_message(OWNER, conversation_id(app), first.id)

    act(app, 0, "Answer again")

    assert "not there any more" in notice(app)
    assert len(upstream.chats) == 1
    assert bubbles(app) == []
