"""The name of a file as it is shown and sent: one short line. It is never used as a path."""

from __future__ import annotations

MAX_NAME_CHARS = 120
MAX_SUFFIX_CHARS = 12
NAMELESS = "file"


def shown_name(name: str) -> str:
    """The last part of a name in one line of printable text, at most `MAX_NAME_CHARS`; never empty.

    >>> shown_name("../../x\\r\\n.csv"), shown_name("C:\\\\temp\\\\a.txt"), shown_name("..")
    ('x .csv', 'a.txt', 'file')
    """
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    line = " ".join("".join(char if char.isprintable() else " " for char in last).split())
    return _shortened(line) if line.strip(". ") else NAMELESS


def suffix_of(name: str) -> str:
    """Lower case, without the dot; empty when there is none.

    >>> suffix_of("a.TAR.GZ"), suffix_of("Makefile"), suffix_of(".env")
    ('gz', '', 'env')
    """
    _, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and len(suffix) <= MAX_SUFFIX_CHARS else ""


def _shortened(line: str) -> str:
    """Cut in the middle, because a name without its suffix says less."""
    if len(line) <= MAX_NAME_CHARS:
        return line
    suffix = suffix_of(line)
    end = f"….{suffix}" if suffix else "…"
    return line[: MAX_NAME_CHARS - len(end)] + end
