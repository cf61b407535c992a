"""A conversation of Parley's own file, read back under new ids. A receipt in it stays what the file says.

Owner, base URL and key are no names that this looks for: nothing connects anywhere because of a file.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field, replace
from datetime import datetime

from parley.attaching import read_file
from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.chat_settings import ChatSettings
from parley.conversation import (
    Conversation,
    Message,
    MessageState,
    Record,
    Role,
    new_id,
    title_from,
)
from parley.errors import DETAIL_MAX_CHARS, AttachmentRefused, Notice, SettingRefused
from parley.limits import LIMITS
from parley.transfer.imported import ONE_PROMPT, sendable
from parley.transfer.nesting import deep
from parley.transfer.own_export import DEEP_SETTINGS, MARK, VERSION
from parley.transfer.part import Part
from parley.transfer.tree import Grown, Node, grow

MAX_NOTICE_CHARS = 4 * DETAIL_MAX_CHARS


def own_record(part: Part, now: datetime) -> Record:
    """The conversation.

    Raises:
        ImportRefused: another version, another shape, or anything that could not be kept as it stands.
    """
    _check_version(part)
    begun = part.time("created_at", now)
    reader = _Reader(new_id(), begun)
    nodes: dict[str, Node] = {}
    for said in part.parts("messages", "message"):
        key = said.name("id")
        if not key or key in nodes:
            raise said.refusal("has the id of another one" if key else "has no id")
        nodes[key] = reader.node(said)
    _check_parents(part, nodes)
    grown = grow(nodes, part.where)
    title = part.title() or title_from(next((one.text for one in grown.messages), ""))
    conversation = Conversation(
        id=reader.conversation_id,
        title=title,
        created_at=begun,
        updated_at=part.time("updated_at", begun),
        endpoint=part.name("endpoint"),
        model=part.name("model"),
        leaf_id=grown.ids.get(part.text("leaf_id")),
        pinned=part.flag("pinned"),
        archived=part.flag("archived"),
        settings=_settings(part, grown),
    )
    return Record(conversation, grown.messages, tuple(reader.files))


def _check_version(part: Part) -> None:
    version = part.values.get(MARK)
    if version == VERSION and type(version) is int:
        return
    if type(version) is int and version > VERSION:
        raise part.refusal(
            f"was written by a newer Parley (format {version:,}; this one reads {VERSION})",
            "Update Parley; nothing was imported.",
        )
    raise part.refusal("has a format that no Parley wrote")


def _check_parents(part: Part, nodes: dict[str, Node]) -> None:
    for number, node in enumerate(nodes.values(), 1):
        if node.parent is not None and node.parent not in nodes:
            raise part.refusal(
                f"has a message ({number:,}) whose “parent_id” is none of its messages"
            )


def _settings(part: Part, grown: Grown) -> ChatSettings:
    given = part.part("settings")
    values = dict(given.values) if given else {}
    try:
        for name in DEEP_SETTINGS:
            values[name] = deep(values.get(name), f"“{name}”")
    except SettingRefused as refused:
        raise part.refusal(f"has settings that cannot be kept: {refused.title[:-1]}") from None
    set_values = {name: value for name, value in values.items() if value is not None}
    prompts = [*grown.prompts, *grown.late_prompts]
    if len(prompts) > 1 or (prompts and values.get("system_prompt")):
        raise part.refusal("has two system prompts", ONE_PROMPT)
    if prompts:
        set_values["system_prompt"] = prompts[0]
    return sendable(part, ChatSettings.from_dict(set_values))


@dataclass(frozen=True)
class _Reader:
    """Reads the messages of one conversation."""

    conversation_id: str
    begun: datetime
    files: list[AttachedFile] = field(default_factory=list)

    def node(self, said: Part) -> Node:
        role = said.text("role")
        if role not in list(Role):
            raise said.refuse_role(role)
        parent = said.name("parent_id") or None
        if role == Role.SYSTEM:
            return Node(parent, None, prompt=said.text("text"))
        return Node(parent, self._message(said, Role(role)))

    def _message(self, said: Part, role: Role) -> Message:
        files = self._attached(said)
        receipt = said.part("receipt")
        return Message(
            id=new_id(),
            conversation_id=self.conversation_id,
            parent_id=None,
            role=role,
            text=said.text("text"),
            reasoning=said.text("reasoning"),
            state=_state(said),
            created_at=said.time("created_at", self.begun),
            model=said.name("model"),
            endpoint=said.name("endpoint"),
            notice=_notice(said),
            tool_calls=said.names("tool_calls"),
            attachments=tuple(file.attachment for file in files),
            imported=None if receipt is None else dict(receipt.values),
        )

    def _attached(self, said: Part) -> list[AttachedFile]:
        parts = said.parts("attachments", "attachment")
        if len(parts) > LIMITS.attachments:
            raise said.refusal(f"has more than {LIMITS.attachments} attachments")
        files = [_file(part) for part in parts]
        self.files.extend(files)
        return files


def _state(said: Part) -> MessageState:
    """Nobody writes a reply of a file any more."""
    given = said.text("state") or MessageState.COMPLETE
    if given not in list(MessageState):
        raise said.refusal("has a “state” that Parley does not know")
    state = MessageState(given)
    return MessageState.INTERRUPTED if state is MessageState.STREAMING else state


def _notice(said: Part) -> Notice | None:
    """Shown as plain text. A suggestion would become a button, so none is taken from a file."""
    given = said.part("notice")
    if given is None:
        return None
    names = ("kind", "title", "advice", "detail")
    return Notice.from_dict({name: given.text(name, MAX_NOTICE_CHARS) for name in names})


def _file(part: Part) -> AttachedFile:
    kind = part.text("kind")
    if kind not in list(AttachmentKind):
        raise part.refusal("is of a “kind” that Parley does not know")
    name, note = part.name("name"), part.text("note", LIMITS.prompt_chars)
    if kind == AttachmentKind.IMAGE:
        image = _image(part)
        known = replace(image.attachment, name=name, note=note or image.attachment.note)
        return replace(image, attachment=known)
    text = part.text("text", LIMITS.prompt_chars)
    media_type = part.name("media_type")
    known = Attachment(new_id(), name, AttachmentKind.TEXT, media_type, len(text), note=note)
    return AttachedFile(known, text)


def _image(part: Part) -> AttachedFile:
    """Through the same door as one that a person attaches; what came from there passes it unaltered."""
    try:
        data = base64.b64decode(part.text("data", 2 * LIMITS.attachment_bytes), validate=True)
        file = read_file("image", data)
    except (binascii.Error, ValueError):
        raise part.refusal("has “data” that is not base64") from None
    except AttachmentRefused as refused:
        raise part.refusal(f"cannot be kept: {refused.title[:-1]}") from None
    if file.attachment.kind is not AttachmentKind.IMAGE:
        raise part.refusal("is no image")
    return file
