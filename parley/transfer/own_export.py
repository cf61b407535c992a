"""Conversations as Parley's own file: JSON with a version, all branches, attachments and receipts.

The same conversations give the same bytes. What an import ignores is not written: owner, base URLs, keys.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from parley.attachment import AttachedFile, AttachmentKind
from parley.chat_settings import ChatSettings
from parley.conversation import Message, MessageState, Record
from parley.errors import Notice
from parley.transfer.nesting import dumped, shallow
from parley.transfer.part import one_title
from parley.transfer.receipts import Values, by_reply, receipt_of, written

VERSION = 1
MARK = "parley_export"
"""Stands in every conversation, with the version of the format."""

DEEP_SETTINGS = ("json_schema", "extra_body")

_UNKEPT = re.compile("[\ud800-\udfff]|\0")


def export_json(records: Iterable[Record]) -> Iterator[bytes]:
    """The file in pieces: a list with one conversation per line, each taken when its turn comes."""
    opening = "[\n"
    for record in records:
        yield f"{opening}{dumped(_cleaned(_conversation(record)))}".encode()
        opening = ",\n"
    yield b"[]\n" if opening == "[\n" else b"\n]\n"


def _conversation(record: Record) -> Values:
    conversation = record.conversation
    calls = by_reply(record.calls)
    files = {file.attachment.id: file for file in record.files}
    return {
        MARK: VERSION,
        "id": conversation.id,
        "title": one_title(conversation.title),
        "created_at": written(conversation.created_at),
        "updated_at": written(conversation.updated_at),
        "endpoint": conversation.endpoint,
        "model": conversation.model,
        "leaf_id": conversation.leaf_id,
        "pinned": conversation.pinned,
        "archived": conversation.archived,
        "settings": _settings(conversation.settings),
        "messages": [
            {**_message(message, files), "receipt": receipt_of(message, calls)}
            for message in record.messages
        ],
    }


def _settings(settings: ChatSettings) -> Values:
    values = settings.to_dict()
    return values | {name: shallow(values[name]) for name in DEEP_SETTINGS if name in values}


def _message(message: Message, files: Mapping[str, AttachedFile]) -> Values:
    """A reply that is still being written is an interrupted one in the file: no more of it will come there."""
    is_open = message.state is MessageState.STREAMING
    return {
        "id": message.id,
        "parent_id": message.parent_id,
        "role": message.role,
        "text": message.text,
        "reasoning": message.reasoning,
        "state": MessageState.INTERRUPTED if is_open else message.state,
        "created_at": written(message.created_at),
        "model": message.model,
        "endpoint": message.endpoint,
        "notice": None if message.notice is None else _notice(message.notice),
        "tool_calls": list(message.tool_calls),
        "attachments": [
            _attachment(files[known.id]) for known in message.attachments if known.id in files
        ],
    }


def _notice(notice: Notice) -> Values:
    """Without its suggestion: a page offers that as a button, and a file must not put one there."""
    return {name: text for name, text in notice.to_dict().items() if name != "suggestion"}


def _attachment(file: AttachedFile) -> Values:
    known = file.attachment
    is_image = known.kind is AttachmentKind.IMAGE
    return {
        "name": known.name,
        "kind": known.kind,
        "media_type": known.media_type,
        "width": known.width,
        "height": known.height,
        "note": known.note,
        "text": file.text,
        "data": base64.b64encode(file.data).decode("ascii") if is_image else "",
    }


def _cleaned(value: Any) -> Any:
    """What no reader of JSON would give back as it was: the store keeps neither, so this is rare."""
    if isinstance(value, str):
        return _UNKEPT.sub(lambda found: "" if found[0] == "\0" else "\ufffd", value)
    if isinstance(value, Mapping):
        return {_cleaned(name): _cleaned(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
