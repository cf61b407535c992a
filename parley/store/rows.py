"""Conversations, messages, attachments and presets to rows and back: what went in comes out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping

from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.chat_settings import ChatSettings
from parley.conversation import Conversation, Message, MessageState, Preset, Role
from parley.errors import Notice

Values = dict[str, Any]


def conversation_values(owner: str, conversation: Conversation) -> Values:
    return {
        "owner": owner,
        "id": conversation.id,
        "title": conversation.title,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "endpoint": conversation.endpoint,
        "model": conversation.model,
        "leaf_id": conversation.leaf_id,
        "pinned": conversation.pinned,
        "archived": conversation.archived,
        "settings": conversation.settings.to_dict(),
    }


def conversation_from(row: RowMapping) -> Conversation:
    return Conversation(
        id=row["id"],
        title=row["title"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        endpoint=row["endpoint"],
        model=row["model"],
        leaf_id=row["leaf_id"],
        pinned=row["pinned"],
        archived=row["archived"],
        settings=ChatSettings.from_dict(row["settings"]),
    )


def message_values(owner: str, message: Message) -> Values:
    return {
        "owner": owner,
        "id": message.id,
        "conversation_id": message.conversation_id,
        "parent_id": message.parent_id,
        "role": message.role,
        "created_at": message.created_at,
        "source_id": message.source_id,
        "imported": message.imported,
        **ending_values(message),
    }


def ending_values(message: Message) -> Values:
    """What of a message is still open while it is being written."""
    return {
        "text": message.text,
        "reasoning": message.reasoning,
        "state": message.state,
        "model": message.model,
        "endpoint": message.endpoint,
        "notice": None if message.notice is None else message.notice.to_dict(),
        "tool_calls": message.tool_calls,
    }


def message_from(row: RowMapping, attachments: tuple[Attachment, ...] = ()) -> Message:
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        role=Role(row["role"]),
        text=row["text"],
        reasoning=row["reasoning"],
        state=MessageState(row["state"]),
        created_at=row["created_at"],
        model=row["model"],
        endpoint=row["endpoint"],
        notice=None if row["notice"] is None else Notice.from_dict(row["notice"]),
        tool_calls=tuple(row["tool_calls"]),
        attachments=attachments,
        source_id=row["source_id"],
        imported=row["imported"],
    )


_ROLES = {role.value: role for role in Role}
_STATES = {state.value: state for state in MessageState}
_NO_TIME = datetime.min.replace(tzinfo=UTC)


def bare_message(
    conversation_id: str, row: Sequence[Any], attachments: tuple[Attachment, ...] = ()
) -> Message:
    """From a row of `paths.to_send_on`: what a request is made of, and nothing else."""
    message_id, parent_id, role, text, reasoning, state, tool_calls = row
    return Message(
        message_id,
        conversation_id,
        parent_id,
        _ROLES[role],
        text,
        reasoning,
        _STATES[state],
        _NO_TIME,
        tool_calls=tuple(json.loads(tool_calls)),
        attachments=attachments,
    )


def file_values(owner: str, message: Message, file: AttachedFile) -> Values:
    known = file.attachment
    return {
        "owner": owner,
        "id": known.id,
        "conversation_id": message.conversation_id,
        "message_id": message.id,
        "name": known.name,
        "kind": known.kind,
        "media_type": known.media_type,
        "note": known.note,
        "chars": known.chars,
        "width": known.width,
        "height": known.height,
        "text": file.text,
        "data": file.data,
    }


def attachment_from(row: RowMapping) -> Attachment:
    return Attachment(
        id=row["id"],
        name=row["name"],
        kind=AttachmentKind(row["kind"]),
        media_type=row["media_type"],
        chars=row["chars"],
        width=row["width"],
        height=row["height"],
        note=row["note"],
    )


def file_from(row: RowMapping) -> AttachedFile:
    return AttachedFile(attachment_from(row), row["text"], row["data"])


def preset_values(owner: str, preset: Preset) -> Values:
    return {
        "owner": owner,
        "name": preset.name,
        "endpoint": preset.endpoint,
        "model": preset.model,
        "settings": preset.settings.to_dict(),
    }


def preset_from(row: RowMapping) -> Preset:
    settings = ChatSettings.from_dict(row["settings"])
    return Preset(row["name"], row["endpoint"], row["model"], settings)
