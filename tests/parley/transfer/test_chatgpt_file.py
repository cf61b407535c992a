"""ChatGPT's conversations.json: every branch that its reader saw, and in numbers what is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.conversation import MessageState, Record
from parley.errors import ImportRefused
from parley.transfer import Imported
from tests.parley.transfer.files import (
    chatgpt,
    chatgpt_node,
    chatgpt_with_branches,
    only,
    read,
    said,
)


def taken(*nodes: dict[str, Any], **more: Any) -> Imported:
    return read([chatgpt(*nodes, **more)])


def parents(record: Record) -> list[str | None]:
    """By text: what each message follows."""
    texts = {message.id: message.text for message in record.messages}
    return [texts.get(message.parent_id or "") for message in record.messages]


def test_branches_times_models_and_the_shown_path_come_along() -> None:
    record = only(read([chatgpt_with_branches()]))

    assert said(record) == [
        ("user", "Where?"),
        ("assistant", "In Rome."),
        ("user", "Where exactly?"),
        ("assistant", "At the Forum."),
        ("assistant", "On the Palatine."),
    ]
    assert parents(record) == [None, "Where?", None, "Where exactly?", "Where exactly?"]
    assert record.conversation.leaf_id == record.messages[3].id
    assert record.conversation.title == "Trip to Rome"
    assert record.conversation.created_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert record.conversation.updated_at == datetime.fromtimestamp(1_700_000_100.5, UTC)
    assert record.messages[0].created_at == datetime.fromtimestamp(1_700_000_000.25, UTC)
    assert [one.model for one in record.messages] == ["", "gpt-4o", "", "gpt-4o", "gpt-4o"]
    assert record.conversation.model == "gpt-4o"
    assert record.conversation.endpoint == ""
    assert record.calls == ()


def test_nodes_in_any_order_grow_the_same_tree() -> None:
    value = chatgpt_with_branches()
    value["mapping"] = dict(reversed(value["mapping"].items()))

    record = only(read([value]))

    assert parents(record) == [None, "Where?", None, "Where exactly?", "Where exactly?"]


def test_one_conversation_alone_is_read_too() -> None:
    imported = read(chatgpt_with_branches())

    assert imported.kind == "ChatGPT"
    assert imported.message_count == 5


def test_tools_and_hidden_messages_are_left_out_and_counted_and_the_thread_holds() -> None:
    hidden = {"metadata": {"is_visually_hidden_from_conversation": True}}
    context = {
        "content": {"content_type": "user_editable_context", "user_profile": "x", "parts": ["x"]}
    }
    imported = taken(
        chatgpt_node("r", None),
        chatgpt_node("h", "r", "user", "profile", **context),
        chatgpt_node("q", "h", "user", "Weather?"),
        chatgpt_node("c", "q", "assistant", "search('weather')", recipient="browser"),
        chatgpt_node("t", "c", "tool", "sunny"),
        chatgpt_node("n", "t", "assistant", "note", **hidden),
        chatgpt_node("s", "n", "system", "Cite your sources."),
        chatgpt_node("a", "s", "assistant", "Sunny."),
    )

    record = only(imported)
    assert said(record) == [("user", "Weather?"), ("assistant", "Sunny.")]
    assert parents(record) == [None, "Weather?"]
    assert imported.left_out == (
        "2 messages that ChatGPT hides",
        "1 call of a tool",
        "1 message of a tool",
        "1 instruction within a chat",
    )


def test_thoughts_go_to_the_reply_that_they_led_to() -> None:
    thoughts = {
        "content_type": "thoughts",
        "thoughts": [{"summary": "Sum", "content": "Hm."}, {"summary": "Then", "content": ""}],
    }
    recap = {"content_type": "reasoning_recap", "content": "Thought for 3 s"}

    record = only(
        taken(
            chatgpt_node("q", None, "user", "Why?"),
            chatgpt_node("t", "q", "assistant", content=thoughts),
            chatgpt_node("r", "t", "assistant", content=recap),
            chatgpt_node("a", "r", "assistant", "Because."),
        )
    )

    assert said(record) == [("user", "Why?"), ("assistant", "Because.")]
    assert record.messages[1].reasoning == "Hm.\n\nThen"


def test_code_is_fenced_and_what_is_elsewhere_in_the_archive_is_counted() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    spoken = {"content_type": "audio_transcription", "text": "and aloud"}
    imported = taken(
        chatgpt_node(
            "q",
            None,
            "user",
            content={"content_type": "multimodal_text", "parts": [picture, None, "Look", spoken]},
        ),
        chatgpt_node(
            "a",
            "q",
            "assistant",
            content={"content_type": "code", "language": "python", "text": "1 + 1"},
        ),
        chatgpt_node(
            "b",
            "q",
            "assistant",
            content={"content_type": "code", "language": "unknown", "text": "2"},
        ),
    )

    texts = [message.text for message in only(imported).messages]
    assert texts == ["Look\n\nand aloud", "```python\n1 + 1\n```", "```\n2\n```"]
    assert imported.left_out == ("1 image or file that is not in the file",)


def test_a_reply_that_never_finished_is_interrupted() -> None:
    record = only(
        taken(
            chatgpt_node("q", None, "user", "Why?"),
            chatgpt_node("a", "q", "assistant", "Bec", status="in_progress"),
        )
    )

    assert record.messages[1].state is MessageState.INTERRUPTED


def test_x9_a_leading_instruction_becomes_the_system_prompt() -> None:
    record = only(
        taken(
            chatgpt_node("s", None, "system", "You are a pirate."),
            chatgpt_node("q", "s", "user", "Hello"),
        )
    )

    assert record.conversation.settings.system_prompt == "You are a pirate."
    assert said(record) == [("user", "Hello")]


def test_unknown_times_are_those_of_the_conversation() -> None:
    record = only(taken(chatgpt_node("q", None, "user", "Hello", create_time=None)))

    assert record.messages[0].created_at == record.conversation.created_at


def test_a_message_whose_parent_is_missing_stands_at_the_beginning_and_is_counted() -> None:
    imported = taken(chatgpt_node("q", "nowhere", "user", "Hello"))

    assert only(imported).messages[0].parent_id is None
    assert imported.left_out == ("1 link to a message that is not in the file",)


def test_the_conversation_that_was_written_to_last_comes_last() -> None:
    """ChatGPT's file begins with it."""
    newer, older = chatgpt_with_branches(), chatgpt_with_branches()
    newer["title"], older["title"] = "Newer", "Older"
    older["update_time"] -= 50

    titles = [one.conversation.title for one in read([newer, older]).records]

    assert titles == ["Older", "Newer"]


def test_conversations_without_a_word_are_left_out() -> None:
    empty = chatgpt(chatgpt_node("r", None))

    imported = read([empty, chatgpt_with_branches(), chatgpt()])

    assert len(imported.records) == 1
    assert imported.left_out == ("2 conversations without a message",)


def test_a_conversation_without_title_is_named_by_its_first_words() -> None:
    record = only(taken(chatgpt_node("q", None, "user", "Hello\nthere"), title=None))

    assert record.conversation.title == "Hello there"


def circle() -> dict[str, Any]:
    return chatgpt(
        chatgpt_node("a", "b", "user", "Hello"), chatgpt_node("b", "a", "assistant", "Hi")
    )


REFUSED: list[tuple[str, Any, str]] = [
    ("x6-role", chatgpt(chatgpt_node("a", None, "narrator", "x")), "message 1 has the role “narr"),
    ("x6-developer", chatgpt(chatgpt_node("a", None, "developer", "x")), "the role “developer”"),
    (
        "x6-no-author",
        chatgpt(chatgpt_node("a", None, "user", author=None)),
        "message 1 has no role",
    ),
    ("x6-circle", circle(), "follow each other in a circle"),
    ("x6-mapping", chatgpt(mapping=[]), "has something else than an object as “mapping”"),
    ("x6-no-mapping", chatgpt(mapping=None), "has no “mapping” with its messages"),
    ("x6-node", chatgpt(mapping={"a": 1}), "message 1 is not an object"),
    ("x6-parts", chatgpt(chatgpt_node("a", None, "user", content={"parts": "x"})), "than a list"),
    ("x6-content", chatgpt(chatgpt_node("a", None, "user", content="x")), "than an object"),
    ("x6-time", chatgpt(create_time=1e300), "has no possible time as “create_time”"),
    (
        "x6-two-prompts",
        chatgpt(
            chatgpt_node("s", None, "system", "You are a pirate."),
            chatgpt_node("p", "s", "system", "You are a king."),
            chatgpt_node("q", "p", "user", "Hello"),
        ),
        "has two system prompts",
    ),
    (
        "x6-long-prompt",
        chatgpt(
            chatgpt_node("s", None, "system", "a" * 20_001), chatgpt_node("q", "s", "user", "b")
        ),
        "The system prompt has 20,001 characters",
    ),
]


@pytest.mark.parametrize(
    ("value", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_hostile_file_is_refused_with_place_and_reason(value: Any, reason: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        read([chatgpt_with_branches(), value])

    assert reason in caught.value.title
    assert "entry 2" in caught.value.title


def test_a_conversation_deeper_than_pythons_stack_is_imported() -> None:
    nodes = [chatgpt_node("0", None, "user", "0")]
    nodes += [
        chatgpt_node(str(n), str(n - 1), "assistant" if n % 2 else "user", str(n))
        for n in range(1, 5000)
    ]
    value = chatgpt(*nodes)
    value["mapping"] = dict(reversed(value["mapping"].items()))

    record = only(read([value]))

    assert [message.text for message in record.messages] == [str(n) for n in range(5000)]
