"""One wire chunk → text, reasoning, tool calls, usage, timings, error. Every dialect of the OpenAI API ends here.

Pure and total: no value that JSON can express makes anything here raise. The wire's own words (prompt,
completion, delta) stay in this package.
"""

from parley.chunks.counts import Timings, has_impossible_numbers, read_usage
from parley.chunks.delta import Delta, read_chunk, read_whole
from parley.chunks.error_body import error_message
from parley.chunks.reader import ReplyReader
from parley.chunks.think import ThinkSplitter

__all__ = [
    "Delta",
    "ReplyReader",
    "ThinkSplitter",
    "Timings",
    "error_message",
    "has_impossible_numbers",
    "read_chunk",
    "read_usage",
    "read_whole",
]
