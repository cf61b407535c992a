"""Files to import, in the shapes of their sources, and records to export."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PIL import Image

from parley.attaching import read_file
from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.chat_settings import ChatSettings
from parley.conversation import LedgerEntry, Message, Record, Role
from parley.transfer import Imported, export_json, read_import
from tests.parley.store.turns import (
    conversation,
    ended,
    full_outcome_of,
    full_request_for,
    question,
    reply_to,
)


def drawn(width: int = 3, height: int = 4) -> bytes:
    """A picture as a person may attach it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(file, "PNG")
    return file.getvalue()


PICTURE = replace(
    read_file("a.png", drawn()), attachment=replace(read_file("a.png", drawn()).attachment, id="f2")
)


def read(value: Any) -> Imported:
    """A file with this JSON, or with these bytes."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_import(io.BytesIO(data))


def only(imported: Imported) -> Record:
    (record,) = imported.records
    return record


def exported(*records: Record) -> bytes:
    return b"".join(export_json(records))


def own(*records: Record) -> list[dict[str, Any]]:
    """What an export writes, as values to spoil."""
    values: list[dict[str, Any]] = json.loads(exported(*records))
    return values


def without_ids(data: bytes) -> bytes:
    """The same bytes with the n-th id in place of each id."""
    found = [one for entry in json.loads(data) for one in (entry, *entry["messages"])]
    for number, one in enumerate(found):
        data = data.replace(one["id"].encode(), f"<{number}>".encode())
    return data


def said(record: Record) -> list[tuple[str, str]]:
    return [(message.role.value, message.text) for message in record.messages]


def full_record() -> Record:
    """Two branches, two files, settings, and a reply with everything that the ledger knows."""
    thread = conversation("Plans: ![x](http://a) für “München”")
    asked = question(thread, text="Why?\n\n“so”")
    first, second = ended(reply_to(asked)), ended(reply_to(asked), "Therefore.")
    again = replace(question(thread, first, text="And then?"), attachments=())
    files = (
        AttachedFile(
            Attachment("f1", "notes.txt", AttachmentKind.TEXT, "text/plain", chars=5, note="cut"),
            text="notes",
        ),
        PICTURE,
    )
    asked = replace(asked, attachments=tuple(file.attachment for file in files))
    request = full_request_for(second)
    settings = ChatSettings(
        "Be brief.", temperature=0.25, stop=("END", "\n"), extra_body={"top_k": 3}
    )
    return Record(
        replace(thread, settings=settings, leaf_id=second.id, pinned=True, archived=True),
        (asked, first, again, second),
        files,
        (LedgerEntry(request, full_outcome_of(request)),),
    )


def plain_record(*texts: str) -> Record:
    """Question and answer in turn."""
    thread = conversation()
    messages: list[Message] = []
    for number, text in enumerate(texts):
        role = Role.ASSISTANT if number % 2 else Role.USER
        parent = messages[-1] if messages else None
        messages.append(replace(question(thread, parent, text), role=role))
    return Record(thread, tuple(messages))


def chatgpt_node(
    key: str, parent: str | None, role: str = "", text: str = "", **more: Any
) -> dict[str, Any]:
    """As in ChatGPT's conversations.json; `more` goes into the message."""
    message: dict[str, Any] | None = None
    if role:
        message = {
            "id": key,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": 1_700_000_000.25,
            "update_time": None,
            "content": {"content_type": "text", "parts": [text]},
            "status": "finished_successfully",
            "end_turn": True,
            "weight": 1.0,
            "metadata": {"model_slug": "gpt-4o"} if role == "assistant" else {},
            "recipient": "all",
            **more,
        }
    return {"id": key, "message": message, "parent": parent, "children": []}


def chatgpt(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    mapping = {node["id"]: node for node in nodes}
    for node in nodes:
        if node["parent"] in mapping:
            mapping[node["parent"]]["children"].append(node["id"])
    return {
        "title": "Trip to Rome",
        "create_time": 1_700_000_000.0,
        "update_time": 1_700_000_100.5,
        "mapping": mapping,
        "moderation_results": [],
        "current_node": nodes[-1]["id"] if nodes else None,
        "plugin_ids": None,
        "conversation_id": "c0ffee",
        "conversation_template_id": None,
        "gizmo_id": None,
        "is_archived": False,
        "safe_urls": [],
        "default_model_slug": "gpt-4o",
        "id": "c0ffee",
        **more,
    }


def chatgpt_with_branches() -> dict[str, Any]:
    """A question that was edited once, the second answered twice; the first answer is shown last of all."""
    return chatgpt(
        chatgpt_node("root", None),
        chatgpt_node("sys", "root", "system", ""),
        chatgpt_node("q1", "sys", "user", "Where?"),
        chatgpt_node("a1", "q1", "assistant", "In Rome."),
        chatgpt_node("q2", "sys", "user", "Where exactly?"),
        chatgpt_node("a2", "q2", "assistant", "At the Forum."),
        chatgpt_node("a3", "q2", "assistant", "On the Palatine."),
        current_node="a2",
    )


def open_webui_message(
    key: str, parent: str | None, role: str, content: Any, **more: Any
) -> dict[str, Any]:
    model = (
        {"model": "llama3.2", "modelName": "llama3.2", "done": True} if role == "assistant" else {}
    )
    return {
        "id": key,
        "parentId": parent,
        "childrenIds": [],
        "role": role,
        "content": content,
        "timestamp": 1_700_000_000,
        **model,
        **more,
    }


def open_webui(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """As in Open WebUI's export of all chats; `more` stands beside `chat`."""
    held = {message["id"]: message for message in messages}
    for message in messages:
        if message["parentId"] in held:
            held[message["parentId"]]["childrenIds"].append(message["id"])
    return {
        "id": "chat-1",
        "user_id": "somebody-else",
        "title": "Greeting",
        "chat": {
            "id": "",
            "title": "Greeting",
            "models": ["llama3.2"],
            "params": {},
            "history": {"messages": held, "currentId": messages[-1]["id"] if messages else None},
            "messages": list(messages),
            "tags": [],
            "timestamp": 1_700_000_000_000,
        },
        "updated_at": 1_700_000_005,
        "created_at": 1_700_000_000,
        "share_id": None,
        "archived": False,
        "pinned": True,
        "meta": {"tags": ["greeting"]},
        "folder_id": None,
        **more,
    }


def open_webui_greeting(**more: Any) -> dict[str, Any]:
    """A question with two answers; the first is shown."""
    value = open_webui(
        open_webui_message("m1", None, "user", "Hello, how are you?"),
        open_webui_message("m2", "m1", "assistant", "I'm doing well!"),
        open_webui_message("m3", "m1", "assistant", "Fine.", model="qwen3"),
        **more,
    )
    value["chat"]["history"]["currentId"] = "m2"
    return value


def open_webui_reply(content: str, **more: Any) -> dict[str, Any]:
    return open_webui(
        open_webui_message("m1", None, "user", "Why?"),
        open_webui_message("m2", "m1", "assistant", content, **more),
    )


def places(value: Any) -> list[Callable[[Any], None]]:
    """A setter for each value anywhere inside."""
    found: list[Callable[[Any], None]] = []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(inner):
        found.append(lambda new, key=key: value.__setitem__(key, new))  # type: ignore[misc]
        if isinstance(each, dict | list):
            found += places(each)
    return found
