"""Names of exported files: a slug of the title with the beginning of the id, harmless on every system."""

from __future__ import annotations

import re
import unicodedata

SLUG_CHARS = 40
ID_CHARS = 8


def file_name(title: str, conversation_id: str, suffix: str) -> str:
    r"""Letters and digits that run from left to right, dashes between them; `suffix` without its dot.

    >>> file_name("../../Plans for\r\nMünchen?", "0a1b2c3d4e5f", "md")
    'plans-for-münchen-0a1b2c3d.md'
    >>> file_name("مرحبا", "0a1b2c3d4e5f", "json")
    'conversation-0a1b2c3d.json'
    """
    folded = unicodedata.normalize("NFKC", title[: 8 * SLUG_CHARS]).casefold()
    words = unicodedata.normalize("NFC", "".join(_kept(char) for char in folded))
    slug = re.sub("-+", "-", words)[:SLUG_CHARS].strip("-") or "conversation"
    short_id = re.sub("[^0-9A-Za-z]", "", conversation_id)[:ID_CHARS]
    return f"{slug}-{short_id}.{suffix}" if short_id else f"{slug}.{suffix}"


def _kept(char: str) -> str:
    runs_right = unicodedata.bidirectional(char) in ("L", "EN")
    return char if char.isalnum() and runs_right else "-"
