"""The content of a message with its files, as an OpenAI-compatible endpoint takes it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

from parley.attachment import AttachedFile, AttachmentKind

_PNG = b"\x89PNG"


def message_content(text: str, files: Sequence[AttachedFile]) -> str | list[dict[str, Any]]:
    """The text with the files before it; with images among them a list of parts, of `text` and of `image_url`.

    Without images it stays a plain string, because many servers take nothing else.
    """
    blocks = [_block(file) for file in files if file.attachment.kind is AttachmentKind.TEXT]
    whole = "\n\n".join([*blocks, text] if text else blocks)
    images = [_image(file) for file in files if file.attachment.kind is AttachmentKind.IMAGE]
    if not images:
        return whole
    # Some servers refuse a text part that is empty.
    return [*([{"type": "text", "text": whole}] if whole else []), *images]


def _block(file: AttachedFile) -> str:
    """The file in a fence that nothing in it can close."""
    longest = max((len(run) for run in re.findall("`+", file.text)), default=0)
    fence = "`" * max(3, longest + 1)
    end = "" if file.text.endswith("\n") else "\n"
    return f"File {file.attachment.name}:\n{fence}\n{file.text}{end}{fence}"


def _image(file: AttachedFile) -> dict[str, Any]:
    """An image is sent as PNG or JPEG whatever it came as, so its own first bytes say which."""
    media_type = "image/png" if file.data.startswith(_PNG) else "image/jpeg"
    address = f"data:{media_type};base64,{base64.b64encode(file.data).decode('ascii')}"
    return {"type": "image_url", "image_url": {"url": address}}
