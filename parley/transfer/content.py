"""The content of a message in OpenAI's shape: a text, or a list of parts with texts and images.

An image is taken when it is in the file itself, as a data URL, and passes the same door as one that a person attaches.
An address is never fetched.
"""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from parley.attaching import read_file
from parley.attachment import AttachedFile, AttachmentKind
from parley.errors import AttachmentRefused
from parley.limits import LIMITS
from parley.transfer.imported import LeftOut
from parley.transfer.part import Part

_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
_TEXT_PARTS = ("text", "input_text", "output_text")
_IMAGE_PARTS = ("image_url", "input_image")
_BASE64 = ";base64"


@dataclass(frozen=True)
class Content:
    text: str
    files: tuple[AttachedFile, ...] = ()


def content_of(part: Part, left_out: LeftOut) -> Content:
    """The content of a message, whatever of it can be kept.

    Raises:
        ImportRefused: neither text nor a list of parts.
    """
    given = part.values.get("content")
    if not isinstance(given, list):
        return Content(part.text("content"))
    texts: list[str] = []
    files: list[AttachedFile] = []
    for piece in part.parts("content", "part"):
        kind = piece.text("type")
        if kind in _TEXT_PARTS:
            texts.append(piece.text("text"))
        elif kind in _IMAGE_PARTS:
            files += picture(_address(piece), f"image-{len(files) + 1}", left_out)
        elif kind == "refusal":
            texts.append(piece.text("refusal"))
        else:
            left_out.add(
                "part that is neither text nor image", "parts that are neither text nor image"
            )
    return Content("\n\n".join(text for text in texts if text), kept(files, left_out))


def picture(address: str, name: str, left_out: LeftOut) -> list[AttachedFile]:
    """The image of a data URL, as if it had been attached here; none when it cannot be kept."""
    head, comma, data = address.partition(",")
    suffix = _SUFFIXES.get(head.removeprefix("data:").removesuffix(_BASE64).lower())
    if not comma or not head.startswith("data:") or not head.endswith(_BASE64) or not suffix:
        left_out.add("image that is not in the file", "images that are not in the file")
        return []
    with suppress(AttachmentRefused, binascii.Error):
        file = read_file(f"{name}.{suffix}", base64.b64decode(data, validate=True))
        if file.attachment.kind is AttachmentKind.IMAGE:
            return [file]
    left_out.add("image that cannot be read", "images that cannot be read")
    return []


def kept(files: list[AttachedFile], left_out: LeftOut) -> tuple[AttachedFile, ...]:
    """As many as one message may have."""
    left_out.add(
        "file beyond those that one message may have",
        "files beyond those that one message may have",
        max(0, len(files) - LIMITS.attachments),
    )
    return tuple(files[: LIMITS.attachments])


def _address(piece: Part) -> str:
    """Chat Completions wraps the address in an object, Responses does not."""
    found: Any = piece.values.get("image_url")
    if isinstance(found, dict):
        found = found.get("url")
    return found if isinstance(found, str) else ""
