"""Token counts, each with its state: reported, estimated, partial or unknown.

`input_tokens` includes `cached_tokens`; `output_tokens` includes `reasoning_tokens`. Nothing is ever added twice,
and nothing unknown is ever 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ABSURD_TOKENS = 100_000_000
"""A count above this is a fault of the server, not a figure."""

CHARS_PER_TOKEN = 4.0
"""The ratio for an estimate when nothing has been seen of the model yet."""


class State(StrEnum):
    """Where a figure comes from."""

    REPORTED = "reported"
    """The server said so."""
    ESTIMATED = "estimated"
    """We computed it; shown with ≈."""
    PARTIAL = "partial"
    """Stopped or cut: at least `value`, at most `at_most`; shown with ≥."""
    UNKNOWN = "unknown"
    """Shown as –."""


@dataclass(frozen=True)
class Count:
    """A number of tokens and its state."""

    value: int | None = None
    """`None` = unknown; `0` = reported as none."""
    state: State = State.UNKNOWN
    at_most: int | None = None
    """Upper bound of a partial count, when a limit was sent or the window is known."""

    @property
    def is_known(self) -> bool:
        return self.value is not None


UNKNOWN = Count()


def reported(value: object) -> Count:
    """A count from the wire. Negative, fractional, textual or absurd numbers are unknown.

    >>> reported(12)
    Count(value=12, state=<State.REPORTED: 'reported'>, at_most=None)
    >>> reported(-1) == reported("12") == reported(True) == UNKNOWN
    True
    """
    if isinstance(value, bool) or not isinstance(value, int):
        return UNKNOWN
    return Count(value, State.REPORTED) if 0 <= value <= ABSURD_TOKENS else UNKNOWN


def estimated(chars: int, chars_per_token: float = CHARS_PER_TOKEN) -> Count:
    """A count worked out from a number of characters."""
    return Count(math.ceil(chars / chars_per_token), State.ESTIMATED)


@dataclass(frozen=True)
class Usage:
    """What one reply used. Buckets are inclusive: cached ⊆ input, reasoning ⊆ output."""

    input_tokens: Count = UNKNOWN
    cached_tokens: Count = UNKNOWN
    output_tokens: Count = UNKNOWN
    reasoning_tokens: Count = UNKNOWN

    @property
    def total_tokens(self) -> Count:
        return total([self.input_tokens, self.output_tokens])


def total(counts: Iterable[Count]) -> Count:
    """The sum, in the weakest state among its parts.

    One unknown part makes the sum partial ("at least"); all unknown makes it unknown.
    """
    parts = list(counts)
    known = [part for part in parts if part.value is not None]
    if not known:
        return UNKNOWN
    value = sum(part.value or 0 for part in known)
    states = {part.state for part in known}
    if len(known) < len(parts) or State.PARTIAL in states:
        return Count(value, State.PARTIAL, _highest(parts))
    return Count(value, State.ESTIMATED if State.ESTIMATED in states else State.REPORTED)


def _highest(parts: list[Count]) -> int | None:
    """The sum of upper bounds, or None as soon as one part has none."""
    bounds = [part.at_most if part.state is State.PARTIAL else part.value for part in parts]
    if any(bound is None for bound in bounds):
        return None
    return sum(bound or 0 for bound in bounds)
