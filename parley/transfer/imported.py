"""What an import brings: whole conversations under new ids, and in words what of the file could not be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from parley.attachment import AttachedFile
from parley.chat_settings import FORMATS, ChatSettings
from parley.conversation import Conversation, Message, Record, title_from
from parley.errors import ImportRefused, SettingRefused
from parley.limits import LIMITS
from parley.setting_checks import checked
from parley.transfer.part import Part
from parley.typed_json import check_object

ONE_PROMPT = "Keep one of them; nothing was imported."


@dataclass(frozen=True)
class Imported:
    """A file that was read."""

    kind: str
    """Where it comes from, such as "ChatGPT"."""
    records: tuple[Record, ...]
    """Nothing in them is known to the store yet."""
    left_out: tuple[str, ...] = ()
    """What could not be kept, one short phrase each: "2 messages of tools"."""

    @property
    def message_count(self) -> int:
        return sum(len(record.messages) for record in self.records)


@dataclass
class LeftOut:
    """Counts what could not be kept, by what it is."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, one: str, many: str, number: int = 1) -> None:
        """`one` and `many` are the words for it: "message of a tool", "messages of tools"."""
        self.counts[one, many] += number

    def add_strays(self, number: int) -> None:
        self.counts[
            "link to a message that is not in the file",
            "links to messages that are not in the file",
        ] += number

    def in_words(self) -> tuple[str, ...]:
        return tuple(
            f"{number:,} {one if number == 1 else many}"
            for (one, many), number in self.counts.items()
            if number
        )


def settings_with(part: Part, prompts: Iterable[str]) -> ChatSettings:
    """The settings of a conversation that has this system prompt and nothing else.

    Raises:
        ImportRefused: two different ones, or one that cannot be sent.
    """
    different = list(dict.fromkeys(prompt for prompt in prompts if prompt.strip()))
    if len(different) > 1:
        raise part.refusal("has two system prompts", ONE_PROMPT)
    return sendable(part, ChatSettings(different[0] if different else ""))


def sendable(part: Part, settings: ChatSettings) -> ChatSettings:
    """The settings, when an endpoint could take them.

    A JSON schema is only seen to be an object that can be kept: holding it against its rules takes a process of its
    own, which a file with thousands of them must not start. That is done before it is sent.

    Raises:
        ImportRefused: the first that none could take.
    """
    asked, schema = settings.response_format, settings.json_schema
    try:
        if schema is not None:
            check_object(schema, "The JSON schema")
        if asked not in (None, *FORMATS):
            raise SettingRefused("The response format is none that Parley knows.")
        rest = checked(replace(settings, response_format=None, json_schema=None))
    except SettingRefused as refused:
        raise ImportRefused(f"{part.where}: {refused.title}") from None
    return replace(rest, response_format=asked, json_schema=schema)


def record_of(
    conversation: Conversation, messages: tuple[Message, ...], files: Iterable[AttachedFile] = ()
) -> Record | None:
    """The conversation with its messages, named by its first words when it has no title; `None` without messages.

    Raises:
        ImportRefused: a message that became longer than one may be when its parts were joined.
    """
    if not messages:
        return None
    first = next((message.text for message in messages if message.text.strip()), "")
    named = replace(conversation, title=conversation.title or title_from(first))
    _check_lengths(named.title, messages)
    return Record(named, messages, tuple(files))


def _check_lengths(title: str, messages: tuple[Message, ...]) -> None:
    """Our own export of it has to come in again, and there each text has this bound."""
    for number, message in enumerate(messages, 1):
        longest = max(len(message.text), len(message.reasoning))
        if longest > LIMITS.reply_chars:
            raise ImportRefused(
                f"Message {number:,} of “{title[:60]}” has {longest:,} characters "
                f"with its parts together; at most {LIMITS.reply_chars:,} fit."
            )
