"""Bytes of a server-sent event stream in, the data of each event out. Knows nothing of JSON or of chats.

Lines end at \\n, \\r\\n or \\r only, never where `str.splitlines` would cut: JSON may hold a raw U+2028.
Linear in what arrives, however it is cut up, and never holds more than one event of bounded size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parley.errors import MalformedReply, ReplyTooLarge

EVENT_MAX_BYTES = 1_000_000

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventDecoder:
    """Reads one stream. After it has raised, it is of no further use."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._after_cr = False
        self._is_first_line = True

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The data of each event that these bytes complete. Iterate: events before a fault still come out.

        Raises:
            ReplyTooLarge: one event has more than `EVENT_MAX_BYTES`.
            MalformedReply: its data is not UTF-8.
        """
        if not chunk:
            return
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_cr = chunk.endswith(b"\r")
        start = 0
        for end in _LINE_END.finditer(chunk):
            self._extend(chunk[start : end.start()])
            yield from self._end_line()
            start = end.end()
        self._extend(chunk[start:])

    def close(self) -> Iterator[str]:
        """What is left when the stream ends without the blank line that closes its last event."""
        yield from self._end_line()
        yield from self._dispatch()

    def _extend(self, part: bytes) -> None:
        self._line += part
        if self._data_bytes + len(self._line) > EVENT_MAX_BYTES:
            raise ReplyTooLarge

    def _end_line(self) -> Iterator[str]:
        line = bytes(self._line)
        self._line.clear()
        if self._is_first_line:
            self._is_first_line = False
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not line:
            yield from self._dispatch()
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))
            self._data_bytes += len(value) + 1

    def _dispatch(self) -> Iterator[str]:
        if not self._data:
            return
        payload = b"\n".join(self._data)
        self._data.clear()
        self._data_bytes = 0
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            raise MalformedReply from None
        yield text
