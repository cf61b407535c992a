"""How many tokens a file will take: always an estimate (≈), because each model counts in its own way."""

from __future__ import annotations

import math

from parley.attachment import Attachment, AttachmentKind
from parley.usage import UNKNOWN, Count, State, estimated

_LARGEST_SQUARE = 2048
_SHORT_SIDE = 768
_TILE = 512
_TOKENS_PER_TILE = 170
_TOKENS_AT_LEAST = 85


def estimated_tokens(attachment: Attachment) -> Count:
    """ESTIMATED tokens of a file: text by its length, an image by its size; UNKNOWN for one of unknown size.

    Images as OpenAI documents it for GPT-4o at high detail (platform.openai.com/docs/guides/images-vision,
    "Calculating costs"): made to fit 2048 × 2048, then the short side 768; 170 tokens for each 512-pixel square, and
    85. Other models differ, by a factor of two and more.
    """
    if attachment.kind is AttachmentKind.TEXT:
        return estimated(attachment.chars)
    if not attachment.width or not attachment.height:
        return UNKNOWN
    return Count(_image_tokens(attachment.width, attachment.height), State.ESTIMATED)


def _image_tokens(width: int, height: int) -> int:
    """
    >>> _image_tokens(1024, 1024), _image_tokens(2048, 4096), _image_tokens(10, 10)
    (765, 1105, 255)
    """
    scale = min(1.0, _LARGEST_SQUARE / max(width, height))
    scale = min(scale, _SHORT_SIDE / min(width, height))
    across, down = (math.ceil(round(side * scale) / _TILE) for side in (width, height))
    return _TOKENS_AT_LEAST + _TOKENS_PER_TILE * max(1, across) * max(1, down)
