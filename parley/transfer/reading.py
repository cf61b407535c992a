"""Reads a file with conversations: tells by its content where it comes from, and gives it whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from parley.conversation import Record
from parley.errors import ImportRefused
from parley.limits import LIMITS, MEGABYTE
from parley.transfer.chatgpt import chatgpt_record
from parley.transfer.cutting import cut
from parley.transfer.imported import Imported, LeftOut
from parley.transfer.open_webui import ORIGIN as OPEN_WEBUI
from parley.transfer.open_webui import open_webui_record
from parley.transfer.openai_messages import OpenAiMessages
from parley.transfer.own_export import MARK
from parley.transfer.own_import import own_record
from parley.transfer.part import Part, is_set, part_of
from parley.transfer.strict_json import strict_value

PARLEY, CHATGPT, OPENAI = "Parley", "ChatGPT", "OpenAI messages"

READABLE = "Choose an export of Parley, ChatGPT or Open WebUI, or a list of OpenAI messages."


def read_import(file: BinaryIO) -> Imported:
    """All conversations of a file that can be sought in.

    Raises:
        ImportRefused: too large, another kind of file, or anything in it that cannot be kept: what, where, and what
            to do. Then nothing of the file is to be kept.
    """
    _check_size(file)
    reading = _Reading(datetime.now(UTC))
    for line, text in cut(file):
        reading.take(line, strict_value(text, line))
    return reading.result()


def kind_of(values: dict[str, object]) -> str | None:
    """Where an object of the outermost list comes from; `None` = nothing that can be read."""
    if MARK in values:
        return PARLEY
    if "mapping" in values:
        return CHATGPT
    if "chat" in values or "history" in values:
        return OPEN_WEBUI
    return OPENAI if "role" in values or "messages" in values else None


def _check_size(file: BinaryIO) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > LIMITS.import_bytes:
        raise ImportRefused(
            f"The file has {size / MEGABYTE:,.0f} MB; "
            f"at most {LIMITS.import_bytes // MEGABYTE:,} MB can be imported.",
            advice="Export fewer conversations at once; nothing was imported.",
        )


@dataclass
class _Reading:
    """What has been read so far."""

    now: datetime
    kind: str | None = None
    left_out: LeftOut = field(default_factory=LeftOut)
    records: list[Record] = field(default_factory=list)
    loose: OpenAiMessages | None = None
    """Messages that stand in the outermost list themselves: one conversation."""
    taken: int = 0
    messages: int = 0

    def take(self, line: int, value: object) -> None:
        self.taken += 1
        part = part_of(value, f"Line {line:,}, entry {self.taken:,}")
        kind = kind_of(dict(part.values))
        if kind is None:
            raise part.refusal("is no conversation that Parley can read", READABLE)
        if self.kind not in (None, kind):
            raise part.refusal("is of another kind than what comes before it")
        self.kind = kind
        if kind == OPENAI and "role" in part.values:
            self._take_loose(part)
        else:
            self._keep(self._record(kind, part))

    def result(self) -> Imported:
        if self.loose is not None:
            self._keep(self.loose.record(Part({}, "The file")))
        if not self.records:
            raise ImportRefused("The file holds no conversation.", advice=READABLE)
        return Imported(self.kind or "", tuple(self._in_order()), self.left_out.in_words())

    def _in_order(self) -> list[Record]:
        """The one that was written to last comes last, as in our own files: it will be the first of the list."""
        if self.kind == PARLEY:
            return self.records
        return sorted(self.records, key=lambda record: record.conversation.updated_at)

    def _record(self, kind: str, part: Part) -> Record | None:
        if kind == PARLEY:
            return own_record(part, self.now)
        if kind == OPENAI:
            return self._request(part)
        read: Callable[[Part, LeftOut, datetime], Record | None]
        read = chatgpt_record if kind == CHATGPT else open_webui_record
        return read(part, self.left_out, self.now)

    def _request(self, part: Part) -> Record | None:
        """Messages as the body of a request has them, or a line of a data set."""
        others = set(part.values) - {"messages", "model"}
        number = sum(is_set(part.values[name]) for name in others)
        self.left_out.add("parameter of a request", "parameters of requests", number)
        said = OpenAiMessages(self.now, self.left_out, part.name("model"))
        for message in part.parts("messages", "message"):
            said.add(message)
        return said.record(part)

    def _take_loose(self, part: Part) -> None:
        self.loose = self.loose or OpenAiMessages(self.now, self.left_out)
        self.loose.add(part)
        self._count(1)

    def _keep(self, record: Record | None) -> None:
        if record is None:
            self.left_out.add("conversation without a message", "conversations without a message")
            return
        if self.loose is None:
            self._count(len(record.messages))
        self.records.append(record)

    def _count(self, messages: int) -> None:
        self.messages += messages
        if self.messages > LIMITS.import_messages:
            raise ImportRefused(
                f"The file has more than {LIMITS.import_messages:,} messages.",
                advice="Export fewer conversations at once; nothing was imported.",
            )
