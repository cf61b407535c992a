"""What the next turn will cost, before it is sent: on this model, and on the three cheapest that can take it. Pure.

Everything here is an estimate (≈) or, where a part is not known at all, a lower bound (≥). What it rests on is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from heapq import nsmallest

from parley.attaching import estimated_tokens
from parley.attachment import Attachment
from parley.catalog.model import Model
from parley.context import Carried
from parley.conversation import LedgerEntry, Message
from parley.cost_of_use import GONE
from parley.pricing.costing import EXACT_DIGITS, cost_of
from parley.pricing.price import Price
from parley.pricing.wording import write_count
from parley.tokens_per_character import SAME, Ratio, Ratios, Scale, counted_by, whole
from parley.usage import ABSURD_TOKENS, Count, State, Usage, total
from parley.usual_turn import Seen, cached_share, given, usual_answer, usual_message

CHEAPEST = 3


@dataclass(frozen=True)
class Draft:
    """What the next turn consists of."""

    carried: Carried
    """Context that goes along, in the tokens of the model that answered last."""
    attachments: tuple[Attachment, ...] = ()
    message: Seen | None = None
    """Characters: `given` of a text that is known, else `usual_message`; `None` = nothing to go by."""
    answer: Seen | None = None
    """Tokens, as `usual_answer`; `None` = nothing to go by."""
    token_limit: int | None = None
    """The most tokens that the answer may have, if that is set."""
    cached: Fraction = Fraction(0)
    """Share of what is carried that the cache of the chosen model is likely to hold."""
    counted_by: str = ""
    """Id of the model whose tokens these are, the one that answered last; empty = the chosen one."""

    def input_tokens(self) -> tuple[Count, Count, Count]:
        """With the shortest, the usual and the longest message; PARTIAL where a part is not known."""
        text = self.message or given(0)
        counts = (self._with(chars) for chars in (text.least, text.usual, text.most))
        least, usual, most = counts
        return least, usual, most

    def _with(self, chars: int) -> Count:
        count = self.carried.with_text(chars, self.attachments)
        return Count(count.value, State.ESTIMATED if self.is_input_whole else State.PARTIAL)

    @property
    def is_input_whole(self) -> bool:
        """Whether each part of the input is known, be it roughly."""
        sizes = [estimated_tokens(known).is_known for known in self.attachments]
        is_carried_whole = self.carried.tokens.state is not State.PARTIAL
        return self.message is not None and is_carried_whole and all(sizes)

    def output_tokens(self) -> tuple[int, int, int]:
        """The shortest, the usual and the longest answer, none above the limit; 0 where nothing is known of it."""
        limit = ABSURD_TOKENS if self.token_limit is None else self.token_limit
        if self.answer is None:
            return 0, 0, self.token_limit or 0
        least, usual, most = (
            min(tokens, limit)
            for tokens in (self.answer.least, self.answer.usual, self.answer.most)
        )
        return least, usual, most

    @property
    def has_most(self) -> bool:
        """Whether something can be said of the longest turn."""
        return self.is_input_whole and (self.answer is not None or self.token_limit is not None)


def draft_of(
    path: Sequence[Message],
    calls: Sequence[LedgerEntry],
    carried: Carried,
    model_id: str,
    *,
    typed_chars: int | None = None,
    attachments: Sequence[Attachment] = (),
    token_limit: int | None = None,
) -> Draft:
    """The next turn of a conversation. `calls`: those of its replies; `typed_chars`: of a text that is known."""
    answered = [counted_by(one) for one in calls if one.outcome is not None]
    return Draft(
        carried,
        tuple(attachments),
        message=given(typed_chars) if typed_chars else usual_message(path),
        answer=usual_answer(calls, model_id),
        token_limit=token_limit,
        cached=cached_share(calls, model_id),
        counted_by=answered[-1] if answered else model_id,
    )


@dataclass(frozen=True)
class NextTurnCost:
    """The next turn on one model. US dollars."""

    model: Model
    price: Price | None
    amount: Decimal | None
    """The usual one, or the least where a part is not known; `None` = no price, or no part is known."""
    state: State
    """ESTIMATED; PARTIAL where a part is not known, so that it is at least this; REPORTED where it is free."""
    least: Decimal | None
    most: Decimal | None
    """Of what was seen so far, which is no bound; `None` also where a part is not known."""
    ratio: Ratio | None
    """What its tokens were worked out by; `None` = the same tokens are assumed."""
    fits: bool | None
    """Whether its window takes the turn with the usual message and answer; `None` = not known."""


@dataclass(frozen=True)
class BeforeSending:
    """The next turn here and where it would cost least."""

    here: NextTurnCost
    cheapest: tuple[NextTurnCost, ...]
    """At most three other models whose price and window are known and that take it, the cheapest first."""


def before_sending(
    draft: Draft, model: Model, models: Iterable[Model], ratios: Ratios | None = None
) -> BeforeSending:
    """What the next turn costs on the chosen model and elsewhere. `ratios`: as `ratios_seen` gives them."""
    known: Ratios = ratios or {}
    counted = draft.counted_by or model.id
    seen_of = {name: ratio for name, ratio in known.items() if name != counted}
    others = _usable([one for one in models if one.id != model.id])
    costs = nsmallest(CHEAPEST, _costs_of_those_that_fit(draft, others, seen_of))
    cheapest = [others[index] for _, _, index in costs]
    return BeforeSending(
        _on(draft, model, seen_of.get(model.id), draft.cached),
        tuple(_on(draft, one, seen_of.get(one.id), Fraction(0)) for one in cheapest),
    )


def _usable(models: list[Model]) -> list[Model]:
    """As for a typed use: what the endpoint does not list counts only where it lists nothing."""
    usable = [one for one in models if one.is_chat and one.lifecycle not in GONE]
    return [one for one in usable if one.listed] or usable


def _costs_of_those_that_fit(
    draft: Draft, models: Sequence[Model], ratios: Ratios
) -> Iterator[tuple[Decimal, int, int]]:
    """Of each the cost, its window (the larger first among equals) and its place; a whole list is gone through."""
    sent, answered = draft.input_tokens()[1].value or 0, draft.output_tokens()[1]
    same = _turn(sent, answered, 0, Fraction(1))
    for index, model in enumerate(models):
        ratio, price = ratios.get(model.id), model.price
        by = _scale(draft, ratio).usual
        turn = same if ratio is None else _turn(sent, answered, 0, by)
        cost = _cost(turn, price) if price is not None and _fits(model, turn) else None
        if cost is not None:
            yield cost, -(model.context_window or 0), index


def _cost(turn: Usage, price: Price) -> Decimal | None:
    """`None` for a turn of which nothing is known: that is no cost of 0."""
    has_tokens = price.free or turn.total_tokens.value
    return cost_of(turn, price).amount if has_tokens else None


def _on(draft: Draft, model: Model, ratio: Ratio | None, cached: Fraction) -> NextTurnCost:
    turns = _turns(draft, _scale(draft, ratio), cached)
    price, fits = model.price, _fits(model, turns[1])
    usual = None if price is None else _cost(turns[1], price)
    if price is None or usual is None:
        return NextTurnCost(model, price, None, State.UNKNOWN, None, None, ratio, fits)
    every = [usual, *(cost_of(turn, price).amount or Decimal(0) for turn in turns)]
    is_whole = draft.is_input_whole and draft.answer is not None
    state = State.ESTIMATED if is_whole else State.PARTIAL
    return NextTurnCost(
        model,
        price,
        usual if is_whole else min(every),
        State.REPORTED if price.free else state,
        least=min(every),
        most=max(every) if price.free or draft.has_most else None,
        ratio=ratio,
        fits=fits,
    )


def _scale(draft: Draft, ratio: Ratio | None) -> Scale:
    """From tokens of the draft to those of the other model, by the characters that they stand for."""
    if ratio is None:
        return SAME
    chars = Fraction(draft.carried.chars_per_token)
    return Scale(*(one * chars for one in ratio.span))


def _turns(draft: Draft, scale: Scale, cached: Fraction) -> list[Usage]:
    """The least, the usual and the most. The most has nothing from the cache: it may have been emptied."""
    sent = [count.value or 0 for count in draft.input_tokens()]
    held = whole((draft.carried.tokens.value or 0) * cached)
    scales = scale.least, scale.usual, scale.most
    each = zip(sent, draft.output_tokens(), (held, held, 0), scales, strict=True)
    return [_turn(one, other, kept, by) for one, other, kept, by in each]


def _turn(sent: int, answered: int, cached: int, by: Fraction) -> Usage:
    tokens = (whole(number * by) for number in (sent, cached, answered))
    return Usage(*(Count(number, State.ESTIMATED) for number in tokens))


def _fits(model: Model, turn: Usage) -> bool | None:
    longest = model.value("max_output_tokens")
    if longest is not None and (turn.output_tokens.value or 0) > longest:
        return False
    if model.context_window is None:
        return None
    return (turn.total_tokens.value or 0) <= model.context_window


def added_by_text(carried: Carried, chars: int, price: Price | None) -> Decimal | None:
    """What a text makes the input of the next turn cost more, its price for long requests included. US dollars.

    `None` = the price is not known. Below 0 where a longer request has lower rates.
    """
    if price is None:
        return None
    before, after = (
        cost_of(_turn(carried.with_text(length).value or 0, 0, 0, Fraction(1)), price).amount
        or Decimal(0)
        for length in (0, chars)
    )
    with localcontext(prec=EXACT_DIGITS):
        return after - before


def rests_on(draft: Draft) -> str:
    """What the cost was worked out from, in one line.

    >>> rests_on(Draft(Carried(Count(3200, State.ESTIMATED), 4.0, True), message=Seen(12, 240, 900, 7)))
    '≈3,200 tokens carried · a message of 240 characters, the middle of 7 (12 to 900) · an answer of unknown length'
    """
    files = [estimated_tokens(known) for known in draft.attachments]
    parts = [
        f"{write_count(draft.carried.tokens)} tokens carried{_from_cache(draft)}",
        f"{write_count(total(files))} tokens of attachments" if files else "",
        f"a message of {_in_words(draft.message, 'characters')}",
        f"an answer of {_in_words(draft.answer, 'tokens')}",
        "" if draft.token_limit is None else f"at most {draft.token_limit:,} tokens of answer",
    ]
    return " · ".join(part for part in parts if part)


def _from_cache(draft: Draft) -> str:
    if not draft.cached or not draft.carried.tokens.value:
        return ""
    return f", ≈{float(100 * draft.cached):.0f} % of them from the cache as in the last reply"


def _in_words(one: Seen | None, unit: str) -> str:
    if one is None:
        return "unknown length"
    if not one.n:
        return f"{one.usual:,} {unit}"
    return f"{one.usual:,} {unit}, the middle of {one.n:,} ({one.least:,} to {one.most:,})"
