"""From the messages of a conversation to those of a request: what is sent, what is left out, how long it is.

What the reader sees and what the model is sent differ in three ways only, all here: reasoning is never sent back,
a question whose reply failed without a word is not sent again, and a conversation may be told to send its end alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.attaching import estimated_tokens, message_content
from parley.attachment import AttachedFile, AttachmentKind
from parley.conversation import Message, Role, leaves_nothing
from parley.usage import CHARS_PER_TOKEN

WireMessage = dict[str, Any]
Contents = Mapping[str, AttachedFile]
"""Attached files by the id of their attachment."""


def wire_messages(
    path: Sequence[Message],
    *,
    system_prompt: str = "",
    contents: Contents | None = None,
    at_most: int | None = None,
) -> list[WireMessage]:
    """The messages of a request for a path; `at_most` sends only so many of the last ones."""
    return wire_of(sendable(path, at_most), system_prompt=system_prompt, contents=contents)


def wire_of(
    sent: Sequence[Message], *, system_prompt: str = "", contents: Contents | None = None
) -> list[WireMessage]:
    """The same for messages that `sendable` let through.

    Two questions in a row (the first was stopped before a word came) go out as one message: many chat
    templates refuse two turns of one role.
    """
    wire: list[WireMessage] = []
    if system_prompt:
        wire.append({"role": Role.SYSTEM.value, "content": system_prompt})
    for message in sent:
        role = _NAMES[message.role]
        content = _content(message, contents or {}) if message.attachments else message.text
        if wire and wire[-1]["role"] == role:
            wire[-1]["content"] = _joined(wire[-1]["content"], content)
        else:
            wire.append({"role": role, "content": content})
    return wire


_NAMES = {role: role.value for role in Role}


def sendable(path: Sequence[Message], at_most: int | None = None) -> list[Message]:
    """The messages that go out. The first of them is a question: an answer to nothing helps no model."""
    given_back = {reply.parent_id for reply in path if leaves_nothing(reply)}
    whole = [
        message
        for message in path
        if message.id not in given_back and (message.attachments or message.text.strip())
    ]
    if at_most is None or len(whole) <= at_most:
        return whole
    end = whole[-at_most:]
    first_question = next((n for n, one in enumerate(end) if one.role is Role.USER), 0)
    return end[first_question:]


def composition_of(
    sent: Sequence[WireMessage],
    before: Sequence[Message],
    user: Message,
    *,
    system_prompt: str = "",
    contents: Contents | None = None,
) -> dict[str, int]:
    """Characters of a request by where they come from; an image counts as its estimated tokens, in characters.

    `before` are the messages that are sent besides `user`.
    """
    everything = sum(_chars(message["content"]) for message in sent)
    system, new = len(system_prompt), len(user.text)
    history = sum(len(message.text) for message in before)
    names = {known.id for message in (*before, user) for known in message.attachments}
    images = [
        file.attachment
        for known, file in (contents or {}).items()
        if known in names and file.attachment.kind is AttachmentKind.IMAGE
    ]
    pictured = sum((estimated_tokens(image).value or 0) * CHARS_PER_TOKEN for image in images)
    attached = max(0, everything - system - history - new) if names else 0
    if not names:
        history = max(0, everything - system - new)
    return {
        "system": system,
        "history": history,
        "attachments": attached + round(pictured),
        "new": new,
    }


def _content(message: Message, contents: Contents) -> str | list[dict[str, Any]]:
    files = [contents[known.id] for known in message.attachments if known.id in contents]
    return message_content(message.text, files) if files else message.text


def _joined(
    first: str | list[dict[str, Any]], second: str | list[dict[str, Any]]
) -> str | list[dict[str, Any]]:
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*_parts(first), *_parts(second)]


def _parts(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _chars(content: str | list[dict[str, Any]]) -> int:
    if isinstance(content, str):
        return len(content)
    return sum(len(part.get("text", "")) for part in content)
