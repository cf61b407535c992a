"""From which turn on a model could not hold a conversation, answered for a whole list of models at little cost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from parley.catalog.model import Model
from parley.usage import Usage


@dataclass(frozen=True)
class Room:
    """What each request of a conversation needs. What is not known of one takes no room, and `is_known` is False."""

    turns: tuple[int, ...]
    """The number of the turn that each request belongs to."""
    tokens: tuple[int, ...]
    """The most that a window has had to hold, request and answer together, up to each of them."""
    outputs: tuple[int, ...]
    """The longest answer up to each of them."""
    is_known: bool
    """Whether something is known of every one of them, so that it can be said that a model holds all."""

    def too_long_from(self, model: Model) -> int | None:
        """The first turn that its window, or its longest output, could not hold; `None` = holds all, or not known."""
        limits = (
            (self.tokens, model.context_window),
            (self.outputs, model.value("max_output_tokens")),
        )
        first = min(
            bisect_right(needed, limit) if limit is not None else len(needed)
            for needed, limit in limits
        )
        return self.turns[first] if first < len(self.turns) else None


def room_of(usages: Sequence[Usage], turns: Sequence[int] | None = None) -> Room:
    """The room of these requests; they are turns 1, 2, 3 … unless their numbers are given."""
    return Room(
        tuple(turns if turns is not None else range(1, len(usages) + 1)),
        tuple(accumulate((usage.total_tokens.value or 0 for usage in usages), max)),
        tuple(accumulate((usage.output_tokens.value or 0 for usage in usages), max)),
        all(usage.input_tokens.is_known and usage.output_tokens.is_known for usage in usages),
    )


def holds_all(model: Model, too_long_from: int | None, *, is_known: bool = True) -> bool | None:
    """Whether a model holds every turn; `None` = its window is not known, or a request is not (`is_known`)."""
    if too_long_from is not None:
        return False
    return True if is_known and model.context_window is not None else None
