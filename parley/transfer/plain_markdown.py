r"""Markdown from outside, made harmless for whatever opens the file: nothing in it is fetched and no HTML acts.

Images and tags are escaped with a backslash everywhere but in fences that every reader of Markdown takes for code: at
the beginning of a line, before anything that could be read two ways. From there on even fences are escaped.
"""

from __future__ import annotations

import re

_OPENS = re.compile(r"(`{3,}|~{3,})[ \t]*[\w+#.-]*[ \t]*$")
_MENTIONS_FENCE = re.compile(r"`{3}|~{3}")
_ACTS = re.compile(r"(\\*)(!\[|<(?=[A-Za-z/!?]))")
_LINES = re.compile(r"\r\n?|[\n\u2028\u2029]")
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_PUNCTUATION = re.compile(r"([\\`*_\[\]<>!&|~$#])")


def harmless(text: str) -> str:
    r"""The text with its code as it is and everything else unable to act; an open fence is closed.

    >>> harmless("![x](http://a)\n```\n![y](z)")
    '!\\[x](http://a)\n```\n![y](z)\n```'
    """
    lines: list[str] = []
    fence = ""
    is_clear = True
    for raw in _LINES.split(text):
        line = _UNSHOWN.sub("", raw)
        if fence:
            lines.append(line)
            fence = "" if _closes(line, fence) else fence
            continue
        opened = _OPENS.match(line) if is_clear else None
        fence = opened[1] if opened else ""
        is_clear = is_clear and (bool(opened) or not _MENTIONS_FENCE.search(line))
        lines.append(line if opened else escaped_acts(line))
    return "\n".join([*lines, fence] if fence else lines)


def escaped_acts(line: str) -> str:
    """Images and tags of one line with a backslash before them, unless there is one."""
    return _ACTS.sub(_escape, line)


def one_line(text: str) -> str:
    """Outside text within a line of ours: shown as it was typed."""
    line = " ".join(_UNSHOWN.sub(" ", _LINES.sub(" ", text)).split())
    return _PUNCTUATION.sub(r"\\\1", line)


def quoted(text: str) -> str:
    """As a quotation; nothing in it is taken for code."""
    return "\n".join(f"> {escaped_acts(_UNSHOWN.sub('', line))}" for line in _LINES.split(text))


def _escape(found: re.Match[str]) -> str:
    before, what = found[1], found[2]
    if what == "![":
        return f"{before}!\\["
    return f"{before}<" if len(before) % 2 else f"{before}\\<"


def _closes(line: str, fence: str) -> bool:
    return re.fullmatch(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*", line) is not None
