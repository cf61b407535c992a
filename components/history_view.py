"""What one tab has chosen in its history: how much of it is shown, what is being renamed, what was just deleted."""

from __future__ import annotations

from dataclasses import dataclass

STEP = 50
"""So many conversations are listed at first, and more each time that more are asked for."""


@dataclass(frozen=True)
class Deleted:
    """A conversation that can be brought back."""

    conversation_id: str
    title: str


@dataclass(frozen=True)
class HistoryView:
    """Kept for the tab, beside the widgets."""

    shown: int = STEP
    renaming: str | None = None
    """Id of the conversation whose name is being changed."""
    refused: str = ""
    """Why its new name was not taken."""
    deleted: Deleted | None = None
