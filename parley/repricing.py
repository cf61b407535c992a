"""A conversation that took place, call by call, at the prices of other models: what it would have cost there. Pure.

The same questions and the same answers are assumed. Tokens that another model counted are an estimate (≈), with a
range where its tokens per character were seen; those of the model itself are exact, and so is their cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from parley.catalog.model import Model
from parley.conversation import Kind, LedgerEntry
from parley.cost_of_calls import ArrangedCalls, arranged, cost_of_calls
from parley.pricing.costing import CostTotal, total_cost
from parley.pricing.price import UNKNOWN_COST, Cost, Price
from parley.spending import reached_a_model
from parley.tokens_per_character import (
    OWN_COUNT,
    SAME,
    Ratio,
    Ratios,
    Scale,
    counted_by,
    ratio_in_figures,
    scale_between,
    scaled_usage,
)
from parley.usage import State, Usage
from parley.window_fit import Room, holds_all, room_of


@dataclass(frozen=True)
class PastCall:
    """What is needed of a call to cost it elsewhere."""

    turn: int
    """1 for the first reply; attempts at one reply share it."""
    usage: Usage
    counted_by: str
    """Id of the model whose tokens these are."""
    chars: int
    """Of the request, attachments included."""
    attached: int
    """Characters of attachments."""
    paid: Cost


def past_calls(entries: Iterable[LedgerEntry]) -> tuple[PastCall, ...]:
    """The calls of a chat in their order, but those that reached no model and so used nothing.

    Comparisons and probes are no part of it: they asked again what was asked already. A call without an outcome
    stays, with its usage unknown.
    """
    kept = [one for one in entries if one.request.kind is Kind.CHAT and _may_have_used(one)]
    turns: dict[str, int] = {}
    for entry in kept:
        turns.setdefault(entry.request.reply_id, len(turns) + 1)
    return tuple(_past_call(entry, turns[entry.request.reply_id]) for entry in kept)


def _may_have_used(entry: LedgerEntry) -> bool:
    return entry.outcome is None or reached_a_model(entry.outcome)


def _past_call(entry: LedgerEntry, turn: int) -> PastCall:
    parts, outcome = entry.request.composition, entry.outcome
    return PastCall(
        turn,
        usage=Usage() if outcome is None else outcome.usage,
        counted_by=counted_by(entry),
        chars=sum(parts.values()),
        attached=parts.get("attachments", 0),
        paid=UNKNOWN_COST if outcome is None else outcome.cost,
    )


@dataclass(frozen=True)
class Elsewhere:
    """The conversation on one model."""

    model: Model
    price: Price | None
    """What it was costed at; `None` = unknown, and then so is everything in dollars."""
    total: CostTotal | None
    """ESTIMATED calls are those that another model counted."""
    least: Decimal | None
    """US dollars: what the calls that could be priced come to with the fewest tokens seen per character."""
    most: Decimal | None
    """With the most; `None` also where a reply was cut short and nothing bounds it."""
    ratio: Ratio | None
    """What the range rests on; `None` = none seen, so the same tokens are assumed and there is no range."""
    is_exact: bool
    """Every call was counted by this very model."""
    too_long_from: int | None
    """The first turn that its window, or its longest output, could not hold; `None` = holds all, or not known."""
    perhaps_too_long_from: int | None
    """The same with the most tokens seen per character."""
    is_length_known: bool = True
    """Whether the tokens of every call are known, at least in part."""

    @property
    def holds_all(self) -> bool | None:
        """`None` = its window, or the length of a call, is not known."""
        return holds_all(self.model, self.too_long_from, is_known=self.is_length_known)

    @property
    def rests_on(self) -> str:
        """Its tokens per character, or what is taken instead, in a few words."""
        return OWN_COUNT if self.is_exact else ratio_in_figures(self.ratio)


@dataclass(frozen=True)
class Repricing:
    """A conversation on every model of a list."""

    calls: int
    paid: CostTotal
    """What it did cost, by the ledger."""
    priced: tuple[Elsewhere, ...]
    """Those that hold it first, each from the cheapest on; what cannot be priced stands last."""
    unpriced: tuple[Elsewhere, ...]
    """Models of unknown price, in the order of the list."""


def repriced(
    entries: Iterable[LedgerEntry], models: Iterable[Model], ratios: Ratios | None = None
) -> Repricing:
    """Every chat model of a list with what this conversation comes to on it.

    `entries`: the ledger of one conversation in the order of sending. `ratios`: as `ratios_seen` gives them.
    """
    calls, seen = past_calls(entries), ratios or {}
    own = {call.counted_by for call in calls}
    elsewhere = _counted(calls, "", None)
    found = [
        _on_model(_counted(calls, model.id, seen.get(model.id)), model, seen.get(model.id))
        if model.id in own or model.id in seen
        else _on_model(elsewhere, model, None)
        for model in models
        if model.is_chat
    ]
    return Repricing(
        calls=len(calls),
        paid=total_cost(call.paid for call in calls),
        priced=tuple(sorted((one for one in found if one.price is not None), key=_rank)),
        unpriced=tuple(one for one in found if one.price is None),
    )


def _rank(one: Elsewhere) -> tuple[bool, bool, Decimal]:
    amount = one.total.amount if one.total is not None else None
    return one.holds_all is False, amount is None, amount or Decimal(0)


@dataclass(frozen=True)
class _Counted:
    """The calls in the tokens of one model."""

    is_exact: bool
    usual: ArrangedCalls
    outer: tuple[ArrangedCalls, ...]
    """With the fewest and with the most tokens seen per character; empty where there is no range."""
    room: Room
    most_room: Room


def _counted(calls: Sequence[PastCall], model_id: str, ratio: Ratio | None) -> _Counted:
    scales = [_scale(call, model_id, ratio) for call in calls]
    least, usual, most = (
        [_usage(call, model_id, by) for call, by in zip(calls, column, strict=True)]
        for column in _columns(scales)
    )
    turns = [call.turn for call in calls]
    has_range = any(scale.least != scale.most for scale in scales)
    return _Counted(
        is_exact=bool(calls) and all(call.counted_by == model_id for call in calls),
        usual=arranged(usual),
        outer=(arranged(least), arranged(most)) if has_range else (),
        room=room_of(usual, turns),
        most_room=room_of(most, turns),
    )


def _columns(scales: Sequence[Scale]) -> tuple[list[Fraction], list[Fraction], list[Fraction]]:
    least, usual, most = ([getattr(one, name) for one in scales] for name in vars(SAME))
    return least, usual, most


def _scale(call: PastCall, model_id: str, ratio: Ratio | None) -> Scale:
    if call.counted_by == model_id:
        return SAME
    tokens = call.usage.input_tokens.value
    return scale_between(ratio, chars=call.chars, attached=call.attached, tokens=tokens)


def _usage(call: PastCall, model_id: str, by: Fraction) -> Usage:
    """In the tokens of the model; what another model counted is an estimate, and what was cut short stays that."""
    usage = scaled_usage(call.usage, by)
    billed = usage.input_tokens, usage.cached_tokens, usage.output_tokens
    if call.counted_by == model_id or State.PARTIAL in {count.state for count in billed}:
        return usage
    if not usage.input_tokens.is_known:
        return usage
    return replace(usage, input_tokens=replace(usage.input_tokens, state=State.ESTIMATED))


def _on_model(counted: _Counted, model: Model, ratio: Ratio | None) -> Elsewhere:
    price = model.price
    usual = None if price is None else cost_of_calls(counted.usual, price)
    outer = [] if price is None else [cost_of_calls(calls, price) for calls in counted.outer]
    every = [usual, *outer] if usual is not None else []
    return Elsewhere(
        model,
        price,
        total=None if usual is None else usual.total,
        least=_extreme(min, [one.total.amount for one in every]),
        most=_extreme(max, [one.at_most for one in every]),
        ratio=ratio,
        is_exact=counted.is_exact,
        too_long_from=counted.room.too_long_from(model),
        perhaps_too_long_from=counted.most_room.too_long_from(model),
        is_length_known=counted.room.is_known,
    )


def _extreme(
    pick: Callable[[Iterable[Decimal]], Decimal], amounts: Sequence[Decimal | None]
) -> Decimal | None:
    """A longer request can cost less where its tier does, so neither end is where one would look for it."""
    known = [amount for amount in amounts if amount is not None]
    return pick(known) if known and len(known) == len(amounts) else None
