"""From a conversation and a new text to the turn that goes out: which messages are sent, and where they are kept.

What the reader sees and what the model is sent differ in two ways only, both here: reasoning is never sent back,
and a question whose reply failed without a word is not sent again (its text was given back to the composer).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from parley.attempt import Turn
from parley.catalog.model import Model
from parley.conversation import (
    Conversation,
    Message,
    MessageState,
    Role,
    new_id,
    title_from,
)
from parley.endpoint import Endpoint
from parley.errors import PromptRefused
from parley.gateway import ChatCall
from parley.limits import LIMITS
from parley.pricing.price import Price


def checked_prompt(text: str) -> str:
    """The text as it will be sent: unaltered, but for what no request can carry.

    Raises:
        PromptRefused: nothing in it that could be read, or too long.
    """
    cleaned = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if not any(char.isprintable() and not char.isspace() for char in cleaned):
        raise PromptRefused("The message is empty.", advice="Type something and send it.")
    if len(cleaned) > LIMITS.prompt_chars:
        raise PromptRefused(
            f"The message has {len(cleaned):,} characters; at most {LIMITS.prompt_chars:,} can be sent."
        )
    return cleaned


def next_turn(
    owner: str,
    conversation: Conversation | None,
    history: Sequence[Message],
    text: str,
    endpoint: Endpoint,
    model: Model,
    price_of: Callable[[str], Price | None] | None = None,
) -> Turn:
    """The turn that sends `text` after `history` (the active path, oldest first).

    Raises:
        PromptRefused: the text cannot be sent.
    """
    prompt = checked_prompt(text)
    started = conversation or new_conversation(prompt, endpoint, model)
    kept = _without_failed_twin(history, prompt)
    user = Message(
        id=new_id(),
        conversation_id=started.id,
        parent_id=kept[-1].id if kept else None,
        role=Role.USER,
        text=prompt,
    )
    turn = reply_to(owner, started, kept, user, endpoint, model, is_new=conversation is None)
    return replace(turn, price_of=price_of)


def reply_to(
    owner: str,
    conversation: Conversation,
    before: Sequence[Message],
    user: Message,
    endpoint: Endpoint,
    model: Model,
    *,
    is_new: bool,
) -> Turn:
    """The turn in which `model` answers `user`."""
    sent = wire_messages([*before, user])
    reply = Message(
        id=new_id(),
        conversation_id=conversation.id,
        parent_id=user.id,
        role=Role.ASSISTANT,
        text="",
        state=MessageState.STREAMING,
        model=model.id,
        endpoint=endpoint.name,
    )
    return Turn(
        owner=owner,
        user=user,
        reply=reply,
        endpoint=endpoint,
        call=ChatCall(model.id, tuple(sent)),
        composition=composition_of(sent, user.text),
        price=model.price,
        context_window=model.context_window,
        new_conversation=conversation if is_new else None,
    )


def new_conversation(prompt: str, endpoint: Endpoint, model: Model) -> Conversation:
    now = datetime.now(UTC)
    return Conversation(new_id(), title_from(prompt), now, now, endpoint.name, model.id)


def wire_messages(path: Sequence[Message]) -> list[dict[str, str]]:
    """The messages of a request, in order.

    Two questions in a row (the first was stopped before a word came) go out as one message: many chat
    templates refuse two turns of one role.
    """
    sent: list[dict[str, str]] = []
    for message in _sendable(path):
        if sent and sent[-1]["role"] == message.role.value:
            sent[-1]["content"] += "\n\n" + message.text
        else:
            sent.append({"role": message.role.value, "content": message.text})
    return sent


def composition_of(sent: Sequence[Mapping[str, str]], new_text: str) -> dict[str, int]:
    """Characters of a request by where they come from."""
    system = sum(len(message["content"]) for message in sent if message["role"] == Role.SYSTEM)
    everything = sum(len(message["content"]) for message in sent)
    new = len(new_text)
    return {"system": system, "history": everything - system - new, "attachments": 0, "new": new}


def is_wordless(reply: Message) -> bool:
    """It ended without an answer, so its question is to be asked again, not to be built upon."""
    return (
        reply.role is Role.ASSISTANT
        and reply.state in (MessageState.FAILED, MessageState.COMPLETE)
        and not reply.text.strip()
        and not reply.tool_calls
    )


def leaves_nothing(reply: Message) -> bool:
    """Not even a thought came: its question is given back to the reader, and not sent along any more."""
    return is_wordless(reply) and not reply.reasoning.strip()


def _sendable(path: Sequence[Message]) -> list[Message]:
    given_back = {reply.parent_id for reply in path if leaves_nothing(reply)}
    return [message for message in path if message.text.strip() and message.id not in given_back]


def _without_failed_twin(history: Sequence[Message], prompt: str) -> list[Message]:
    """The history without a last turn that failed on this very text: sending it again replaces it."""
    kept = list(history)
    if len(kept) >= 2 and is_wordless(kept[-1]) and kept[-2].text == prompt:
        return kept[:-2]
    return kept
