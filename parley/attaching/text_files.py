"""Bytes to text: by byte order mark, as UTF-8, or by a guess that is told. What is not text is refused."""

from __future__ import annotations

import codecs
import unicodedata

from charset_normalizer import from_bytes

from parley.errors import AttachmentRefused
from parley.limits import LIMITS

_MARKS = (
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_GUESSED = ("cp1252", "cp1251", "cp1253", "cp932", "gb18030", "big5", "euc_kr", "euc_jp")
"""Of all that are known a short text would fit dozens; these are what files are written in."""
_ENCODING_NAMES = {
    "cp1252": "Windows-1252",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp932": "Shift JIS",
}

_REPLACED = "\ufffd"
_MOST_BROKEN = 0.1
"""Of the letters beyond ASCII."""
_LOOKED_AT = 100_000
_MOST_UNREADABLE = 0.05
_TEXTUAL_CONTROLS = "\t\n\r\f\v\x1b\x08\x1a"
"""Tabs, ends of lines and of files, and what terminals colour and strike with."""

_KNOWN_FORMATS = (
    (b"PK\x03\x04", "a ZIP archive, as files of Word, Excel and PowerPoint are"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "a file of an older Word, Excel or PowerPoint"),
    (b"\x1f\x8b", "a compressed file"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
)
_BOX_FORMATS = ((b"heic", "a HEIC image"), (b"mif1", "a HEIC image"), (b"avif", "an AVIF image"))


def text_of(name: str, data: bytes) -> tuple[str, str]:
    """The text of a file, and a note when its encoding was guessed.

    Raises:
        AttachmentRefused: not text, empty, or longer than a message may be.
    """
    text, note = _decoded(name, data)
    if not text.strip():
        raise AttachmentRefused(f"“{name}” is empty.")
    return checked_length(name, text), note


def checked_length(name: str, text: str) -> str:
    """The text itself.

    Raises:
        AttachmentRefused: longer than a message may be; nothing is cut without a word.
    """
    if len(text) > LIMITS.prompt_chars:
        raise AttachmentRefused(
            f"“{name}” has {len(text):,} characters; at most {LIMITS.prompt_chars:,} can be sent."
        )
    return text


def _decoded(name: str, data: bytes) -> tuple[str, str]:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or "utf-8")
        if _reads_as_text(text):
            return text, ""
    except UnicodeDecodeError:
        if marked is None and (found := _almost_utf8(data) or _guessed(data)) is not None:
            return found
    raise _not_text(name, data)


def _almost_utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8 but for a few places: a log that was cut within a letter. Any other encoding breaks at nearly each."""
    text = data.decode("utf-8", "replace")
    broken = text.count(_REPLACED) - data.count(_REPLACED.encode())
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    if broken > whole * _MOST_BROKEN or not _reads_as_text(text):
        return None
    places = "1 place that is" if broken == 1 else f"{broken:,} places that are"
    return text, f"{places} not UTF-8: sent as {_REPLACED}"


def _guessed(data: bytes) -> tuple[str, str] | None:
    if b"\x00" in data:
        return None
    best = from_bytes(data, cp_isolation=list(_GUESSED)).best()
    if best is None or not _reads_as_text(text := str(best)):
        return None
    encoding = _ENCODING_NAMES.get(best.encoding, best.encoding.upper())
    return text, f"not UTF-8: read as {encoding}, which is a guess"


def _reads_as_text(text: str) -> bool:
    """Without NUL, and its beginning almost free of characters that no text has."""
    beginning = text[:_LOOKED_AT]
    strange = sum(_is_strange(char) for char in beginning)
    return "\x00" not in text and strange <= len(beginning) * _MOST_UNREADABLE


def _is_strange(char: str) -> bool:
    return char not in _TEXTUAL_CONTROLS and unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs")


def _not_text(name: str, data: bytes) -> AttachmentRefused:
    known = [what for mark, what in _KNOWN_FORMATS if data.startswith(mark)]
    if data[4:8] == b"ftyp":
        known += [what for brand, what in _BOX_FORMATS if data[8:12] == brand]
    if not known:
        return AttachmentRefused(f"“{name}” is neither text, nor PDF, nor an image that is taken.")
    advice = "Save it as PNG or JPEG" if "image" in known[0] else "Save it as PDF, CSV or text"
    return AttachmentRefused(f"“{name}” is {known[0]}.", advice=f"{advice} and attach that.")
