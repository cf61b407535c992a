"""The only reader of PDFs: the text of each page. A script for a process of its own.

A PDF is a program: it can keep its reader busy for ever or fill the memory, and nothing in the same process could
stop it. So this runs apart (`parley/attaching/pdf.py`), bounds itself, and imports nothing of Parley.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError

LONGEST_S = 60
"""Longer than any asker waits: an app that was killed leaves nothing behind that runs for ever."""
MOST_MEMORY_BYTES = 2_000_000_000


def answer(data: bytes, most_pages: int, most_chars: int) -> dict[str, Any]:
    """`{"texts": one per page, "unread": pages that could not be read}`, or why not: `{"refused": …, "number": …}`.

    Refusals are `locked`, `cipher`, `damaged`, `empty`, `pages` (with their number) and `chars`. Never raises.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"refused": "locked"}
        count = len(reader.pages)
    except DependencyError:
        return {"refused": "cipher"}
    except Exception:  # noqa: BLE001 - as pypdf says itself, a broken file may raise anything
        return {"refused": "damaged"}
    if not count:
        return {"refused": "empty"}
    if count > most_pages:
        return {"refused": "pages", "number": count}
    return _texts(reader, count, most_chars)


def _texts(reader: PdfReader, count: int, most_chars: int) -> dict[str, Any]:
    texts: list[str] = []
    unread = chars = 0
    for number in range(count):
        try:
            texts.append(reader.pages[number].extract_text())
        except Exception:  # noqa: BLE001 - one broken page does not spoil the others
            texts.append("")
            unread += 1
        chars += len(texts[-1])
        if chars > most_chars:
            return {"refused": "chars"}
    return {"texts": texts, "unread": unread}


def main() -> None:
    """Read a PDF from stdin, with at most so many pages and characters (the arguments), and write the answer."""
    most_pages, most_chars = (int(argument) for argument in sys.argv[1:3])
    json.dump(answer(sys.stdin.buffer.read(), most_pages, most_chars), sys.stdout)


def _bound_itself() -> None:  # pragma: no cover - reached in the reader's own process alone
    if sys.platform == "win32":
        return
    import resource
    import signal

    signal.alarm(LONGEST_S)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))


if __name__ == "__main__":  # pragma: no cover - reached in the reader's own process alone
    _bound_itself()
    main()
