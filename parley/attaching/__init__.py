"""Files that are sent along: read and judged by their content, put into a message, and their tokens estimated."""

from __future__ import annotations

from parley.attaching.estimate import estimated_tokens
from parley.attaching.offered import accepted_types, limits_in_words, takes_images
from parley.attaching.reading import read_file
from parley.attaching.wire import message_content

__all__ = [
    "accepted_types",
    "estimated_tokens",
    "limits_in_words",
    "message_content",
    "read_file",
    "takes_images",
]
