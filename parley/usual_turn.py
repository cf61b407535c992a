"""What is usual in a conversation: how long its messages and answers are, and how much of it comes from the cache."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

from parley.conversation import LedgerEntry, Message, Role
from parley.tokens_per_character import counted_by
from parley.usage import State


@dataclass(frozen=True)
class Seen:
    """The least, the middle and the most of what was seen, or one number that is given."""

    least: int
    usual: int
    most: int
    n: int
    """How many were seen; 0 = none was, the number is given."""


def seen(numbers: Iterable[int]) -> Seen | None:
    """`None` of no numbers. The middle one is one of them: the median, of two the lower."""
    every = sorted(numbers)
    if not every:
        return None
    return Seen(every[0], median_low(every), every[-1], len(every))


def given(number: int) -> Seen:
    """A number that is known."""
    return Seen(number, number, number, 0)


def usual_message(path: Iterable[Message]) -> Seen | None:
    """Characters of the messages that the reader wrote; `None` in an empty conversation."""
    return seen(len(one.text) for one in path if one.role is Role.USER and one.text.strip())


def usual_answer(entries: Iterable[LedgerEntry], model_id: str) -> Seen | None:
    """Output tokens, thoughts included, of whole replies that reported them: this model's, else any model's."""
    counted = [(counted_by(one), tokens) for one in entries if (tokens := _output(one))]
    own = [tokens for model, tokens in counted if model == model_id]
    return seen(own or [tokens for _, tokens in counted])


def _output(entry: LedgerEntry) -> int | None:
    if entry.outcome is None or entry.outcome.usage.output_tokens.state is not State.REPORTED:
        return None
    return entry.outcome.usage.output_tokens.value


def cached_share(entries: Sequence[LedgerEntry], model_id: str) -> Fraction:
    """How much of the input of this model's last reply came from the cache; 0 where nobody said."""
    own = [one.outcome.usage for one in entries if one.outcome and counted_by(one) == model_id]
    known = [usage for usage in own if usage.cached_tokens.state is State.REPORTED]
    if not known or not known[-1].input_tokens.value:
        return Fraction(0)
    cached = known[-1].cached_tokens.value or 0
    return min(Fraction(1), Fraction(cached, known[-1].input_tokens.value))
