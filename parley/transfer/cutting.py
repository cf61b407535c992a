"""Cuts a JSON file into the values of its outermost list, one at a time: no more of it is held than one value.

What stands outside the rules of JSON is refused with its line, what is nested too deep before it is parsed.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from parley.errors import ImportRefused
from parley.limits import LIMITS
from parley.transfer.strict_json import NOT_JSON, not_json

CHUNK_BYTES = 1 << 18

_TEXT = r'[^"\\]*(?:\\.[^"\\]*)*("?)'
_TOKEN = re.compile(rf'"{_TEXT}|[\[\]{{}},]', re.DOTALL)
_REST_OF_TEXT = re.compile(_TEXT, re.DOTALL)

_OTHER_KINDS = (
    (b"PK", "This is a zip archive.", "Unpack it and choose conversations.json."),
    (b"\x1f\x8b", "This is a packed archive.", "Unpack it and choose the JSON file in it."),
    (b"\x80", "This is a binary file, not JSON.", NOT_JSON),
    (
        b"<",
        "This is a web page or XML, not JSON.",
        "Choose conversations.json: it lies beside chat.html in ChatGPT's export.",
    ),
)


def cut(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """The line on which each value of the outermost list begins, and its text; an object alone is one value.

    Raises:
        ImportRefused: another kind of file, or no JSON.
    """
    cutter = _Cutter()
    for text in _decoded(file):
        yield from cutter.feed(text)
    cutter.finish()


def _decoded(file: BinaryIO) -> Iterator[str]:
    """A byte order mark and UTF-16 are read as what they are; bytes that are no text are refused."""
    head = file.read(CHUNK_BYTES)
    _refuse_other_kinds(head)
    decoder = codecs.getincrementaldecoder(json.detect_encoding(head))("strict")
    lines, chunk = 1, head
    try:
        while chunk:
            text = decoder.decode(chunk)
            lines += text.count("\n")
            yield text
            chunk = file.read(CHUNK_BYTES)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise not_json("it holds bytes that are not text", lines) from None


def _refuse_other_kinds(head: bytes) -> None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise ImportRefused("The file is empty.")
    for mark, what, advice in _OTHER_KINDS:
        if start.startswith(mark):
            raise ImportRefused(what, advice=advice)


class _Cutter:
    """Knows at each moment how deep it is, and whether it is inside a text."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._outermost = ""
        self._ended = False
        self._commas = 0
        self._given = 0
        self._line = 1
        self._parts: list[str] = []
        self._carried = ""

    def feed(self, chunk: str) -> Iterator[tuple[int, str]]:
        """The values that end within this chunk."""
        chunk, self._carried = self._carried + chunk, ""
        at = start = 0
        if self._in_text:
            found = _REST_OF_TEXT.match(chunk)
            at = self._after_text(found, chunk) if found else 0
        for token in _TOKEN.finditer(chunk, at) if not self._in_text else ():
            if token[1]:
                continue  # a whole text, as most are
            mark = token[0][0]
            if self._is_over():
                raise not_json("it goes on after its end", self._line)
            if mark == '"':
                self._after_text(token, chunk)
            elif self._ends_value(mark, chunk, start, token):
                yield self._taken(chunk[start : token.start()])
                start = token.end()
            elif self._is_over():
                start = token.end()
                self._parts.clear()
            elif mark in "[{" and self._depth == 1:
                start = self._began(mark, chunk, start, token)
            elif mark == "}" and self._depth == 0:
                yield self._taken(chunk[start : token.end()])
                start, self._ended = token.end(), True
        self._keep(chunk[start : len(chunk) - len(self._carried)])

    def finish(self) -> None:
        if self._ended and not "".join(self._parts).strip():
            return
        line = self._line + "".join(self._parts).count("\n")
        if not self._outermost:
            raise not_json("it has neither a list nor an object", line)
        raise not_json("it goes on after its end" if self._ended else "it is cut off", line)

    def _is_over(self) -> bool:
        return self._ended

    def _after_text(self, found: re.Match[str], chunk: str) -> int:
        """A backslash at the very end belongs to what comes next."""
        self._in_text = not found[1]
        if self._in_text:
            self._carried = chunk[found.end() :]
        return found.end()

    def _ends_value(self, mark: str, chunk: str, start: int, token: re.Match[str]) -> bool:
        """Counts the mark, and says whether a value of the outermost list stands before it."""
        if mark in "[{":
            self._depth += 1
            self._check_depth(chunk, start, token)
            return False
        if mark == ",":
            self._commas += 1
            self._check_size()
            return self._outermost == "[" and self._depth == 1
        self._depth -= 1
        if self._depth == 0 and self._outermost == "[":
            if mark != "]":
                raise not_json("a list ends like an object", self._line)
            self._ended = True
            return bool(self._given or self._text(chunk[start : token.start()]).strip())
        return False

    def _began(self, mark: str, chunk: str, start: int, token: re.Match[str]) -> int:
        before = self._text(chunk[start : token.start()])
        if before.strip():
            raise not_json("it begins with neither a list nor an object", self._line)
        self._outermost = mark
        self._line += before.count("\n")
        self._parts.clear()
        return token.end() if mark == "[" else token.start()

    def _taken(self, end: str) -> tuple[int, str]:
        text = self._text(end)
        self._parts.clear()
        blank = text[: len(text) - len(text.lstrip())]
        line = self._line + blank.count("\n")
        self._line += text.count("\n")
        self._commas = 0
        self._given += 1
        return line, text

    def _text(self, end: str) -> str:
        return "".join([*self._parts, end])

    def _keep(self, rest: str) -> None:
        """What belongs to no value yet; after the end there is nothing to keep."""
        if self._ended and rest.strip():
            raise not_json("it goes on after its end", self._line)
        if not self._outermost and rest.strip():
            raise not_json("it begins with neither a list nor an object", self._line)
        self._parts.append(rest)

    def _check_depth(self, chunk: str, start: int, token: re.Match[str]) -> None:
        # An object alone stands in a list as soon as it is exported, which must not be too deep to come back.
        if self._depth + (self._outermost == "{") > LIMITS.import_depth:
            line = self._line + self._text(chunk[start : token.start()]).count("\n")
            raise ImportRefused(
                f"Line {line:,}: the file is nested more than {LIMITS.import_depth} levels deep."
            )

    def _check_size(self) -> None:
        if self._commas > LIMITS.import_values:
            raise ImportRefused(
                f"What begins at line {self._line:,} has more than {LIMITS.import_values:,} values."
            )
