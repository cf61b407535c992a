"""A whole reply put together from its chunks. What is in it can be stored: no lone surrogate, no NUL."""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parley.chunks.counts import Timings
from parley.chunks.delta import Delta, read_chunk, read_whole
from parley.chunks.error_body import Code
from parley.chunks.think import ThinkSplitter
from parley.usage import Usage

TOOL_CALLS_MAX = 32


class ReplyReader:
    """Feed it every value of one stream, then `close` it, however the stream ended."""

    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._reasoning = io.StringIO(newline="")
        self._think = ThinkSplitter()
        self._text_pairs = _Pairs()
        self._thought_pairs = _Pairs()
        self.chars = 0
        """Characters of text and reasoning so far."""
        self.tool_calls: tuple[str, ...] = ()
        """Each name once, in the order of their first mention."""
        self.finish_reason: str | None = None
        self.model: str | None = None
        self.response_id: str | None = None
        self.usage: Usage | None = None
        """The last usage that had a count in it, never a sum; `None` = none came."""
        self.raw_usage: Mapping[str, Any] | None = None
        """What `usage` was read from, or else the last usage object that came."""
        self.reported_cost: Decimal | None = None
        self.timings: Timings | None = None
        self.error: str | None = None
        self.error_code: Code = None

    @property
    def text(self) -> str:
        return self._text.getvalue()

    @property
    def reasoning(self) -> str:
        return self._reasoning.getvalue()

    def feed(self, value: object) -> tuple[str, str]:
        """Take one chunk, or one whole completion; returns the new text and the new reasoning."""
        delta = read_whole(value) or read_chunk(value)
        self._take_facts(delta)
        self._take_usage(delta)
        text, thought = self._think.feed(self._text_pairs.feed(delta.text))
        return self._add(text, self._thought_pairs.feed(delta.reasoning) + thought)

    def close(self) -> tuple[str, str]:
        """What was held back until the end, as `feed` returns it."""
        text, thought = self._think.feed(self._text_pairs.close())
        last_text, last_thought = self._think.close()
        return self._add(text + last_text, self._thought_pairs.close() + thought + last_thought)

    def _add(self, text: str, thought: str) -> tuple[str, str]:
        self._text.write(text)
        self._reasoning.write(thought)
        self.chars += len(text) + len(thought)
        return text, thought

    def _take_facts(self, delta: Delta) -> None:
        names = dict.fromkeys((*self.tool_calls, *delta.tool_calls))
        self.tool_calls = tuple(names)[:TOOL_CALLS_MAX]
        self.finish_reason = delta.finish_reason or self.finish_reason
        self.model = delta.model or self.model
        self.response_id = delta.response_id or self.response_id
        self.timings = delta.timings or self.timings
        if delta.error is not None:
            self.error, self.error_code = delta.error, delta.error_code

    def _take_usage(self, delta: Delta) -> None:
        usage = delta.usage
        counts = usage is not None and usage.total_tokens.is_known
        if counts:
            self.usage = usage
        if delta.raw_usage is not None and (counts or self.usage is None):
            self.raw_usage = delta.raw_usage
        if delta.reported_cost is not None:
            self.reported_cost = delta.reported_cost


class _Pairs:
    """Joins surrogate pairs that were split over chunks; a lone surrogate or a NUL becomes U+FFFD."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")

    def feed(self, text: str, final: bool = False) -> str:
        units = text.encode("utf-16-le", "surrogatepass")
        return self._decoder.decode(units, final).replace("\0", "\ufffd")

    def close(self) -> str:
        return self.feed("", final=True)
