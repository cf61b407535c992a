"""A file that was sent along with a message: what is known of it, and what of it goes to the model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AttachmentKind(StrEnum):
    """How a file reaches the model."""

    IMAGE = "image"
    """As a data URL."""
    TEXT = "text"
    """As text in the message: text, code, CSV, what a PDF says."""


@dataclass(frozen=True)
class Attachment:
    """What a page needs to know of a file."""

    id: str
    name: str
    """As the person's computer calls it; outside text."""
    kind: AttachmentKind
    media_type: str
    """`image/png`, `text/csv`, `application/pdf` …: of the file as it came."""
    chars: int = 0
    """Length of the text that is sent; 0 for an image."""
    width: int | None = None
    """Pixels, as sent."""
    height: int | None = None
    note: str = ""
    """What was done to it on the way: resized, cut, pages without text."""


@dataclass(frozen=True)
class AttachedFile:
    """An attachment with its content."""

    attachment: Attachment
    text: str = ""
    data: bytes = b""
    """The image as it is sent."""
