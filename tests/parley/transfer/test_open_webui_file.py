"""Open WebUI's export: trees of messages, images that were pasted, prompts, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.errors import ImportRefused
from tests.parley.transfer.files import only, open_webui, open_webui_message, read, said
from tests.parley.transfer.files import open_webui_greeting as greeting
from tests.parley.transfer.files import open_webui_reply as reply


def test_branches_flags_times_and_models_come_along() -> None:
    imported = read([greeting()])

    record = only(imported)
    asked, first, second = record.messages
    assert imported.kind == "Open WebUI"
    assert imported.left_out == ()
    assert said(record) == [
        ("user", "Hello, how are you?"),
        ("assistant", "I'm doing well!"),
        ("assistant", "Fine."),
    ]
    assert (first.parent_id, second.parent_id) == (asked.id, asked.id)
    assert (first.model, second.model) == ("llama3.2", "qwen3")
    assert record.conversation.leaf_id == first.id
    assert record.conversation.title == "Greeting"
    assert record.conversation.model == "llama3.2"
    assert record.conversation.pinned
    assert not record.conversation.archived
    assert record.conversation.created_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert record.conversation.updated_at == datetime.fromtimestamp(1_700_000_005, UTC)


def test_the_older_shape_without_chat_around_it_is_read() -> None:
    imported = read(
        [
            {
                "title": "Quick Chat",
                "history": {
                    "currentId": "msg-1",
                    "messages": {
                        "msg-1": {
                            "id": "msg-1",
                            "parentId": None,
                            "childrenIds": [],
                            "role": "user",
                            "content": "Hello!",
                        }
                    },
                },
            }
        ]
    )

    record = only(imported)
    assert said(record) == [("user", "Hello!")]
    assert record.conversation.title == "Quick Chat"


def test_siblings_stand_in_the_order_of_their_parents_list() -> None:
    value = greeting()
    held = value["chat"]["history"]["messages"]
    held["m1"]["childrenIds"] = ["m3", "m2"]
    value["chat"]["history"]["messages"] = {key: held[key] for key in ("m2", "m3", "m1")}

    record = only(read([value]))

    assert [message.text for message in record.messages][1:] == ["Fine.", "I'm doing well!"]


def test_x9_the_system_prompt_of_a_chat_becomes_that_of_the_conversation() -> None:
    value = greeting()
    value["chat"]["params"] = {"system": "Be brief."}

    record = only(read([value]))

    assert record.conversation.settings.system_prompt == "Be brief."


def test_x9_the_persons_own_system_prompt_holds_where_the_chat_has_none() -> None:
    own, none = greeting(), greeting()
    own["chat"] |= {"system": "Be long.", "params": {"system": "Be brief."}}
    none["chat"] |= {"system": "Be long.", "params": {"system": ""}}

    records = read([own, none]).records

    assert [one.conversation.settings.system_prompt for one in records] == ["Be brief.", "Be long."]


def test_parameters_of_a_chat_are_counted() -> None:
    value = greeting()
    value["chat"]["params"] = {"temperature": 0, "stop": [], "seed": None, "system": "Be brief."}

    assert read([value]).left_out == ("1 parameter of a chat",)


def test_times_in_milliseconds_are_read_as_such() -> None:
    chat = reply("Because.", timestamp=1_700_000_005_250)["chat"]

    record = only(read([chat]))

    assert record.conversation.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    moment = datetime(2023, 11, 14, 22, 13, 25, 250_000, tzinfo=UTC)
    assert record.messages[1].created_at == moment


def test_documents_and_images_elsewhere_are_counted() -> None:
    value = open_webui(
        open_webui_message(
            "m1",
            None,
            "user",
            "Look",
            files=[
                {"type": "file", "name": "a.pdf", "id": "f"},
                {"type": "image", "url": "https://evil.example/x.png"},
                {"type": "image", "url": "data:image/svg+xml;base64,PHN2Zz4="},
                {"type": "image", "url": "data:image/png;base64,%%%"},
            ],
        )
    )

    imported = read([value])

    assert only(imported).files == ()
    assert imported.left_out == (
        "1 document that is not in the file",
        "2 images that are not in the file",
        "1 image that cannot be read",
    )


def test_x8_user_share_and_folder_of_a_file_are_ignored() -> None:
    record = only(read([greeting(user_id="somebody", share_id="evil", folder_id="evil")]))

    assert "somebody" not in repr(record)
    assert "evil" not in repr(record)


def with_history(history: Any) -> dict[str, Any]:
    value = greeting()
    value["chat"]["history"] = history
    return value


def two_prompts() -> dict[str, Any]:
    value = open_webui(
        open_webui_message("s", None, "system", "You are a king."),
        open_webui_message("q", "s", "user", "Hello"),
    )
    value["chat"]["params"] = {"system": "You are a pirate."}
    return value


REFUSED: list[tuple[str, Any, str]] = [
    ("x6-role", open_webui(open_webui_message("a", None, "tool", "x")), "has the role “tool”"),
    ("x6-no-role", open_webui(open_webui_message("a", None, "", "x")), "message 1 has no role"),
    ("x6-history", with_history([]), "has something else than an object as “history”"),
    ("x6-no-history", with_history(None), "has no “history” with its messages"),
    ("x6-messages", with_history({"messages": []}), "has something else than an object"),
    ("x6-message", with_history({"messages": {"a": 1}}), "message 1 is not an object"),
    ("x6-content", open_webui(open_webui_message("a", None, "user", 7)), "else than text"),
    ("x6-files", open_webui(open_webui_message("a", None, "user", "", files={})), "than a list"),
    (
        "x6-circle",
        open_webui(open_webui_message("a", "a", "user", "x")),
        "follow each other in a circle",
    ),
    ("x6-time", greeting(created_at="yesterday"), "has no possible time as “created_at”"),
    ("x6-models", {"chat": {"models": [{}], "history": {}}}, "than short texts in “models”"),
    ("x6-output", reply("", output={}), "has something else than a list as “output”"),
    ("x6-item", reply("", output=[7]), "message 2, item 1 is not an object"),
    ("x6-two-prompts", two_prompts(), "has two system prompts"),
]


@pytest.mark.parametrize(
    ("value", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_hostile_file_is_refused_with_place_and_reason(value: Any, reason: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        read([greeting(), value])

    assert reason in caught.value.title
    assert "entry 2" in caught.value.title
