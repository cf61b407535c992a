"""From a conversation and what a person wants to the turn that goes out, and where its messages are kept.

A turn hangs below a message of the tree: a new text below the end of the path, an edited one beside the message that
it replaces, a second answer beside the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from parley.attaching import takes_images
from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.attempt import Turn
from parley.catalog.model import Model
from parley.chat_settings import ChatSettings
from parley.conversation import (
    Conversation,
    Message,
    MessageState,
    Role,
    is_wordless,
    new_id,
    title_from,
)
from parley.endpoint import Endpoint
from parley.errors import AttachmentRefused, PromptRefused
from parley.gateway import ChatCall
from parley.limits import LIMITS
from parley.pricing.price import Price
from parley.request_messages import Contents, composition_of, sendable, wire_of
from parley.setting_checks import checked


@dataclass(frozen=True)
class Target:
    """Who is asked, and with which settings."""

    endpoint: Endpoint
    model: Model
    settings: ChatSettings = field(default_factory=ChatSettings)
    price_of: Callable[[str], Price | None] | None = None
    """The price of another model of the endpoint, should one answer."""
    zone: tzinfo = UTC
    """Of the reader, whose days and months budgets are for."""
    despite_budget: bool = False
    """The reader said that this one may exceed a budget."""


def checked_prompt(text: str, *, has_files: bool = False) -> str:
    """The text as it will be sent: unaltered, but for what no request can carry.

    Raises:
        PromptRefused: nothing in it that could be read (and no file beside it), or too long.
    """
    cleaned = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if not has_files and not any(char.isprintable() and not char.isspace() for char in cleaned):
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
    target: Target,
    *,
    files: Sequence[AttachedFile] = (),
    contents: Contents | None = None,
) -> Turn:
    """The turn that sends `text` after `history` (a path from the root, oldest first).

    `contents` are the files that the history carries.

    Raises:
        PromptRefused, SettingRefused, AttachmentRefused: it cannot be sent.
    """
    prompt = checked_prompt(text, has_files=bool(files))
    _check_files(prompt, files)
    started = conversation or new_conversation(prompt, files, target)
    kept = _without_failed_twin(history, prompt, files)
    user = Message(
        id=new_id(),
        conversation_id=started.id,
        parent_id=kept[-1].id if kept else None,
        role=Role.USER,
        text=prompt,
        attachments=tuple(file.attachment for file in files),
    )
    known = {**(contents or {}), **{file.attachment.id: file for file in files}}
    turn = answer(owner, [*kept, user], target, contents=known)
    return replace(
        turn,
        user=user,
        files=tuple(files),
        new_conversation=started if conversation is None else None,
    )


def answer(
    owner: str, path: Sequence[Message], target: Target, *, contents: Contents | None = None
) -> Turn:
    """The turn in which the model answers the question at the end of a path, perhaps not for the first time.

    Raises:
        SettingRefused: a setting that no endpoint could take.
        AttachmentRefused: an image, to a model that takes none.
    """
    settings, user = checked(target.settings, target.endpoint), path[-1]
    going = sendable(path, settings.sent_messages)
    _check_images(going, target.model)
    prompt = settings.system_prompt
    sent = wire_of(going, system_prompt=prompt, contents=contents)
    before = [one for one in going if one.id != user.id]
    reply = Message(
        id=new_id(),
        conversation_id=user.conversation_id,
        parent_id=user.id,
        role=Role.ASSISTANT,
        text="",
        state=MessageState.STREAMING,
        model=target.model.id,
        endpoint=target.endpoint.name,
    )
    return Turn(
        owner=owner,
        user=None,
        reply=reply,
        endpoint=target.endpoint,
        call=ChatCall(target.model.id, tuple(sent), settings.parameters(target.endpoint)),
        composition=composition_of(sent, before, user, system_prompt=prompt, contents=contents),
        price=target.model.price,
        price_of=target.price_of,
        context_window=target.model.context_window,
        longest_output=target.model.value("max_output_tokens"),
        zone=target.zone,
        despite_budget=target.despite_budget,
    )


def _check_files(prompt: str, files: Sequence[AttachedFile]) -> None:
    if len(files) > LIMITS.attachments:
        raise AttachmentRefused(
            f"{len(files)} files are too many: at most {LIMITS.attachments} go with one message."
        )
    chars = len(prompt) + sum(file.attachment.chars for file in files)
    if chars > LIMITS.prompt_chars:
        raise AttachmentRefused(
            f"Message and files have {chars:,} characters; at most {LIMITS.prompt_chars:,} can be sent."
        )


def _check_images(sent: Sequence[Message], model: Model) -> None:
    """Only where the model is known to take none; nothing is left out without a word."""
    files = [known for message in sent for known in message.attachments]
    has_images = any(known.kind is AttachmentKind.IMAGE for known in files)
    if has_images and takes_images(model) is False:
        raise AttachmentRefused(
            f"{model.id} takes no images, and this conversation holds one.",
            advice="Choose a model that takes images, or leave the image out.",
        )


def new_conversation(prompt: str, files: Sequence[AttachedFile], target: Target) -> Conversation:
    """Titled by its first message, or by the name of the file that stands alone."""
    now = datetime.now(UTC)
    words = prompt if prompt.strip() or not files else files[0].attachment.name
    return Conversation(
        new_id(),
        title_from(words),
        now,
        now,
        target.endpoint.name,
        target.model.id,
        settings=target.settings,
    )


def _without_failed_twin(
    history: Sequence[Message], prompt: str, files: Sequence[AttachedFile]
) -> list[Message]:
    """The history without a last turn that failed on this very text and files: sending it again replaces it."""
    kept = list(history)
    if len(kept) < 2 or not is_wordless(kept[-1]):
        return kept
    before, now = kept[-2].attachments, [file.attachment for file in files]
    is_twin = kept[-2].text == prompt and [_look(one) for one in before] == [
        _look(one) for one in now
    ]
    return kept[:-2] if is_twin else kept


def _look(attachment: Attachment) -> tuple[object, ...]:
    """All but the id, which is new for every message."""
    return attachment.name, attachment.chars, attachment.width, attachment.height
