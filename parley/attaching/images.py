"""Images as they are sent: turned upright, made smaller where they are large, without what a camera wrote beside them.

A file is never trusted: its pixels are counted before any is decoded, and the metadata (places, names) is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from parley.errors import AttachmentRefused
from parley.limits import LIMITS

MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG", "image/png"),
    (b"\xff\xd8\xff", "JPEG", "image/jpeg"),
    (b"GIF87a", "GIF", "image/gif"),
    (b"GIF89a", "GIF", "image/gif"),
)
_SHARP = ("PNG", "GIF")
"""Drawings and screenshots, which JPEG would smear."""
_MOVING = ("PNG", "GIF", "WEBP")
_QUALITIES = (85, 70)
_SHRINKING = (1.0, 0.7, 0.5)
"""Tried in turn until it is small enough; half the side of pure noise is."""
_END_OF_JPEG = b"\xff\xd9"
_BARE_JFIF = 14
"""Bytes of that header without a thumbnail."""


@dataclass(frozen=True)
class Picture:
    """An image as it is sent."""

    data: bytes
    """PNG or JPEG."""
    width: int
    height: int
    """Pixels."""
    note: str
    """What was done to it; empty when nothing that shows."""


def format_of(data: bytes) -> tuple[str, str] | None:
    """Pillow's name of the format and the media type, by the first bytes; `None` = no image that is taken."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP", "image/webp"
    return next((known for magic, *known in MAGIC if data.startswith(magic)), None)  # type: ignore[return-value]


def picture_of(name: str, data: bytes, image_format: str) -> Picture:
    """The image as it is sent.

    Raises:
        AttachmentRefused: damaged, or with more pixels than are decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=[image_format]) as opened:
            if opened.width * opened.height > LIMITS.image_pixels:
                raise _too_many_pixels(name)
            return _picture(opened, data)
    except AttachmentRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except Exception:  # noqa: BLE001 - on a broken file Pillow raises whatever its decoders stumble over
        raise AttachmentRefused(f"“{name}” is a damaged image.") from None


def _too_many_pixels(name: str) -> AttachmentRefused:
    return AttachmentRefused(
        f"“{name}” has more than {LIMITS.image_pixels:,} pixels.",
        advice="Make the image smaller and attach it again.",
    )


def _picture(opened: Image.Image, data: bytes) -> Picture:
    moving = opened.format in _MOVING and bool(getattr(opened, "is_animated", False))
    if _needs_nothing(opened, data):
        opened.load()
        return Picture(data, *opened.size, "")
    sharp, before = opened.format in _SHARP, opened.size
    upright, turned = _upright(_fitting(opened))
    encoded, width, height, was_lossless = _encoded(upright, sharp=sharp)
    before = before[::-1] if turned else before
    notes = {
        "animated: its first frame is sent": moving,
        f"resized from {before[0]:,} × {before[1]:,}": (width, height) != before,
        "sent as JPEG, because it is large": sharp and not was_lossless,
        "transparent parts sent as white": upright.mode == "RGBA" and not was_lossless,
    }
    return Picture(encoded, width, height, "; ".join(note for note, said in notes.items() if said))


def _needs_nothing(image: Image.Image, data: bytes) -> bool:
    """A JPEG that is small and bare already: each time it is encoded anew it would lose a little."""
    return (
        image.format == "JPEG"
        and image.mode in ("L", "RGB")
        and max(image.size) <= LIMITS.image_side_px
        and len(data) <= LIMITS.image_sent_bytes
        and all(_is_bare(*segment) for segment in getattr(image, "applist", ()))
        and data.endswith(_END_OF_JPEG)
        and data.count(_END_OF_JPEG) == 1
    )


def _is_bare(marker: str, content: bytes) -> bool:
    return marker == "APP0" and content.startswith(b"JFIF") and len(content) <= _BARE_JFIF


def _fitting(image: Image.Image) -> Image.Image:
    """Within the bound. What needs no conversion is not copied in full; a large JPEG is even decoded smaller."""
    is_plain = image.mode in ("L", "RGB") and not image.has_transparency_data
    plain = image if is_plain else _plain(image)
    plain.thumbnail((LIMITS.image_side_px, LIMITS.image_side_px))
    plain.load()
    return plain


def _plain(image: Image.Image) -> Image.Image:
    """In one of the modes L, RGB, and RGBA where something is transparent."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("L" if image.mode in ("1", "L") else "RGB")
    seen_through = image.convert("RGBA")
    least, _ = seen_through.getchannel("A").getextrema()
    return seen_through if least != 255 else seen_through.convert("RGB")


def _upright(image: Image.Image) -> tuple[Image.Image, bool]:
    """As it is to be looked at and without metadata; and whether width and height changed places."""
    orientation = image.getexif().get(0x0112)
    upright = ImageOps.exif_transpose(image)
    upright.info = {}
    return upright, orientation in (5, 6, 7, 8)


def _encoded(image: Image.Image, *, sharp: bool) -> tuple[bytes, int, int, bool]:
    """Bytes within the bound, width, height, and whether nothing was lost."""
    if sharp or image.mode == "RGBA":
        data = _saved(image, "PNG")
        if len(data) <= LIMITS.image_sent_bytes:
            return data, *image.size, True
    return next(
        found for found in _jpegs(_on_white(image)) if len(found[0]) <= LIMITS.image_sent_bytes
    )


def _jpegs(image: Image.Image) -> Iterator[tuple[bytes, int, int, bool]]:
    """Smaller and smaller."""
    for scale in _SHRINKING:
        smaller = image.copy()
        smaller.thumbnail((max(1, int(scale * max(image.size))),) * 2)
        for quality in _QUALITIES:
            yield _saved(smaller, "JPEG", quality=quality), *smaller.size, False


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    return white.convert("RGB")


def _saved(image: Image.Image, image_format: str, **options: int) -> bytes:
    written = io.BytesIO()
    image.save(written, image_format, **options)
    return written.getvalue()
