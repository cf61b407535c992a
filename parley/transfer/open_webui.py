"""A chat of Open WebUI's export: a tree of messages under `chat.history`, or the older shape without `chat` around it.

Sources of the shape: `docs/decisions/0013-…`.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.attachment import AttachedFile
from parley.conversation import Conversation, Message, MessageState, Record, Role, new_id
from parley.errors import Notice
from parley.transfer.content import Content, content_of, kept, picture
from parley.transfer.imported import LeftOut, record_of, settings_with
from parley.transfer.output_items import Said, said_in
from parley.transfer.part import Part, is_set, part_of
from parley.transfer.tree import Node, grow

ORIGIN = "Open WebUI"

_ROLES = ("system", "user", "assistant")
_THOUGHTS = ('<details type="reasoning"', "</details>", "</summary>")
_FAILED = Notice(
    "Imported", "This reply had failed where it comes from.", "Send the question again for a reply."
)


def open_webui_record(part: Part, left_out: LeftOut, now: datetime) -> Record | None:
    """The conversation; `None` when nobody said anything in it.

    Raises:
        ImportRefused: another shape, or a role that nobody knows.
    """
    chat = part.part("chat") or part
    history = chat.part("history")
    if history is None:
        raise part.refusal("has no “history” with its messages")
    begun = part.time("created_at", chat.time("timestamp", now))
    reader = _Reader(new_id(), begun, left_out, [])
    held = history.part("messages") or Part({}, part.where)
    nodes = {
        key: reader.node(part_of(value, f"{part.where}, message {number:,}"))
        for number, (key, value) in enumerate(held.values.items(), 1)
    }
    grown = grow(nodes, part.where)
    left_out.add("instruction within a chat", "instructions within a chat", len(grown.late_prompts))
    left_out.add_strays(grown.strays)
    asked = _asked(chat, left_out)
    conversation = Conversation(
        id=reader.conversation_id,
        title=chat.title() or part.title(),
        created_at=begun,
        updated_at=part.time("updated_at", begun),
        model=next(iter(chat.names("models")), ""),
        leaf_id=grown.ids.get(history.text("currentId")),
        pinned=part.flag("pinned"),
        archived=part.flag("archived"),
        settings=settings_with(part, (asked, *grown.prompts)),
    )
    return record_of(conversation, grown.messages, reader.files)


def _asked(chat: Part, left_out: LeftOut) -> str:
    """The system prompt of the chat; without one, that of the person when it was begun, which was sent instead."""
    params = chat.part("params") or Part({}, chat.where)
    others = [name for name, value in params.values.items() if name != "system" and is_set(value)]
    left_out.add("parameter of a chat", "parameters of chats", len(others))
    return params.text("system") or chat.text("system")


@dataclass(frozen=True)
class _Reader:
    """Reads the messages of one chat."""

    conversation_id: str
    begun: datetime
    left_out: LeftOut
    files: list[AttachedFile]

    def node(self, said: Part) -> Node:
        parent = said.text("parentId") or None
        children = tuple(one for one in said.listed("childrenIds") if isinstance(one, str))
        role = _role(said)
        if role is None:
            self.left_out.add(
                "message that does not say whose it is", "messages that do not say whose they are"
            )
            return Node(parent, None, children)
        if role not in _ROLES:
            raise said.refuse_role(role)
        content = content_of(said, self.left_out)
        if role == "system":
            return Node(parent, None, children, prompt=content.text)
        return Node(parent, self._message(said, Role(role), content), children)

    def _message(self, said: Part, role: Role, content: Content) -> Message:
        files = kept([*content.files, *self._attached(said)], self.left_out)
        self.files.extend(files)
        is_reply = role is Role.ASSISTANT
        words = self._words(said, content.text) if is_reply else Said(content.text, "", ())
        state = _state(said) if is_reply else MessageState.COMPLETE
        return Message(
            id=new_id(),
            conversation_id=self.conversation_id,
            parent_id=None,
            role=role,
            text=words.text,
            reasoning=words.reasoning,
            state=state,
            created_at=said.time("timestamp", self.begun),
            model=said.name("model") if is_reply else "",
            notice=_FAILED if state is MessageState.FAILED else None,
            tool_calls=words.tool_calls,
            attachments=tuple(file.attachment for file in files),
            imported=_receipt(said) if is_reply else None,
        )

    def _words(self, said: Part, text: str) -> Said:
        """Versions since 0.10 leave the content empty; those before write into it what the items say, and edits."""
        if text.strip():
            thoughts, answer = _apart(text)
            return Said(answer, thoughts, ())
        return said_in(said.parts("output", "item"), self.left_out)

    def _attached(self, said: Part) -> list[AttachedFile]:
        """Images lie in the file when they were pasted; everything else stays on its server."""
        found: list[AttachedFile] = []
        for file in said.parts("files", "file"):
            if file.text("type") == "image":
                found += picture(file.text("url"), f"image-{len(found) + 1}", self.left_out)
            else:
                self.left_out.add(
                    "document that is not in the file", "documents that are not in the file"
                )
        return found


def _role(said: Part) -> str | None:
    """Some versions lose the roles of messages; of those, replies alone have `done` or `output`."""
    if said.values.get("role") is not None:
        return said.text("role")
    return "assistant" if "done" in said.values or "output" in said.values else None


def _state(said: Part) -> MessageState:
    if said.values.get("error"):
        return MessageState.FAILED
    return MessageState.INTERRUPTED if said.values.get("done") is False else MessageState.COMPLETE


def _receipt(said: Part) -> dict[str, Any] | None:
    """What the server had reported, as it stands in the file; older versions called it `info`."""
    usage = said.values.get("usage") or said.values.get("info")
    if not isinstance(usage, dict):
        return None
    return {"origin": ORIGIN, "raw_usage": usage}


def _apart(text: str) -> tuple[str, str]:
    """Thoughts and answer: Open WebUI writes the thoughts into the answer, quoted and folded."""
    opening, closing, heading = _THOUGHTS
    thoughts = []
    rest = text.lstrip()
    while rest.startswith(opening) and (end := rest.find(closing)) >= 0:
        folded = rest[:end].partition(heading)[2]
        lines = (line.removeprefix(">").removeprefix(" ") for line in folded.strip().split("\n"))
        thoughts.append(html.unescape("\n".join(lines)))
        rest = rest[end + len(closing) :].lstrip()
    return ("\n\n".join(thoughts), rest) if thoughts else ("", text)
