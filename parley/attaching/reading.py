"""A file that a person gives, read into what is sent. Its kind is told by its content; its name is a text to show."""

from __future__ import annotations

from parley.attaching.images import format_of, picture_of
from parley.attaching.names import shown_name, suffix_of
from parley.attaching.offered import IMAGE_SUFFIXES
from parley.attaching.pdf import is_pdf, pdf_text
from parley.attaching.text_files import checked_length, text_of
from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.conversation import new_id
from parley.errors import AttachmentRefused
from parley.limits import LIMITS

PDF_TYPE = "application/pdf"
_TEXT_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "html": "text/html",
    "htm": "text/html",
    "json": "application/json",
    "xml": "application/xml",
}
"""Everything else that is text is `text/plain`; an SVG too, which is never drawn."""


def read_file(name: str, data: bytes) -> AttachedFile:
    """A file as it is sent: an image as PNG or JPEG, everything else as its text.

    Raises:
        AttachmentRefused: too large, of a kind that is not taken, or damaged; the sentence names the file.
    """
    shown = shown_name(name)
    if len(data) > LIMITS.attachment_bytes:
        raise AttachmentRefused(
            f"“{shown}” has {len(data):,} bytes; at most {LIMITS.attachment_bytes:,} can be sent along."
        )
    if (image := format_of(data)) is not None:
        return _image(shown, data, *image)
    if is_pdf(data):
        text, note = pdf_text(shown, data)
        return _text(shown, checked_length(shown, text), PDF_TYPE, note)
    return _plain_text(shown, data)


def _image(name: str, data: bytes, image_format: str, media_type: str) -> AttachedFile:
    picture = picture_of(name, data, image_format)
    known = Attachment(
        id=new_id(),
        name=name,
        kind=AttachmentKind.IMAGE,
        media_type=media_type,
        width=picture.width,
        height=picture.height,
        note=picture.note,
    )
    return AttachedFile(known, data=picture.data)


def _plain_text(name: str, data: bytes) -> AttachedFile:
    """An error page that was saved as `photo.png` is not what its sender means."""
    suffix = suffix_of(name)
    text, note = text_of(name, data)
    if suffix in IMAGE_SUFFIXES or suffix == "pdf":
        meant = "PDF" if suffix == "pdf" else "image"
        raise AttachmentRefused(
            f"“{name}” is not the {meant} that its name says: it holds plain text.",
            advice="Look into the file; rename it to .txt if its text is what you want to send.",
        )
    return _text(name, text, _TEXT_TYPES.get(suffix, "text/plain"), note)


def _text(name: str, text: str, media_type: str, note: str) -> AttachedFile:
    known = Attachment(
        id=new_id(),
        name=name,
        kind=AttachmentKind.TEXT,
        media_type=media_type,
        chars=len(text),
        note=note,
    )
    return AttachedFile(known, text=text)
