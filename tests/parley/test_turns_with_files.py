"""What a turn sends besides its text: files, a system prompt, settings, and perhaps only the end of a conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.catalog.model import Fact, Model
from parley.chat_settings import ChatSettings
from parley.conversation import MessageState, Role, new_id
from parley.errors import AttachmentRefused
from parley.request_messages import wire_messages
from parley.turns import Target, next_turn
from tests.parley.talk import MODEL
from tests.parley.test_turns import ENDPOINT, path

ASSISTANT, USER = Role.ASSISTANT, Role.USER


def picture(name: str = "a.png") -> AttachedFile:
    return AttachedFile(
        Attachment(new_id(), name, AttachmentKind.IMAGE, "image/png", width=8, height=8),
        data=b"png",
    )


def notes(chars: int = 5) -> AttachedFile:
    known = Attachment(new_id(), "notes.txt", AttachmentKind.TEXT, "text/plain", chars=chars)
    return AttachedFile(known, text="notes")


BLIND = Model("blind", (Fact("input_modalities", ("text",), "a test"),))


def test_files_go_out_before_the_question_and_again_with_every_later_one() -> None:
    target = Target(ENDPOINT, MODEL)
    first = next_turn("ann", None, [], "What is it?", target, files=[notes(), picture()])
    assert first.user is not None
    history = [first.user, replace(first.reply, text="A.", state=MessageState.COMPLETE)]
    contents = {file.attachment.id: file for file in first.files}

    turn = next_turn("ann", first.new_conversation, history, "Sure?", target, contents=contents)

    (sent,) = first.call.messages
    kinds = [part["type"] for part in sent["content"]]
    assert kinds.count("image_url") == 1
    assert "notes" in str(sent["content"])
    assert turn.call.messages[0] == sent
    assert turn.call.messages[-1]["content"] == "Sure?"
    assert turn.composition["new"] == 5
    assert turn.composition["attachments"] > 0


def test_a_file_alone_is_a_message_and_gives_the_chat_its_title() -> None:
    turn = next_turn("ann", None, [], "", Target(ENDPOINT, MODEL), files=[notes()])

    assert turn.new_conversation is not None
    assert turn.new_conversation.title == "notes.txt"


@pytest.mark.parametrize(
    ("files", "model", "reason"),
    [
        ([notes() for _ in range(11)], MODEL, "11 files"),
        ([notes(4_000_000)], MODEL, "4,000,002 characters"),
        ([picture()], BLIND, "blind takes no images"),
    ],
)
def test_i6_files_that_cannot_be_sent_are_refused_with_the_reason(
    files: list[AttachedFile], model: Model, reason: str
) -> None:
    with pytest.raises(AttachmentRefused, match=reason):
        next_turn("ann", None, [], "Hi", Target(ENDPOINT, model), files=files)


def test_an_image_earlier_in_the_chat_is_not_left_out_for_a_model_that_takes_none() -> None:
    first = next_turn("ann", None, [], "What?", Target(ENDPOINT, MODEL), files=[picture()])
    assert first.user is not None
    history = [first.user, replace(first.reply, text="A.", state=MessageState.COMPLETE)]

    with pytest.raises(AttachmentRefused, match="takes no images"):
        next_turn("ann", first.new_conversation, history, "And?", Target(ENDPOINT, BLIND))

    settings = ChatSettings(sent_messages=1)
    target = Target(ENDPOINT, BLIND, settings)
    turn = next_turn("ann", first.new_conversation, history, "And?", target)
    assert [one["content"] for one in turn.call.messages] == ["And?"]


@pytest.mark.parametrize(
    ("at_most", "sent"), [(None, "abcde"), (5, "abcde"), (4, "cde"), (3, "cde"), (2, "e"), (1, "e")]
)
def test_a_conversation_can_be_told_to_send_its_end_alone_which_begins_with_a_question(
    at_most: int | None, sent: str
) -> None:
    messages = path((USER, "a"), (ASSISTANT, "b"), (USER, "c"), (ASSISTANT, "d"), (USER, "e"))

    wire = wire_messages(messages, at_most=at_most)

    assert "".join(message["content"] for message in wire) == sent


def test_the_system_prompt_goes_first_and_only_what_was_set_is_sent() -> None:
    settings = ChatSettings("Be brief.", temperature=0.5)

    turn = next_turn("ann", None, [], "Hi", Target(ENDPOINT, MODEL, settings))

    assert turn.call.messages[0] == {"role": "system", "content": "Be brief."}
    assert turn.call.parameters == {"temperature": 0.5}
    assert turn.composition == {"system": 9, "history": 0, "attachments": 0, "new": 2}
    assert turn.new_conversation is not None
    assert turn.new_conversation.settings == settings


def test_another_file_without_a_word_is_another_question() -> None:
    first = next_turn("ann", None, [], "", Target(ENDPOINT, MODEL), files=[notes()])
    assert first.user is not None
    failed = replace(first.reply, state=MessageState.FAILED)
    history = [first.user, failed]

    same = next_turn("ann", None, history, "", Target(ENDPOINT, MODEL), files=[notes()])
    other = next_turn("ann", None, history, "", Target(ENDPOINT, MODEL), files=[notes(6)])

    assert same.user is not None
    assert other.user is not None
    assert (same.user.parent_id, other.user.parent_id) == (None, failed.id)
