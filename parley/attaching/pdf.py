"""The text of a PDF, read by `pdf_text.py` in a process of its own, which is ended after some seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from parley.errors import AttachmentRefused
from parley.limits import LIMITS

MAGIC = b"%PDF-"

_READER = (sys.executable, "-P", str(Path(__file__).with_name("pdf_text.py")))
_ENVIRONMENT = {"PYTHONUTF8": "1"}
"""All that the reader gets to see: the app's own environment may hold keys."""
_REASONS = {
    "locked": "is locked with a password",
    "cipher": "is encrypted in a way that Parley does not read",
    "damaged": "is a damaged PDF",
    "empty": "is a PDF without pages",
    "pages": "has {number:,} pages; at most {pages:,} are read",
    "chars": "has more than {chars:,} characters of text, which is the most that can be sent",
    "slow": "could not be read within {seconds:g} seconds",
    "textless": "has no text on its pages: it may be scanned",
}
_ADVICE = {
    "locked": "Save a copy without the password and attach that.",
    "cipher": "Open it, print it into a new PDF, and attach that.",
    "textless": "Attach pictures of the pages, for a model that takes images.",
}


def is_pdf(data: bytes) -> bool:
    return data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(MAGIC)


def pdf_text(name: str, data: bytes) -> tuple[str, str]:
    """The text of all pages, a blank line between two, and a note on pages without text.

    Raises:
        AttachmentRefused: locked, damaged, without text, too long, or too slow to read.
    """
    answer = _answer(data)
    texts = [_clean(text) for text in answer.get("texts", ())]
    refused = answer.get("refused") or (None if any(texts) else "textless")
    if refused == "textless" and answer.get("unread"):
        refused = "damaged"
    if refused:
        raise _refusal(name, refused, answer.get("number", 0))
    unread = answer["unread"]
    without = texts.count("") - unread
    notes = [
        f"{_pages(number, len(texts))} {said}"
        for number, said in ((without, "without text"), (unread, "that could not be read"))
        if number
    ]
    return "\n\n".join(text for text in texts if text), "; ".join(notes)


def _pages(number: int, of: int) -> str:
    return f"{number:,} of {of:,} pages"


def _clean(text: str) -> str:
    """Without what no request can carry: fonts may name any code as a letter."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


def _answer(data: bytes) -> dict[str, Any]:
    try:
        reader = subprocess.run(
            (*_READER, str(LIMITS.pdf_pages), str(LIMITS.prompt_chars)),
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            timeout=LIMITS.pdf_read_s,
            check=True,
        )
        answer: dict[str, Any] = json.loads(reader.stdout)
        return answer
    except subprocess.TimeoutExpired:
        return {"refused": "slow"}
    except (subprocess.SubprocessError, OSError, ValueError):
        return {"refused": "damaged"}


def _refusal(name: str, why: str, number: int) -> AttachmentRefused:
    reason = _REASONS[why].format(
        number=number,
        pages=LIMITS.pdf_pages,
        chars=LIMITS.prompt_chars,
        seconds=LIMITS.pdf_read_s,
    )
    return AttachmentRefused(f"“{name}” {reason}.", advice=_ADVICE.get(why))
