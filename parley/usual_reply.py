"""What a reply of a model costs as a rule: from the length that few of its replies exceed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from parley.conversation import LedgerEntry
from parley.pricing.costing import cost_of
from parley.pricing.price import Price
from parley.usage import Count, State, Usage

ASSUMED_TOKENS = 500
"""Where no reply of the model was seen."""
_SHARE = 0.95


@dataclass(frozen=True)
class UsualReply:
    """A reply as long as few are."""

    tokens: int
    """Output, thoughts included."""
    n: int
    """Replies that it was seen on; 0 = assumed."""
    cost: Decimal | None
    """US dollars with its input, an estimate; `None` = no price is known."""


def usual_reply(
    entries: Iterable[LedgerEntry], price: Price | None, input_tokens: int, limit: int | None
) -> UsualReply:
    """`entries`: calls of the model; `limit`: the most tokens that the answer may have, if that is set."""
    lengths = sorted(tokens for entry in entries if (tokens := _output(entry)))
    usual = lengths[ceil(_SHARE * len(lengths)) - 1] if lengths else ASSUMED_TOKENS
    tokens = usual if limit is None else min(usual, limit)
    counts = (Count(number, State.ESTIMATED) for number in (input_tokens, tokens))
    inputs, output = counts
    cost = cost_of(Usage(inputs, output_tokens=output), price)
    return UsualReply(tokens, len(lengths), cost.amount)


def _output(entry: LedgerEntry) -> int | None:
    if entry.outcome is None or entry.outcome.usage.output_tokens.state is not State.REPORTED:
        return None
    return entry.outcome.usage.output_tokens.value
