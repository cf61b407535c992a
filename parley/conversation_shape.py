"""How a conversation grows: what each turn sends, with all that came before it, and what comes back. In tokens.

Taken from a real conversation, whose requests stay exactly as they were reported, or made of typed figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from parley.conversation import LedgerEntry, Message
from parley.errors import Refused
from parley.tokens_per_character import Ratios, Scale, counted_by, scale_between, whole
from parley.usage import ABSURD_TOKENS, Count, State, Usage

MOST_TURNS = 500


@dataclass(frozen=True)
class Exchange:
    """A question and its answer, in tokens."""

    question: int
    answer: int
    """As it is sent along afterwards: without the thoughts."""
    output: int
    """As it is billed: with the thoughts."""
    cached: int
    """Of this turn's whole input, where all that came before goes along."""


@dataclass(frozen=True)
class Shape:
    """How a conversation grows."""

    system: int
    """Tokens that each request begins with."""
    exchanges: tuple[Exchange, ...]

    @property
    def turns(self) -> int:
        return len(self.exchanges)

    def requests(self, last_messages: int | None = None) -> list[Usage]:
        """What each turn sends and gets, the first turn first; ESTIMATED, since none of it has taken place.

        `last_messages`: only so many of the last messages go out, the new one among them, from a question on. Once
        something is left out, the beginning is another one, so that the cache can hold the system prompt alone.
        """
        ends = list(_running(self.exchanges))
        return [
            self._request(number, _first_kept(number, last_messages), ends)
            for number in range(self.turns)
        ]

    def _request(self, number: int, first: int, ends: Sequence[int]) -> Usage:
        own = self.exchanges[number]
        tokens = self.system + ends[number] - ends[first] + own.question
        cached = min(own.cached, self.system if first else tokens)
        return Usage(_assumed(tokens), _assumed(cached), _assumed(own.output))

    def resized(self, turns: int) -> Shape:
        """With so many turns: the first ones as they were, and the average one for those that never took place.

        Raises:
            Refused: no possible number of turns.
        """
        _check_turns(turns)
        kept = list(self.exchanges[:turns])
        while len(kept) < turns:
            kept.append(self._average(kept))
        return Shape(self.system, tuple(kept))

    def _average(self, kept: Sequence[Exchange]) -> Exchange:
        """The same share of it is cached as of the whole conversation."""
        questions, answers, outputs = (
            whole(Fraction(sum(getattr(one, name) for one in self.exchanges), self.turns))
            for name in ("question", "answer", "output")
        )
        sent = self.requests()
        inputs = sum(usage.input_tokens.value or 0 for usage in sent)
        cached = sum(usage.cached_tokens.value or 0 for usage in sent)
        tokens = self.system + sum(one.question + one.answer for one in kept) + questions
        return Exchange(questions, answers, outputs, tokens * cached // inputs if inputs else 0)


def _assumed(tokens: int) -> Count:
    return Count(tokens, State.ESTIMATED)


def _is_whole(number: object, most: int) -> bool:
    return type(number) is int and 0 <= number <= most


def _running(exchanges: Iterable[Exchange]) -> Iterator[int]:
    """Tokens of the first 0, 1, 2 … exchanges."""
    tokens = 0
    yield tokens
    for one in exchanges:
        tokens += one.question + one.answer
        yield tokens


def _first_kept(number: int, last_messages: int | None) -> int:
    """Which exchange a request begins with. An answer without its question is not sent."""
    if last_messages is None:
        return 0
    return max(0, number - (max(1, last_messages) - 1) // 2)


def typed_shape(
    *,
    system: int,
    question: int,
    answer: int,
    turns: int,
    thoughts: int = 0,
    cached_percent: int = 0,
) -> Shape:
    """A conversation of equal turns. `cached_percent`: of what a request resends, so nothing of the first one.

    Raises:
        Refused: numbers that cannot be; the sentence says which.
    """
    _check_typed((system, question, answer, thoughts), turns, cached_percent)
    resent = [system + number * (question + answer) if number else 0 for number in range(turns)]
    if max(system, resent[-1]) + question > ABSURD_TOKENS or answer + thoughts > ABSURD_TOKENS:
        raise Refused(f"The last request would have more than {ABSURD_TOKENS:,} tokens.")
    exchanges = (
        Exchange(question, answer, answer + thoughts, one * cached_percent // 100) for one in resent
    )
    return Shape(system, tuple(exchanges))


def _check_typed(tokens: tuple[int, int, int, int], turns: int, cached_percent: int) -> None:
    if not all(_is_whole(one, ABSURD_TOKENS) for one in tokens):
        raise Refused(f"Tokens are whole numbers from 0 to {ABSURD_TOKENS:,}.")
    if not tokens[1]:
        raise Refused("A question has at least one token.")
    if not _is_whole(cached_percent, 100):
        raise Refused("The share from the cache is a whole number of percent from 0 to 100.")
    _check_turns(turns)


def _check_turns(turns: int) -> None:
    if not _is_whole(turns, MOST_TURNS) or not turns:
        raise Refused(f"Turns are a whole number from 1 to {MOST_TURNS:,}.")


@dataclass(frozen=True)
class RealShape:
    """How a conversation that took place grew, and what that was taken from."""

    shape: Shape
    left_out: int
    """Calls that reported no figures, or that did not build on the one before."""
    cache_unsaid: int
    """Turns of which nobody said how much was cached: taken as nothing, which costs rather too much."""
    counted_by: frozenset[str]
    """Ids of the models whose tokens these are."""
    chars: int
    """Of all its requests."""
    attached: int
    """Of these, of files."""

    def scales(self, ratios: Ratios) -> dict[str, Scale]:
        """Model id → the scale from these tokens to its own, for those of which a ratio was seen."""
        tokens = sum(one.input_tokens.value or 0 for one in self.shape.requests())
        return {
            model_id: scale_between(ratio, chars=self.chars, attached=self.attached, tokens=tokens)
            for model_id, ratio in ratios.items()
            if {model_id} != self.counted_by
        }


def calls_along(
    path: Iterable[Message], calls: Mapping[str, Sequence[LedgerEntry]]
) -> list[LedgerEntry]:
    """The calls of the replies on a path, first to last. `calls`: by the id of the reply."""
    return [call for one in path for call in calls.get(one.source_id or one.id, ())]


def shape_of(entries: Iterable[LedgerEntry]) -> RealShape | None:
    """The growth of a conversation; `None` when no call reported its figures.

    `entries`: the calls of the replies along one path, first to last. Each request keeps the very tokens that were
    reported for it; how they divide into question and answer is worked out from the lengths of the texts. A file
    counts to the answer before it.
    """
    every = list(entries)
    kept: list[LedgerEntry] = []
    for entry in every:
        if _has_figures(entry) and (not kept or _input(entry) >= _input(kept[-1])):
            kept.append(entry)
    if not kept:
        return None
    return RealShape(
        _shape(kept),
        left_out=len(every) - len(kept),
        cache_unsaid=sum(_usage(one).cached_tokens.state is not State.REPORTED for one in kept),
        counted_by=frozenset(counted_by(one) for one in kept),
        chars=sum(sum(one.request.composition.values()) for one in kept),
        attached=sum(one.request.composition.get("attachments", 0) for one in kept),
    )


def _usage(entry: LedgerEntry) -> Usage:
    return entry.outcome.usage if entry.outcome is not None else Usage()


def _input(entry: LedgerEntry) -> int:
    return _usage(entry).input_tokens.value or 0


def _has_figures(entry: LedgerEntry) -> bool:
    usage = _usage(entry)
    return usage.input_tokens.state is usage.output_tokens.state is State.REPORTED


def _shape(kept: Sequence[LedgerEntry]) -> Shape:
    system = _part(kept[0], "system", _input(kept[0]))
    growth = [(after, _input(after) - _input(before)) for before, after in pairwise(kept)]
    later = [_part(entry, "new", grown) for entry, grown in growth]
    questions = [_input(kept[0]) - system, *later]
    grown = [grown - question for (_, grown), question in zip(growth, later, strict=True)]
    last = _usage(kept[-1])
    thoughts = last.reasoning_tokens.value or 0
    answers = [*grown, max(0, (last.output_tokens.value or 0) - thoughts)]
    each = zip(kept, questions, answers, strict=True)
    return Shape(system, tuple(_exchange(*one) for one in each))


def _part(entry: LedgerEntry, name: str, most: int) -> int:
    """Tokens of one part of a request by its share of the characters, `most` at the most."""
    parts = entry.request.composition
    chars = sum(parts.values())
    share = Fraction(parts.get(name, 0), chars) if chars else Fraction(0)
    return min(most, whole(_input(entry) * share))


def _exchange(entry: LedgerEntry, question: int, answer: int) -> Exchange:
    usage = _usage(entry)
    cached = usage.cached_tokens
    known = cached.value or 0 if cached.state is State.REPORTED else 0
    return Exchange(question, answer, usage.output_tokens.value or 0, min(known, _input(entry)))
