"""The settings of a chat on its page: what is sent, what a refusal offers, what is left out of a long conversation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Conversation
from tests.pages.chat_page import box, click, conversation_id, opened, send, served, stored, words
from tests.upstream import Upstream, done, finish, role, status, text, usage


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def held(app: AppTest) -> Conversation:
    conversation = services.get().store.conversation(OWNER, conversation_id(app))
    assert conversation is not None
    return conversation


def apply(app: AppTest, **numbers: float) -> AppTest:
    """Open the panel, fill number fields by their label and apply."""
    if not app.text_area:
        click(app, "Settings of this chat")
    for label, value in numbers.items():
        wanted = label.replace("_", " ")
        next(one for one in app.number_input if one.label == wanted).set_value(value)
    return click(app, "Apply settings")


def test_nothing_is_sent_that_was_not_set(upstream: Upstream) -> None:
    send(opened(), "Hello")

    assert set(upstream.chats[0].body) == {"model", "messages", "stream", "stream_options"}


def test_what_is_set_before_the_first_message_becomes_the_conversations_own(
    upstream: Upstream,
) -> None:
    app = opened()
    click(app, "Settings of this chat")
    app.text_area[0].set_value("Be brief.")
    apply(app, Temperature=0.5, Max_tokens=50)

    send(app, "Hello")

    body = upstream.chats[0].body
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
    ]
    assert (body["temperature"], body["max_tokens"]) == (0.5, 50)
    assert held(app).settings == ChatSettings("Be brief.", temperature=0.5, max_tokens=50)
    assert "Be brief." in words(app)
    click(app, "New chat")
    send(app, "Other")
    assert "temperature" not in upstream.chats[1].body


def test_a_setting_out_of_range_is_refused_and_the_old_one_stays(upstream: Upstream) -> None:
    app = send(opened(), "Hello")

    apply(app, Temperature=9.0)

    assert "temperature" in " ".join(one.value for one in app.error).lower()
    assert held(app).settings == ChatSettings()


def test_a_refused_parameter_can_be_left_out_and_the_question_is_asked_again(
    upstream: Upstream,
) -> None:
    app = opened()
    apply(app, Seed=7)
    refusal = {"error": {"message": "Unsupported parameter: 'seed'", "param": "seed"}}
    upstream.script(status(422, refusal))
    send(app, "Hello")
    assert box(app) == "Hello"

    click(app, "Retry without seed")

    assert "seed" not in upstream.chats[-1].body
    assert [one.text for one in stored(app)] == ["Hello", "You said: Hello"]
    assert held(app).settings.seed is None
    assert box(app) == ""


def test_what_does_not_fit_can_be_sent_without_the_oldest_messages(upstream: Upstream) -> None:
    app = opened()
    for number in (1, 2, 3):
        upstream.script(role(), text(f"{number} " + "word " * 2000), finish(), usage(9, 9), done())
        send(app, f"Question {number}")
    too_long = {
        "error": {
            "message": "This model's maximum context length is 8000 tokens.",
            "code": "context_length_exceeded",
        }
    }
    upstream.script(status(400, too_long))
    send(app, "The last")

    less = next(one for one in app.button if one.label.startswith("Leave out"))
    less.click().run()

    assert not app.exception
    sent = [one["content"] for one in upstream.chats[-1].body["messages"]]
    assert sent[-1] == "The last"
    assert "Question 1" not in sent
    assert len(stored(app)) == 8
    assert "not sent any more" in words(app)
    limit = held(app).settings.sent_messages
    assert limit is not None
    services.get().store.set_settings(
        OWNER, conversation_id(app), replace(held(app).settings, sent_messages=None)
    )
    app.run()
    assert "not sent any more" not in words(app)


def test_the_window_is_told_before_sending_and_learned_from_reported_usage(
    upstream: Upstream,
) -> None:
    app = opened()
    assert "Context: empty, 8,000 tokens fit" in words(app)
    upstream.script(role(), text("Hi."), finish(), usage(1000, 200), done())

    send(app, "Hello")

    assert "Context carried: ≈1,200 of 8,000 tokens (≈15 %)" in words(app)


def test_a_json_reply_is_checked_against_what_was_asked_for(upstream: Upstream) -> None:
    app = opened()
    click(app, "Settings of this chat")
    next(one for one in app.selectbox if one.label == "Response format").set_value("json_object")
    apply(app)
    upstream.script(role(), text('{"a": 1}'), finish(), usage(1, 1), done())
    upstream.script(role(), text("No."), finish(), usage(1, 1), done())

    send(app, "One")
    assert "Checked: the reply keeps to JSON" in words(app)
    send(app, "Two")

    assert upstream.chats[0].body["response_format"] == {"type": "json_object"}
    assert "does not keep to JSON" in words(app)


def test_a_long_message_is_counted_as_it_is_typed_and_kept_until_it_is_sent(
    upstream: Upstream,
) -> None:
    app = opened()
    click(app, "Long message")
    app.text_area[0].set_value("word " * 800).run()
    assert "Context carried: ≈1,000 of 8,000 tokens" in words(app)
    click(app, "Long message")
    click(app, "Long message")
    assert app.text_area[0].value == "word " * 800

    click(app, "Send the long message")

    assert upstream.chats[0].body["messages"][0]["content"] == "word " * 800
    assert not app.text_area
    click(app, "Long message")
    assert not app.text_area[0].value


def test_a_long_message_that_is_not_sent_stays_in_its_editor(upstream: Upstream) -> None:
    app = opened()
    click(app, "Long message")
    app.text_area[0].set_value("   ").run()

    click(app, "Send the long message")

    assert app.text_area[0].value == "   "
    assert app.error
    assert upstream.chats == []
