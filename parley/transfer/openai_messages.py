"""The messages of OpenAI's Chat Completions as a file, in and out: one path of texts and images, the prompt first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from parley.attaching import message_content
from parley.attachment import AttachedFile
from parley.conversation import Conversation, Message, Record, Role, new_id
from parley.transfer.active_path import active_path
from parley.transfer.content import Content, content_of
from parley.transfer.imported import LeftOut, record_of, settings_with
from parley.transfer.part import Part
from parley.transfer.tree import Node, grow

_ROLES = ("system", "user", "assistant", "tool", "function")


def export_openai_messages(record: Record) -> bytes:
    """The shown path as a JSON list of messages. Nothing of receipts, thoughts and other branches fits into it."""
    files = {file.attachment.id: file for file in record.files}
    prompt = record.conversation.settings.system_prompt
    messages: list[dict[str, Any]] = [{"role": "system", "content": prompt}] if prompt else []
    for message in active_path(record):
        content = _content(message, files)
        if content:
            messages.append({"role": message.role.value, "content": content})
    text = json.dumps(messages, ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "replace")


def _content(message: Message, files: Mapping[str, AttachedFile]) -> str | list[dict[str, Any]]:
    attached = [files[known.id] for known in message.attachments if known.id in files]
    return message_content(message.text, attached) if attached else message.text


@dataclass
class OpenAiMessages:
    """Takes the messages of one conversation, one after the other."""

    now: datetime
    left_out: LeftOut
    model: str = ""
    conversation_id: str = field(default_factory=new_id)
    nodes: dict[str, Node] = field(default_factory=dict)
    files: list[AttachedFile] = field(default_factory=list)

    def add(self, said: Part) -> None:
        """The next message.

        Raises:
            ImportRefused: a role that nobody knows, a second system prompt, or one after the beginning.
        """
        role = said.text("role")
        if role not in _ROLES:
            raise said.refuse_role(role)
        content = content_of(said, self.left_out)
        if role == "system":
            self._check_prompt(said)
        last = next(reversed(self.nodes), None)
        self.nodes[str(len(self.nodes))] = self._node(said, role, content, last)

    def record(self, part: Part) -> Record | None:
        """The conversation; `None` when nobody said anything in it."""
        grown = grow(self.nodes, part.where)
        settings = settings_with(part, grown.prompts)
        conversation = Conversation(
            self.conversation_id, "", self.now, self.now, model=self.model, settings=settings
        )
        return record_of(conversation, grown.messages, self.files)

    def _check_prompt(self, said: Part) -> None:
        prompts = [node for node in self.nodes.values() if node.prompt]
        if prompts:
            raise said.refusal("is a second system prompt", "Keep one; nothing was imported.")
        if any(node.message for node in self.nodes.values()):
            raise said.refusal(
                "is a system prompt after the beginning",
                "Put it first or take it out; nothing was imported.",
            )

    def _node(self, said: Part, role: str, content: Content, last: str | None) -> Node:
        if role == "system":
            return Node(last, None, prompt=content.text)
        if role in ("tool", "function"):
            self.left_out.add("message of a tool", "messages of tools")
            return Node(last, None)
        called = _called(said)
        if not content.text.strip() and not content.files and not called:
            return Node(last, None)
        self.files += content.files
        message = Message(
            new_id(),
            self.conversation_id,
            None,
            Role(role),
            content.text,
            created_at=self.now,
            model=self.model if role == "assistant" else "",
            tool_calls=called,
            attachments=tuple(file.attachment for file in content.files),
        )
        return Node(last, message)


def _called(said: Part) -> tuple[str, ...]:
    """Names of the tools that a reply asked for."""
    calls: Sequence[Part] = said.parts("tool_calls", "tool call")
    functions = [call.part("function") for call in calls]
    return tuple(function.name("name") for function in functions if function is not None)
