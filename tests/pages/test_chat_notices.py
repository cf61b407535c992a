"""What cannot be sent, found or stored is said in a sentence on the chat page, and what was typed comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER
from parley.errors import StoreError
from tests.pages.chat_page import (
    NAVIGATION,
    box,
    bubbles,
    conversation_id,
    notice,
    opened,
    pick,
    send,
    served,
    words,
)
from tests.parley.faults import FAULTS
from tests.parley.store.turns import conversation, question, reply_to
from tests.upstream import Upstream

IMAGE = "![x](http://evil.example/a.png)"
QUICK = [name for name in FAULTS if not name.startswith(("U-14", "U-15", "U-16", "U-17", "U-25"))]


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_a_conversation_that_is_not_there_opens_a_new_chat_and_says_so() -> None:
    app = opened(c="0123456789abcdef")

    assert "This conversation was not found." in notice(app)
    assert [title.value for title in app.title] == ["Ask a model"]
    assert "c" not in app.query_params


def test_s12_a_conversation_of_somebody_else_is_not_there_either() -> None:
    thread = conversation()
    asked = question(thread)
    services.get().store.begin_turn(
        "somebody else", user=asked, reply=reply_to(asked), conversation=thread, request=None
    )

    app = opened(c=thread.id)

    assert "This conversation was not found." in notice(app)
    assert thread.title not in words(app)
    assert not any(thread.title in button.label for button in app.button)


def test_the_notice_is_gone_after_the_next_message() -> None:
    app = opened(c="0123456789abcdef")

    send(app, "Hello")

    assert not app.error


def test_a_missing_key_is_told_before_anything_is_sent(upstream: Upstream) -> None:
    app = pick(opened(), "Endpoint", "OpenRouter")
    warned = [warning.value for warning in app.warning]
    app.session_state["model_id"] = "any/model"

    send(app, "My question")

    assert warned
    assert "OpenRouter needs an API key" in warned[0]
    assert "needs an API key, and none was given" in notice(app) or "No model" in notice(app)
    assert box(app) == "My question"
    assert upstream.chats == []


@pytest.mark.parametrize("typed", ["\u200b", "\x00", " \u200d "])
def test_i1_a_message_without_anything_to_read_is_refused(typed: str, upstream: Upstream) -> None:
    app = send(opened(), typed)

    assert "The message is empty." in notice(app)
    assert upstream.chats == []
    assert bubbles(app) == []


def test_i2_a_message_that_is_too_long_is_refused_and_given_back(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = "x" * 4_000_001

    app = send(opened(), typed)

    assert "4,000,001 characters; at most 4,000,000" in notice(app)
    assert box(app) == typed
    assert upstream.chats == []


def test_d1_a_message_that_cannot_be_stored_is_given_back_and_not_sent(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError

    app = opened()
    monkeypatch.setattr(services.get().store, "begin_turn", full)

    send(app, "My question")

    assert "The conversation could not be saved." in notice(app)
    assert box(app) == "My question"
    assert upstream.chats == []


def test_d1_a_reply_that_cannot_be_stored_is_shown_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError

    app = opened()
    monkeypatch.setattr(services.get().store, "finish_reply", full)

    send(app, "Hello")

    assert "You said: Hello" in words(app)
    assert "The conversation could not be saved." in notice(app)


def test_without_a_model_nothing_is_sent_and_the_text_is_given_back(upstream: Upstream) -> None:
    upstream.models = {"data": []}

    app = send(opened(), "My question")

    assert "No model is chosen." in notice(app)
    assert box(app) == "My question"
    assert upstream.chats == []


def test_d7_a_reply_that_the_end_of_the_app_interrupted_says_so() -> None:
    thread = conversation("Interrupted")
    asked = question(thread)
    store = services.get().store
    reply = reply_to(asked)
    store.begin_turn(LOCAL_OWNER, user=asked, reply=reply, conversation=thread, request=None)
    store.checkpoint(LOCAL_OWNER, reply.id, text="The beginning", reasoning="")
    services.stop()

    app = opened(c=thread.id)

    assert "The beginning" in words(app)
    assert "The app ended while this reply was being written" in words(app)
    assert "its usage is unknown (–)" in words(app)
    assert conversation_id(app) == thread.id


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PARLEY_MODE", "bananas", "PARLEY_MODE is 'bananas'."),
        ("PARLEY_LOCAL_MODEL", "/nowhere.gguf", "names a file that is not there"),
        ("OPENAI_BASE_URL", "ftp://h.example", "not a base URL"),
        ("OPENAI_API_KEY", "sk canary", "characters that cannot be sent"),
    ],
)
def test_settings_that_make_no_sense_are_a_notice_and_no_traceback(
    variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    app = AppTest.from_file(NAVIGATION, default_timeout=20).run()

    assert not app.exception
    assert sentence in notice(app)
    assert "canary" not in words(app)
    assert not app.chat_input


def test_d3_chat_goes_on_without_a_place_to_keep_it_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "not-a-folder"
    place.write_text("mine")
    monkeypatch.setenv("PARLEY_DATA_DIR", str(place))
    services.stop()

    app = send(opened(), "Hello?")

    assert any("kept only until Parley ends" in error.value for error in app.error)
    assert bubbles(app) == ["user | Hello?", "assistant | big | You said: Hello?"]
    assert place.read_text() == "mine"
