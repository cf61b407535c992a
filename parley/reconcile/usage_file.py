"""A provider's usage file, as it comes: any separator, any usual encoding, its cells as text and never as formulas.

What cannot be read is left out by the number of its line, never silently; what was guessed is said.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from parley.errors import Refused
from parley.limits import MEGABYTE

MOST_BYTES = 20 * MEGABYTE
MOST_LINES = 100_000
MOST_COLUMNS = 100
MOST_NAME_CHARS = 100
DELIMITERS = ",;\t|"
DELIMITER_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
NOTHING_KEPT = "Choose another file; nothing of this one was read."
SAMPLE_CHARS = 1_000
"""The sniffer takes seconds for a few thousand signs that are made for it."""

_NOT_TEXT = {
    b"PK\x03\x04": "This is a workbook or an archive, not a CSV file.",
    b"\xd0\xcf\x11\xe0": "This is a workbook of an old Excel, not a CSV file.",
    b"%PDF": "This is a PDF, not a CSV file.",
}
_MARKS = {
    b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8"),
    b"\xff\xfe": ("utf-16", "UTF-16"),
    b"\xfe\xff": ("utf-16", "UTF-16"),
}


@dataclass(frozen=True)
class LeftOut:
    """A line that is not compared."""

    number: int
    """As a text editor counts, from 1."""
    why: str


@dataclass(frozen=True)
class Line:
    """A line under the header, with a cell for each of its names."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class UsageFile:
    """What a file holds, before anybody says what its columns mean."""

    header: tuple[str, ...]
    """Each name once, none of them empty."""
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]
    encoding: str
    is_guess: bool
    """Nothing in the file says its encoding, and it is not UTF-8."""
    delimiter: str

    @property
    def signature(self) -> str:
        """The same for files with the same header."""
        return hashlib.sha256(json.dumps(self.header).encode()).hexdigest()[:32]

    @property
    def words(self) -> str:
        """How it was read; plain text."""
        guess = ", which is a guess: look whether its names are right" if self.is_guess else ""
        lines = f"{len(self.lines):,} {'line' if len(self.lines) == 1 else 'lines'}"
        return f"{lines}, separated by {DELIMITER_WORDS[self.delimiter]}, read as {self.encoding}{guess}."


def read_usage_file(content: bytes) -> UsageFile:
    """All of a CSV file.

    Raises:
        Refused: too large, no CSV, or without a header and a line under it; the sentence says which.
    """
    if len(content) > MOST_BYTES:
        raise Refused(
            f"The file has {len(content) / MEGABYTE:,.0f} MB; "
            f"at most {MOST_BYTES // MEGABYTE} MB can be compared.",
            advice="Export fewer days at once.",
        )
    for begin, sentence in _NOT_TEXT.items():
        if content.startswith(begin):
            raise Refused(sentence, advice="Save it as CSV and choose that file.")
    text, encoding, is_guess = _decoded(content)
    text, delimiter = _delimited(text)
    found = _Reading()
    for number, cells in _rows(text, delimiter, found.left_out):
        found.take(number, cells)
    if not found.header or not found.lines:
        raise Refused(
            "The file holds no table: a line of names, and lines of figures under it.",
            advice=NOTHING_KEPT,
        )
    return UsageFile(
        found.header, tuple(found.lines), tuple(found.left_out), encoding, is_guess, delimiter
    )


def _decoded(content: bytes) -> tuple[str, str, bool]:
    """The text, the name of its encoding, and whether that is a guess."""
    mark = next((mark for mark in _MARKS if content.startswith(mark)), None)
    if mark is not None:
        codec, name = _MARKS[mark]
        return content.decode(codec, "replace"), name, False
    zeros = content[:SAMPLE_CHARS].count(0)
    if zeros * 4 > len(content[:SAMPLE_CHARS]):
        # Of a Latin text in two bytes each, one is nearly always 0: the first of them where the larger end leads.
        codec = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return content.decode(codec, "replace"), "UTF-16", True
    try:
        return content.decode(), "UTF-8", False
    except UnicodeDecodeError:
        return content.decode("latin-1"), "Latin-1", True


def _delimited(text: str) -> tuple[str, str]:
    """The text without a line that names its delimiter, and the delimiter."""
    first, _, rest = text.partition("\n")
    named = first.strip().removeprefix("sep=")
    if named != first.strip() and named in DELIMITER_WORDS:
        # The line stays, empty, so that the numbers of the others stay true.
        return f"\n{rest}", named
    sample = text[:SAMPLE_CHARS]
    try:
        found = csv.Sniffer().sniff(sample, DELIMITERS).delimiter
    except csv.Error:
        found = ""
    if found not in DELIMITER_WORDS or found not in first:
        found = max(DELIMITERS, key=first.count)
    return text, found


def _rows(text: str, delimiter: str, left_out: list[LeftOut]) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line in which it begins."""
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    while True:
        number = reader.line_num + 1
        try:
            yield number, [cell.strip() for cell in next(reader)]
        except csv.Error:
            left_out.append(LeftOut(number, "has a cell that is too long to be a figure"))
        except StopIteration:
            return


@dataclass
class _Reading:
    """What has been read so far."""

    header: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def take(self, number: int, cells: list[str]) -> None:
        if not any(cells):
            return
        if not self.header:
            self._take_header(number, cells)
        elif len(self.lines) + len(self.left_out) >= MOST_LINES:
            raise Refused(
                f"The file has more than {MOST_LINES:,} lines.", advice="Export fewer days at once."
            )
        else:
            self._take_line(number, cells)

    def _take_header(self, number: int, cells: list[str]) -> None:
        if sum(map(bool, cells)) < 2:
            self.left_out.append(LeftOut(number, "stands before the names of the columns"))
            return
        if len(cells) > MOST_COLUMNS:
            raise Refused(
                f"The file has {len(cells):,} columns; at most {MOST_COLUMNS} can be compared.",
                advice=NOTHING_KEPT,
            )
        self.header = _named(cells)

    def _take_line(self, number: int, cells: list[str]) -> None:
        width = len(self.header)
        if len(cells) < width or any(cells[width:]):
            why = f"has {len(cells):,} cells where the header has {width:,}"
            self.left_out.append(LeftOut(number, why))
        else:
            self.lines.append(Line(number, tuple(cells[:width])))


def _named(cells: list[str]) -> tuple[str, ...]:
    """A name of its own for every column."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = cell[:MOST_NAME_CHARS] or f"Column {number}"
        while name in names:
            name = f"{name} ({number})"
        names.append(name)
    return tuple(names)
