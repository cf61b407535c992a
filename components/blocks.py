"""Cuts a growing reply into finished blocks and a tail, so that only the tail is painted again.

Fenced code leaves as CODE (for `st.code`), everything else as MARKDOWN (for `safe_text`).
Works line by line and never looks at finished text again, so the work is linear in the reply.
A wrong cut may look odd but must never lose text (the sources joined are the input) and never
depend on how the text was chunked. It makes nothing safe: that is `safe_text`'s work.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum, auto

SOFT_LIMIT = 8_000
"""Characters after which a block is cut at the next line that may begin one."""
HARD_LIMIT = 16_000
"""Characters after which a block is cut wherever it is, so that a tail stays cheap to paint."""

_FENCE = re.compile(r"(?P<indent> {0,3})(?P<run>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
_MARKER = re.compile(r"(?P<indent>[ ]*)(?:[-*+]|\d{1,9}[.)])(?P<gap>[ \t]+|$)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_LANGUAGE = re.compile(r"[\w+#.-]{1,32}(?=\s|$)", re.ASCII)
_OPEN_BRACKET_MATHS = re.compile(r"(?<!\\)\\\[")


class BlockKind(StrEnum):
    """What a block is painted with."""

    MARKDOWN = "markdown"
    CODE = "code"


@dataclass(frozen=True)
class Block:
    """A piece of a reply that can be painted on its own."""

    kind: BlockKind
    text: str
    """What is shown. Of code only the body; of a table cut for size its head is repeated."""
    language: str = ""
    """As the fence names it; empty when it names none."""
    source: str = ""
    """The exact piece of the reply that this block stands for."""
    continues: bool = False
    """True when the block before it was cut only for its size (see `joined`)."""


class _Cut(Enum):
    NONE = auto()
    CLEAN = auto()
    FOR_SIZE = auto()


@dataclass(frozen=True)
class _Fence:
    char: str
    length: int
    indent: int
    language: str

    def closed_by(self, line: str) -> bool:
        mark = line.strip()
        return len(mark) >= self.length and not mark.strip(self.char) and _indent(line) < 4

    def body(self, lines: list[str], partial: str) -> str:
        """The lines without their indentation; what may become the closing fence waits."""
        if partial.strip(f" {self.char}") or not partial.strip():
            lines = [*lines, partial]
        unindented = (line[min(self.indent, _spaces(line)) :] for line in lines)
        return "".join(unindented).removesuffix("\n")


@dataclass
class _Draft:
    """The block that is being written."""

    fence: _Fence | None = None
    lines: list[str] = field(default_factory=list)
    empty: bool = True
    """Only white space so far."""
    size: int = 0
    ended: bool = False
    """The next character that is not white space begins another block."""
    gap: bool = False
    """The last line was blank."""
    list_offset: int | None = None
    """Where the text of the first list item begins; None outside a list."""
    nested: _Fence | None = None
    """The fence that is open inside a list item."""
    maths: str = ""
    """The closer of the display maths that is open."""
    table_head: str = ""
    carried: str = ""
    """A table's head, taken over from the block before."""
    continues: bool = False
    """Code that continues has its opening fence in an earlier block."""
    closer: int | None = None
    """Which line is the closing fence."""

    def cut_before(self, line: str) -> _Cut:
        if self.ended:
            return _Cut.CLEAN if line.strip() or self.size >= HARD_LIMIT else _Cut.NONE
        if self.fence:
            full = self.size >= SOFT_LIMIT and not self.fence.closed_by(line)
            return _Cut.FOR_SIZE if full else _Cut.NONE
        if self.size >= HARD_LIMIT:
            return _Cut.FOR_SIZE
        return self._cut_markdown_before(line) if line.strip() else _Cut.NONE

    def _cut_markdown_before(self, line: str) -> _Cut:
        if self._inside_item(line) and self.nested:
            return _Cut.NONE
        if self.empty:
            return _Cut.CLEAN if self.lines and _fence(line) else _Cut.NONE
        if not self._inside_item(line) and (_HEADING.match(line) or _fence(line)):
            return _Cut.CLEAN
        if self.maths:
            return _Cut.NONE
        in_list = self.list_offset is not None
        marker = bool(_MARKER.match(line))
        if self.size >= SOFT_LIMIT and (not in_list or (marker and _indent(line) < 2)):
            return _Cut.FOR_SIZE
        leaves_list = in_list and self.gap and not marker and _indent(line) < 2
        return _Cut.CLEAN if leaves_list else _Cut.NONE

    def _inside_item(self, line: str) -> bool:
        return self.list_offset is not None and _indent(line) >= self.list_offset

    def add(self, line: str, starts_line: bool) -> None:
        opens = not self.lines and not self.continues
        self.lines.append(line)
        self.size += len(line)
        self.empty = self.empty and not line.strip()
        if not starts_line:
            return
        if self.fence is None:
            self._add_markdown(line)
        elif not self.ended and not opens and self.fence.closed_by(line):
            self.ended, self.closer = True, len(self.lines) - 1

    def _add_markdown(self, line: str) -> None:
        blank = not line.strip()
        self.gap = blank
        if blank:
            in_pieces = self.maths or self.list_offset is not None
            self.ended = not in_pieces and not self.empty
            return
        self._note_table(line)
        self._note_list(line)
        if not self.nested:
            self._note_maths(line)

    def _note_table(self, line: str) -> None:
        before = self.lines[-2] if len(self.lines) > 1 else ""
        if "|" in before and "-" in line and _TABLE_RULE.match(line):
            self.table_head = before + line

    def _note_list(self, line: str) -> None:
        marker = _MARKER.match(line)
        if self.nested:
            if self.nested.closed_by(line.lstrip()) or not self._inside_item(line):
                self.nested = None
            return
        if marker and self.list_offset is None and _indent(line) < 4:
            self.list_offset = min(marker.end(), marker.end("indent") + 5)
        content = line[marker.end() :] if marker else line.lstrip()
        if self.list_offset is not None and (marker or self._inside_item(line)):
            self.nested = _fence(content)

    def _note_maths(self, line: str) -> None:
        mark = line.strip()
        if self.maths:
            closes = mark.count("$$") % 2 if self.maths == "$$" else self.maths in mark
            self.maths = "" if closes else self.maths
        elif mark.count("$$") % 2 and (mark.startswith("$$") or mark.endswith("$$")):
            self.maths = "$$"
        else:
            openers = list(_OPEN_BRACKET_MATHS.finditer(mark))
            unclosed = bool(openers) and "\\]" not in mark[openers[-1].end() :]
            self.maths = "\\]" if unclosed else ""

    def successor(self, cut: _Cut) -> "_Draft":
        if cut is not _Cut.FOR_SIZE:
            return _Draft()
        head = self.table_head
        return _Draft(fence=self.fence, carried=head, table_head=head, continues=True)

    def block(self, partial: str = "") -> Block:
        source = "".join(self.lines) + partial
        if self.fence is None:
            text = self.carried + source.strip("\n")
            return Block(BlockKind.MARKDOWN, text, "", source, self.continues)
        lines = self.lines[0 if self.continues else 1 : self.closer]
        body = self.fence.body(lines, partial)
        return Block(BlockKind.CODE, body, self.fence.language, source, self.continues)


class Splitter:
    """Takes the reply as it grows; gives each finished block exactly once."""

    def __init__(self) -> None:
        self._draft = _Draft()
        self._partial = ""
        self._starts_line = True

    def feed(self, new_text: str) -> list[Block]:
        """The blocks that became finished with this text."""
        finished: list[Block] = []
        waiting = self._partial + new_text
        start = 0
        while end := _next_piece(waiting, start):
            self._take(waiting[start:end], finished)
            start = end
        self._partial = waiting[start:]
        if self._draft.ended and self._partial.strip():
            self._finish(_Cut.CLEAN, finished)
        return finished

    @property
    def tail(self) -> Block:
        """What is not finished yet; an unclosed fence is code with its body so far."""
        return self._draft.block(self._partial)

    def close(self) -> list[Block]:
        """The rest. The splitter is spent afterwards."""
        finished: list[Block] = []
        if self._partial:
            self._take(self._partial, finished)
            self._partial = ""
        if self._draft.lines:
            self._finish(_Cut.CLEAN, finished)
        return finished

    def _take(self, piece: str, finished: list[Block]) -> None:
        starts_line, self._starts_line = self._starts_line, piece.endswith("\n")
        cut = self._cut(piece, starts_line)
        if cut is not _Cut.NONE:
            self._finish(cut, finished)
        if starts_line and self._draft.fence is None and not self._draft.lines:
            self._draft.fence = _fence(piece)
        self._draft.add(piece, starts_line)

    def _cut(self, piece: str, starts_line: bool) -> _Cut:
        if starts_line:
            return self._draft.cut_before(piece)
        return _Cut.FOR_SIZE if self._draft.size >= HARD_LIMIT else _Cut.NONE

    def _finish(self, cut: _Cut, finished: list[Block]) -> None:
        finished.append(self._draft.block())
        self._draft = self._draft.successor(cut)


def split(text: str) -> list[Block]:
    """All blocks of a text: what feeding it in any pieces gives."""
    splitter = Splitter()
    return splitter.feed(text) + splitter.close()


def joined(blocks: Iterable[Block]) -> list[Block]:
    """Code that was cut only for its size put together again, for a reply that grows no more."""
    whole: list[Block] = []
    for block in blocks:
        if whole and block.continues and block.kind is whole[-1].kind is BlockKind.CODE:
            before = whole.pop()
            seam = "\n" if before.source.endswith("\n") else ""
            text = before.text + seam + block.text
            block = replace(before, text=text, source=before.source + block.source)
        whole.append(block)
    return whole


def _next_piece(text: str, start: int) -> int:
    """Where the next whole line ends, or an endless one is cut; 0 when more must arrive first."""
    newline = text.find("\n", start, start + HARD_LIMIT)
    if newline >= 0:
        return newline + 1
    if len(text) - start < HARD_LIMIT:
        return 0
    space = text.rfind(" ", start + HARD_LIMIT // 2, start + HARD_LIMIT)
    return space + 1 if space > 0 else start + HARD_LIMIT


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indent(line: str) -> int:
    return _spaces(line.expandtabs(4) if "\t" in line[:32] else line)


def _fence(line: str) -> _Fence | None:
    found = _FENCE.match(line.rstrip())
    if found is None:
        return None
    language = _LANGUAGE.match(found["info"].strip())
    run = found["run"]
    return _Fence(run[0], len(run), len(found["indent"]), language[0] if language else "")
