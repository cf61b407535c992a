"""OpenAI messages as a file: the shown path goes out, a list or a request's body comes in."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from parley.chat_settings import ChatSettings
from parley.conversation import Record
from parley.errors import ImportRefused
from parley.limits import LIMITS
from parley.transfer import export_openai_messages
from tests.parley.attaching.made import pdf
from tests.parley.transfer.files import drawn, full_record, only, plain_record, read, said

HELLO = {"role": "user", "content": "Hello"}


def messages_of(record: Record) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = json.loads(export_openai_messages(record))
    return messages


def test_the_shown_path_goes_out_with_its_system_prompt() -> None:
    record = plain_record("Why?", "Because.", "Oh.", "Ah.")
    settings = ChatSettings("Be brief.")
    shown = replace(record.conversation, leaf_id=record.messages[1].id, settings=settings)

    assert messages_of(replace(record, conversation=shown)) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "Because."},
    ]


def test_without_a_chosen_leaf_the_path_ends_at_the_newest_message() -> None:
    record = plain_record("Why?", "Because.")

    assert [one["content"] for one in messages_of(record)] == ["Why?", "Because."]


def test_a_leaf_that_is_gone_counts_for_nothing() -> None:
    record = plain_record("Why?")
    shown = replace(record.conversation, leaf_id="gone")

    assert len(messages_of(replace(record, conversation=shown))) == 1


def test_empty_messages_and_conversations_are_left_out() -> None:
    assert messages_of(plain_record("Why?", "")) == [{"role": "user", "content": "Why?"}]
    assert messages_of(plain_record()) == []


def test_x12_an_export_of_messages_holds_nothing_but_messages() -> None:
    data = export_openai_messages(full_record())

    assert b"api.example.com" not in data
    assert b"Hm." not in data


def test_what_went_out_comes_in_again() -> None:
    record = plain_record("Why?", "Because.\n“so”")
    prompted = replace(record.conversation, settings=ChatSettings("Be brief."))
    first = export_openai_messages(replace(record, conversation=prompted))

    imported = read(first)

    assert imported.kind == "OpenAI messages"
    assert said(only(imported)) == said(record)
    assert only(imported).conversation.settings.system_prompt == "Be brief."
    assert only(imported).conversation.title == "Why?"
    assert export_openai_messages(only(imported)) == first


def test_the_body_of_a_request_is_read_with_its_model() -> None:
    body = {"model": "gpt-4o", "messages": [HELLO, {"role": "assistant", "content": "Hi"}]}

    record = only(read(body))

    assert record.conversation.model == "gpt-4o"
    assert [message.model for message in record.messages] == ["", "gpt-4o"]
    assert [message.parent_id for message in record.messages] == [None, record.messages[0].id]


def test_parameters_of_a_request_are_counted() -> None:
    body = {"messages": [HELLO], "model": "gpt-4o", "temperature": 0, "stream": False, "stop": None}

    assert read(body).left_out == ("2 parameters of requests",)


def test_a_list_of_bodies_is_as_many_conversations() -> None:
    imported = read([{"messages": [HELLO]}, {"messages": []}, {"messages": [HELLO]}])

    assert len(imported.records) == 2
    assert imported.left_out == ("1 conversation without a message",)


def test_parts_of_text_are_joined_and_what_is_elsewhere_is_counted() -> None:
    parts = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "https://evil.example/a.png"}},
        {"type": "input_image", "image_url": "https://evil.example/a.png"},
        {"type": "image_url"},
        {"type": "input_audio", "input_audio": {}},
        {"type": "refusal", "refusal": "No."},
    ]

    imported = read([{"role": "user", "content": parts}])

    assert said(only(imported)) == [("user", "Look\n\nNo.")]
    assert imported.left_out == (
        "3 images that are not in the file",
        "1 part that is neither text nor image",
    )


def image_part(data: bytes) -> dict[str, Any]:
    url = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def test_an_image_in_the_file_is_taken_as_if_it_had_been_attached() -> None:
    first = [
        {"role": "user", "content": [{"type": "text", "text": "Look"}, image_part(drawn(3, 2))]}
    ]

    record = only(read(first))

    (file,) = record.files
    assert record.messages[0].attachments == (file.attachment,)
    assert (file.attachment.width, file.attachment.height) == (3, 2)
    assert said(only(read(export_openai_messages(record)))) == said(record)
    assert len(only(read(export_openai_messages(record))).files) == 1


def test_what_only_says_that_it_is_an_image_is_counted() -> None:
    parts = [
        {"type": "text", "text": "Look"},
        image_part(b"hello"),
        image_part(b"\x89PNG\r\n\x1a\n"),
        image_part(pdf(["a"])),
    ]

    imported = read([{"role": "user", "content": parts}])

    assert only(imported).files == ()
    assert imported.left_out == ("3 images that cannot be read",)


def test_more_images_than_a_message_may_have_are_counted() -> None:
    imported = read([{"role": "user", "content": [image_part(drawn(3, 2))] * 12}])

    assert len(only(imported).files) == LIMITS.attachments
    assert imported.left_out == ("2 files beyond those that one message may have",)


def test_calls_of_tools_keep_their_names_and_answers_of_tools_are_counted() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "search", "arguments": "{}"}}

    imported = read(
        [
            HELLO,
            {"role": "assistant", "content": None, "tool_calls": [call, {"type": "custom"}]},
            {"role": "tool", "tool_call_id": "1", "content": "found"},
            {"role": "assistant", "content": "Here."},
            {"role": "assistant", "content": ""},
        ]
    )

    record = only(imported)
    assert said(record) == [("user", "Hello"), ("assistant", ""), ("assistant", "Here.")]
    assert record.messages[1].tool_calls == ("search",)
    assert record.messages[2].parent_id == record.messages[1].id
    assert imported.left_out == ("1 message of a tool",)


REFUSED: list[tuple[str, Any, str]] = [
    ("x6-developer", [{"role": "developer", "content": "x"}, HELLO], "the role “developer”"),
    ("x6-role", [HELLO, {"role": "narrator", "content": "x"}], "entry 2 has the role “narrator”"),
    ("x6-role-type", [HELLO, {"role": 7}], "entry 2 has something else than text as “role”"),
    ("x6-null-role", [HELLO, {"role": None}], "entry 2 has no role"),
    ("x6-content", [{"role": "user", "content": {"a": 1}}], "something else than text"),
    ("x6-part", [{"role": "user", "content": ["a"]}], "part 1 is not an object"),
    ("x6-messages", {"messages": {}}, "something else than a list as “messages”"),
    ("x6-message", {"messages": [1]}, "message 1 is not an object"),
    (
        "x6-two-prompts",
        [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, HELLO],
        "entry 2 is a second system prompt",
    ),
    (
        "x6-late-prompt",
        [HELLO, {"role": "system", "content": "b"}],
        "entry 2 is a system prompt after the beginning",
    ),
    ("x6-nothing", [{"role": "user", "content": ""}], "The file holds no conversation."),
]


@pytest.mark.parametrize(
    ("value", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_hostile_file_is_refused_with_place_and_reason(value: Any, reason: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        read(value)

    assert reason in caught.value.title
    assert caught.value.advice


def test_x6_developer_is_told_what_to_write_instead() -> None:
    with pytest.raises(ImportRefused) as caught:
        read([{"role": "developer", "content": "Be brief."}])

    assert caught.value.advice.startswith("Write it as “system”")
