"""Sending a message: the running reply is ended and stored first, and what is not possible leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from streamlit.typing import ChatInputValue

from components import composer, sending, services
from components.mailbox import Mailbox, Refusal
from components.services import Services
from components.state import Session
from parley.attachment import AttachedFile
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from parley.errors import (
    CredentialMissing,
    ModelNotFound,
    NotThere,
    ParleyError,
    PromptRefused,
    StoreError,
)
from parley.reply import Reply
from tests.pages.chat_page import served
from tests.upstream import Upstream, chunk, done, tokens


@pytest.fixture
def everything(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Services]:
    for _ in served(upstream, monkeypatch, tmp_path):
        yield services.get()


def send(everything: Services, text: str, thread: str | None = None, **asked: str | None) -> Reply:
    endpoint = asked.get("endpoint", everything.endpoints.default(OWNER).name)
    model_id = asked.get("model", "big")
    target = sending.target_of(everything, OWNER, endpoint, model_id, ChatSettings())
    return sending.send(everything, OWNER, thread, text, target)


def test_a_message_is_stored_and_on_its_way_when_sending_returns(
    everything: Services, upstream: Upstream
) -> None:
    reply = send(everything, "Hello")

    messages = everything.store.messages(OWNER, reply.conversation_id)
    assert messages[0].text == "Hello"
    assert reply.wait_until_ended(5)
    assert upstream.chats[0].body["model"] == "big"


def test_u39_a_reply_by_another_model_of_the_list_costs_what_that_one_costs(
    everything: Services, upstream: Upstream
) -> None:
    said = {"model": "big", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}
    used = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    upstream.script(chunk(said), chunk({**said, "choices": [], "usage": used}), done())
    everything.listing(everything.endpoints.default(OWNER))

    reply = send(everything, "Hello", model="small")

    assert reply.wait_until_ended(5)
    assert reply.outcome is not None
    assert reply.outcome.cost.amount == Decimal("0.2")


def test_i7_a_message_sent_while_a_reply_runs_ends_it_and_comes_after_it(
    everything: Services, upstream: Upstream
) -> None:
    upstream.script(tokens(2000, 200))
    first = send(everything, "Count")
    assert first.wait(5, 5)

    second = send(everything, "Enough", first.conversation_id)

    assert first.ended
    assert upstream.chats[0].wait_for_disconnect(2)
    assert second.wait_until_ended(5)
    messages = everything.store.messages(OWNER, first.conversation_id)
    assert [message.state for message in messages] == [
        MessageState.COMPLETE,
        MessageState.STOPPED,
        MessageState.COMPLETE,
        MessageState.COMPLETE,
    ]
    assert [message["content"] for message in upstream.chats[1].body["messages"]] == [
        "Count",
        first.message.text,
        "Enough",
    ]


class StoppedRun:
    """A tab whose runs are all stopped before they can keep anything in the session."""

    conversation_id = None
    endpoint_name: str | None
    model_id = "big"
    draft_settings = ChatSettings()
    pending_files: tuple[AttachedFile, ...] = ()

    def __init__(self, everything: Services) -> None:
        self.endpoint_name = everything.endpoints.default(OWNER).name
        self.mailbox = Mailbox()
        self.typed = ""

    def widget(self, key: str) -> ChatInputValue:
        return ChatInputValue(self.typed, _include_files=True)


def test_i7_two_first_messages_in_a_row_are_one_conversation_though_their_runs_are_stopped(
    everything: Services, upstream: Upstream
) -> None:
    tab = StoppedRun(everything)

    for tab.typed in ("Message one", "Message two"):
        composer._submitted(everything, OWNER, cast(Session, tab))

    (conversation,) = everything.store.conversations(OWNER)
    said = [m.text for m in everything.store.messages(OWNER, conversation.id) if m.role == "user"]
    assert said == ["Message one", "Message two"]
    assert tab.mailbox.opened is not None
    assert tab.mailbox.opened.conversation_id == conversation.id


def test_a_message_that_is_refused_waits_with_its_text_for_the_next_run(
    everything: Services,
) -> None:
    tab = StoppedRun(everything)
    tab.typed, tab.endpoint_name = "Hello", "OpenRouter"

    composer._submitted(everything, OWNER, cast(Session, tab))

    assert tab.mailbox.refused == Refusal("Hello", CredentialMissing().notice)


def test_a_reply_that_cannot_be_ended_in_time_keeps_the_message_back(
    everything: Services, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.script(tokens(2000, 100))
    first = send(everything, "Count")
    monkeypatch.setattr(sending, "STOP_WAIT_S", 0.01)
    monkeypatch.setattr(first, "stop", lambda: None)

    with pytest.raises(StoreError, match="could not be ended in time"):
        send(everything, "Enough", first.conversation_id)

    assert len(everything.store.messages(OWNER, first.conversation_id)) == 2


def test_a_message_to_a_conversation_that_is_gone_is_not_sent_elsewhere(
    everything: Services, upstream: Upstream
) -> None:
    with pytest.raises(NotThere):
        send(everything, "Hello", "0123456789abcdef")

    assert upstream.chats == []
    assert everything.store.conversations(OWNER) == []


@pytest.mark.parametrize(
    ("text", "asked", "refusal"),
    [
        ("Hello", {"model": None}, ModelNotFound),
        ("Hello", {"endpoint": "Nowhere"}, ModelNotFound),
        ("Hello", {"endpoint": "OpenRouter"}, CredentialMissing),
        ("\u200b", {}, PromptRefused),
    ],
    ids=str,
)
def test_what_cannot_be_sent_is_refused_before_anything_is_stored(
    text: str,
    asked: dict[str, str | None],
    refusal: type[ParleyError],
    everything: Services,
    upstream: Upstream,
) -> None:
    with pytest.raises(refusal):
        send(everything, text, **asked)

    assert everything.store.conversations(OWNER) == []
    assert upstream.chats == []


def test_s1_each_message_carries_the_key_of_its_own_endpoint(
    everything: Services, upstream: Upstream
) -> None:
    with Upstream() as other:
        everything.endpoints.add(OWNER, name="Other", base_url=other.base_url, project=None)
        first = send(everything, "Hello")
        second = send(everything, "Hello", endpoint="Other")
        assert first.wait_until_ended(5)
        assert second.wait_until_ended(5)

        assert upstream.chats[0].headers["authorization"] == "Bearer sk-test"
        assert "authorization" not in other.chats[0].headers
