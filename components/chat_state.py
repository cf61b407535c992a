"""The part of a tab's state that belongs to the open chat: settings of a new one, waiting files, what is open."""

from __future__ import annotations

from typing import Any

from parley.attachment import AttachedFile
from parley.chat_settings import ChatSettings
from parley.errors import Notice
from parley.store import Deleted

COMPOSER = "composer"


class ChatState:
    """Typed access to those values; `Session` says where they are kept."""

    flash: Notice | None

    def __init__(self, values: Any) -> None:
        self._values = values

    @property
    def draft_settings(self) -> ChatSettings:
        """The settings of a new chat, until its first message makes a conversation of it."""
        settings: ChatSettings = self._values.get("draft_settings", ChatSettings())
        return settings

    @draft_settings.setter
    def draft_settings(self, settings: ChatSettings) -> None:
        self._values["draft_settings"] = settings

    @property
    def pending_files(self) -> tuple[AttachedFile, ...]:
        """Files that go with the next message: those of one that was not sent, or that failed."""
        files: tuple[AttachedFile, ...] = self._values.get("pending_files", ())
        return files

    @pending_files.setter
    def pending_files(self, files: tuple[AttachedFile, ...]) -> None:
        self._values["pending_files"] = files

    @property
    def panel(self) -> tuple[str, str] | None:
        """What is open under a message: the name of the panel and the message's id."""
        opened: tuple[str, str] | None = self._values.get("panel")
        return opened

    @panel.setter
    def panel(self, opened: tuple[str, str] | None) -> None:
        self._values["panel"] = opened

    @property
    def settings_open(self) -> bool:
        """Whether the panel is on the page."""
        return bool(self._values.get("settings_open"))

    @settings_open.setter
    def settings_open(self, is_open: bool) -> None:
        self._values["settings_open"] = is_open

    @property
    def is_writing_long(self) -> bool:
        """Whether the editor for a long message is on the page."""
        return bool(self._values.get("is_writing_long"))

    @is_writing_long.setter
    def is_writing_long(self, is_open: bool) -> None:
        self._values["is_writing_long"] = is_open

    @property
    def undo_delete(self) -> tuple[Deleted, ...]:
        """What was deleted from the open conversation, the last deletion last."""
        undo: tuple[Deleted, ...] = self._values.get("undo_delete", ())
        return undo

    @undo_delete.setter
    def undo_delete(self, undo: tuple[Deleted, ...]) -> None:
        self._values["undo_delete"] = undo

    @property
    def returned_question(self) -> str | None:
        """The question that was put back into the box, as long as it may stand there."""
        return self._text("returned_question")

    @returned_question.setter
    def returned_question(self, message_id: str | None) -> None:
        self._values["returned_question"] = message_id

    def closing_panel(self, notice: Notice | None) -> None:
        """After an action on a message: nothing is open under it, and what stood in the way is told."""
        self.panel = None
        self.flash = notice

    def clear_box(self) -> None:
        """Take out what was given back, because it is on its way now; for callbacks."""
        self._values[COMPOSER] = ""
        self._values["pending_files"] = ()
        self._values["returned_question"] = None

    def _text(self, key: str) -> str | None:
        value = self._values.get(key)
        return value if isinstance(value, str) and value else None
