"""A conversation of ChatGPT's `conversations.json`: nodes with parent and children under `mapping`.

What the reader of ChatGPT saw is kept, on every branch. What it said to its tools and to itself is left out and
counted; its thoughts go to the reply that they led to. Sources of the shape: `docs/decisions/0013-…`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parley.conversation import Conversation, Message, MessageState, Record, Role, new_id
from parley.transfer.imported import LeftOut, record_of, settings_with
from parley.transfer.part import Part, part_of
from parley.transfer.tree import Node, grow

_ROLES = ("system", "user", "assistant", "tool")
_NOT_SAID = (
    "user_editable_context",
    "model_editable_context",
    "reasoning_recap",
    "system_error",
)
_NEVER_FINISHED = ("in_progress", "finished_partial_completion")


def chatgpt_record(part: Part, left_out: LeftOut, now: datetime) -> Record | None:
    """The conversation; `None` when nobody said anything in it.

    Raises:
        ImportRefused: another shape, or a role that nobody knows.
    """
    mapping = part.part("mapping")
    if mapping is None:
        raise part.refusal("has no “mapping” with its messages")
    reader = _Reader(new_id(), part.time("create_time", now), left_out)
    nodes = {
        key: reader.node(part_of(value, f"{part.where}, message {number:,}"))
        for number, (key, value) in enumerate(mapping.values.items(), 1)
    }
    grown = grow(nodes, part.where)
    left_out.add("instruction within a chat", "instructions within a chat", len(grown.late_prompts))
    left_out.add_strays(grown.strays)
    models = [one.model for one in grown.messages if one.model]
    conversation = Conversation(
        id=reader.conversation_id,
        title=part.title(),
        created_at=reader.begun,
        updated_at=part.time("update_time", reader.begun),
        model=models[-1] if models else part.name("default_model_slug"),
        leaf_id=grown.ids.get(part.text("current_node")),
        archived=part.flag("is_archived"),
        settings=settings_with(part, grown.prompts),
    )
    return record_of(conversation, grown.messages)


@dataclass(frozen=True)
class _Reader:
    """Reads the nodes of one conversation."""

    conversation_id: str
    begun: datetime
    left_out: LeftOut

    def node(self, node: Part) -> Node:
        parent = node.text("parent") or None
        children = tuple(one for one in node.listed("children") if isinstance(one, str))
        said = node.part("message")
        if said is None:
            return Node(parent, None, children)
        role = _role(said)
        content = said.part("content") or Part({}, said.where)
        if content.text("content_type") == "thoughts":
            return Node(parent, None, children, _thoughts(content))
        text = self._text(content)
        if not text.strip() or not self._is_shown(said, content, role):
            return Node(parent, None, children)
        if role == "system":
            return Node(parent, None, children, prompt=text)
        return Node(parent, self._message(said, role, text), children)

    def _message(self, said: Part, role: str, text: str) -> Message:
        metadata = said.part("metadata") or Part({}, said.where)
        unfinished = said.text("status") in _NEVER_FINISHED
        return Message(
            id=new_id(),
            conversation_id=self.conversation_id,
            parent_id=None,
            role=Role(role),
            text=text,
            state=MessageState.INTERRUPTED if unfinished else MessageState.COMPLETE,
            created_at=said.time("create_time", self.begun),
            model=metadata.name("model_slug") if role == "assistant" else "",
        )

    def _is_shown(self, said: Part, content: Part, role: str) -> bool:
        metadata = said.part("metadata") or Part({}, said.where)
        if role == "tool":
            self.left_out.add("message of a tool", "messages of tools")
        elif role == "assistant" and said.text("recipient") not in ("", "all"):
            self.left_out.add("call of a tool", "calls of tools")
        elif (
            metadata.flag("is_visually_hidden_from_conversation")
            or content.text("content_type") in _NOT_SAID
        ):
            self.left_out.add("message that ChatGPT hides", "messages that ChatGPT hides")
        else:
            return True
        return False

    def _text(self, content: Part) -> str:
        """Parts are texts, or objects that point to a file elsewhere in the archive."""
        if content.text("content_type") == "code":
            return f"```{_language(content)}\n{content.text('text')}\n```"
        texts = []
        for piece in content.listed("parts"):
            if isinstance(piece, str):
                texts.append(piece)
            elif isinstance(piece, dict) and isinstance(piece.get("text"), str):
                texts.append(piece["text"])
            elif piece is not None:
                self.left_out.add(
                    "image or file that is not in the file",
                    "images or files that are not in the file",
                )
        return "\n\n".join(text for text in texts if text) or content.text("text")


def _role(said: Part) -> str:
    author = said.part("author") or Part({}, said.where)
    role = author.text("role")
    if role not in _ROLES:
        raise said.refuse_role(role)
    return role


def _language(content: Part) -> str:
    """Of a block of code; a word, or it could end the fence's line."""
    language = content.name("language")
    return language if language.isalnum() and language != "unknown" else ""


def _thoughts(content: Part) -> str:
    thoughts = content.parts("thoughts", "thought")
    texts = [thought.text("content") or thought.text("summary") for thought in thoughts]
    return "\n\n".join(text for text in texts if text)
