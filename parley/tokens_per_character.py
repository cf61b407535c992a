"""How many tokens each model makes of a character, learned from the requests whose input its endpoint reported.

Tokenizers differ by a fifth and more, so a conversation costs another model's tokens elsewhere. Never more than an
estimate: the texts that were seen are not the text that is to be counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from parley.conversation import LedgerEntry
from parley.outcomes import is_same_model, is_variant
from parley.usage import Count, State, Usage

FEWEST_REQUESTS = 3
"""Of fewer nothing is learned: one text in one language says little about the next."""

FEWEST_CHARS = 400
"""In a shorter request the words that the chat template adds count for too much."""

_LEFT_OUT_AT_EACH_END = 20
"""One in so many, so that a single odd request does not widen the range for ever."""


@dataclass(frozen=True)
class Ratio:
    """Tokens per character, as seen on one model."""

    tokens: int
    """Of all the requests together."""
    chars: int
    lowest: Fraction
    """Of a single request; of twenty and more the outermost twentieth at each end is left out."""
    highest: Fraction
    n: int
    """Requests that it was learned from."""

    @property
    def usual(self) -> Fraction:
        """Tokens per character over all of them, long requests counting for more."""
        return Fraction(self.tokens, self.chars)

    @property
    def span(self) -> tuple[Fraction, Fraction, Fraction]:
        """The least, the usual and the most. The usual one can lie outside the others, which leave out what is odd."""
        return min(self.lowest, self.usual), self.usual, max(self.highest, self.usual)


def ratios_seen(entries: Iterable[LedgerEntry]) -> dict[str, Ratio]:
    """Model id → its ratio, for the models of which enough was seen; the others are absent.

    Requests with attachments teach nothing, since the length of a picture in characters is itself an estimate.
    """
    seen: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for entry in entries:
        tokens, chars = _reported_input(entry), sum(entry.request.composition.values())
        if tokens and chars >= FEWEST_CHARS and not entry.request.composition.get("attachments"):
            seen[counted_by(entry)].append((tokens, chars))
    return {model: _ratio(pairs) for model, pairs in seen.items() if len(pairs) >= FEWEST_REQUESTS}


def counted_by(entry: LedgerEntry) -> str:
    """Id of the model whose tokenizer counted: the one that answered, by the name it was asked under if it is that."""
    asked = entry.request.model
    answered = entry.outcome.model_answered if entry.outcome is not None else None
    if not answered or is_same_model(asked, answered) or is_variant(asked, answered):
        return asked
    return answered


def _reported_input(entry: LedgerEntry) -> int:
    if entry.outcome is None or entry.outcome.usage.input_tokens.state is not State.REPORTED:
        return 0
    return entry.outcome.usage.input_tokens.value or 0


def _ratio(pairs: list[tuple[int, int]]) -> Ratio:
    each = sorted(Fraction(tokens, chars) for tokens, chars in pairs)
    odd = len(each) // _LEFT_OUT_AT_EACH_END
    return Ratio(
        tokens=sum(tokens for tokens, _ in pairs),
        chars=sum(chars for _, chars in pairs),
        lowest=each[odd],
        highest=each[-1 - odd],
        n=len(each),
    )


@dataclass(frozen=True)
class Scale:
    """How many of a model's tokens stand for one that another model counted."""

    least: Fraction
    usual: Fraction
    most: Fraction


SAME = Scale(Fraction(1), Fraction(1), Fraction(1))
"""The same tokens: of the model that counted them it is true, of one with no ratio seen it is assumed."""


def scale_between(ratio: Ratio | None, *, chars: int, attached: int, tokens: int | None) -> Scale:
    """The scale for a text of `chars` characters that came to `tokens`; `SAME` where there is nothing to go by.

    `attached`: so many of the characters are files, which keep the tokens that they had.
    """
    if ratio is None or not tokens or chars <= attached:
        return SAME
    kept = Fraction(attached, chars)
    per_ratio = Fraction(chars - attached, tokens)
    least, usual, most = (kept + one * per_ratio for one in ratio.span)
    return Scale(least, usual, most)


def scaled_usage(usage: Usage, by: Fraction) -> Usage:
    """Each count times `by`, in whole tokens, in the state that it had."""
    if by == 1:
        return usage
    return Usage(*(scaled(count, by) for count in vars(usage).values()))


def scaled(count: Count, by: Fraction) -> Count:
    """Half a token rounds up; a bound stays a bound."""
    if count.value is None:
        return count
    at_most = None if count.at_most is None else ceil(count.at_most * by)
    return replace(count, value=whole(count.value * by), at_most=at_most)


def whole(tokens: Fraction) -> int:
    """
    >>> whole(Fraction(5, 2)), whole(Fraction(12, 5))
    (3, 2)
    """
    return floor(tokens + Fraction(1, 2))


def ratio_in_words(ratio: Ratio | None) -> str:
    """What a figure for another model rests on.

    >>> ratio_in_words(None)
    'no ratio seen: the same tokens are assumed'
    >>> ratio_in_words(Ratio(300, 1200, Fraction(1, 5), Fraction(1, 3), 4))
    '0.250 tokens per character, 0.200 to 0.333 in 4 requests'
    """
    if ratio is None:
        return "no ratio seen: the same tokens are assumed"
    least, usual, most = (f"{float(one):.3f}" for one in ratio.span)
    return f"{usual} tokens per character, {least} to {most} in {ratio.n:,} requests"


OWN_COUNT = "own count"
"""Said of the model that counted the tokens itself."""


def ratio_in_figures(ratio: Ratio | None) -> str:
    """The same for the cell of a table.

    >>> ratio_in_figures(None)
    'none seen, same tokens'
    >>> ratio_in_figures(Ratio(300, 1200, Fraction(1, 5), Fraction(1, 3), 4))
    '0.250 (0.200 to 0.333, n = 4)'
    """
    if ratio is None:
        return "none seen, same tokens"
    least, usual, most = (f"{float(one):.3f}" for one in ratio.span)
    return f"{usual} ({least} to {most}, n = {ratio.n:,})"


Ratios = Mapping[str, Ratio]
"""Model id → what was seen of it."""
