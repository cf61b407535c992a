"""What a month comes to on each model: users × conversations a day × turns, each of which resends the earlier ones.

From a real conversation, whose requests are taken as they were, or from typed figures. The use is an assumption, so
every figure is to be written with ≈. Where no scale is given, the same tokens are assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from parley.catalog.model import Model
from parley.conversation_shape import Shape
from parley.cost_of_calls import ArrangedCalls, arranged, cost_of_calls
from parley.cost_of_use import GONE
from parley.errors import Refused
from parley.pricing.costing import EXACT_DIGITS
from parley.pricing.price import Price
from parley.tokens_per_character import SAME, Scale, scaled_usage
from parley.usage import Usage
from parley.window_fit import Room, holds_all, room_of

MOST_CONVERSATIONS = 1_000_000_000
DAYS_IN_A_MONTH = 30


@dataclass(frozen=True)
class Audience:
    """Who talks with it, and how often.

    Raises:
        Refused: a number that cannot be; the sentence says which.
    """

    users: int
    conversations_a_day: Decimal
    """Of each user; a half is one every other day."""
    days_a_month: int = DAYS_IN_A_MONTH

    def __post_init__(self) -> None:
        if not _is_whole(self.users, MOST_CONVERSATIONS) or not self.users:
            raise Refused(f"Users are a whole number from 1 to {MOST_CONVERSATIONS:,}.")
        if not (self.conversations_a_day.is_finite() and 0 < self.conversations_a_day <= 10_000):
            raise Refused("Conversations a day are a number above 0 and up to 10,000.")
        if not _is_whole(self.days_a_month, 31) or not self.days_a_month:
            raise Refused("Days a month are a whole number from 1 to 31.")
        if self.conversations > MOST_CONVERSATIONS:
            raise Refused(f"That is more than {MOST_CONVERSATIONS:,} conversations a month.")

    @property
    def conversations(self) -> Decimal:
        """Of all users in a month, exact."""
        with localcontext(prec=EXACT_DIGITS):
            return self.users * self.conversations_a_day * self.days_a_month


def _is_whole(number: object, most: int) -> bool:
    return type(number) is int and 0 <= number <= most


@dataclass(frozen=True)
class Month:
    """What the audience costs on one model in a month. US dollars, exact by the assumptions; write them with ≈."""

    model: Model
    price: Price | None
    per_conversation: Decimal | None
    """`None` = the price is not known, and then so is all that follows."""
    cost: Decimal | None
    too_long_from: int | None
    """The first turn that its window, or its longest output, could not hold; `None` = holds all, or not known."""
    trimmed: Decimal | None = None
    """The cost if only the last messages went out; `None` also where no trimming was asked for."""
    trimmed_too_long_from: int | None = None
    """As `too_long_from`, if only the last messages went out."""
    least: Decimal | None = None
    """Of `cost`, with the fewest tokens seen per character; equal to it where the same tokens are assumed."""
    most: Decimal | None = None
    """With the most."""

    @property
    def trimming_saves(self) -> Decimal | None:
        """Below 0 where the cache held the history for less than what sending a part of it anew costs."""
        return _difference(self.cost, self.trimmed)

    @property
    def holds_all(self) -> bool | None:
        """`None` = its window is not known."""
        return holds_all(self.model, self.too_long_from)

    def saves_against(self, other: Month) -> Decimal | None:
        """What this model saves in a month where `other` is used now; below 0 where it costs more."""
        return _difference(other.cost, self.cost)


def projected(
    models: Iterable[Model],
    shape: Shape,
    audience: Audience,
    *,
    last_messages: int | None = None,
    scales: Mapping[str, Scale] | None = None,
) -> list[Month]:
    """Each chat model of a list with its month, in the order of the list; unknown prices stay unknown.

    `last_messages`: also what it would be if only so many of the last messages went out with each request.
    `scales`: as `RealShape.scales` gives them, for the tokens of other models.
    """
    chat = [model for model in models if model.is_chat]
    named = {model.id for model in chat} & set(scales or {})
    same = _Projected.of(shape, last_messages, SAME)
    own = {name: _Projected.of(shape, last_messages, (scales or {})[name]) for name in named}
    return [_month(model, own.get(model.id, same), audience.conversations) for model in chat]


def cheapest_instead(months: Iterable[Month], now: Month) -> Month | None:
    """The month that costs least of those that cost less than `now`, on a model known to hold every turn.

    Models that are retired or delisted, or that the endpoint does not list, are not proposed.
    """
    cheaper = [
        (one.cost, number, one)
        for number, one in enumerate(months)
        if one.cost is not None
        and one.holds_all
        and one.model.listed
        and one.model.lifecycle not in GONE
        and (now.cost is None or one.cost < now.cost)
        and one.model.id != now.model.id
    ]
    return min(cheaper)[2] if cheaper else None


@dataclass(frozen=True)
class _Requests:
    """The requests of one conversation, ready to be costed by many prices."""

    calls: ArrangedCalls
    room: Room

    @classmethod
    def of(cls, usages: Iterable[Usage], by: Fraction) -> _Requests:
        scaled = [scaled_usage(usage, by) for usage in usages]
        return cls(arranged(scaled), room_of(scaled))

    def cost(self, price: Price | None) -> Decimal | None:
        return None if price is None else cost_of_calls(self.calls, price).total.amount


@dataclass(frozen=True)
class _Projected:
    """One conversation in the tokens of one model."""

    usual: _Requests
    outer: tuple[_Requests, ...]
    """With the fewest and the most tokens per character; empty where there is no range."""
    trimmed: _Requests | None

    @classmethod
    def of(cls, shape: Shape, last_messages: int | None, scale: Scale) -> _Projected:
        sent = shape.requests()
        ends = {scale.least, scale.most} - {scale.usual}
        end = None if last_messages is None else shape.requests(last_messages)
        return cls(
            _Requests.of(sent, scale.usual),
            tuple(_Requests.of(sent, by) for by in ends),
            None if end is None else _Requests.of(end, scale.usual),
        )


def _month(model: Model, one: _Projected, conversations: Decimal) -> Month:
    price, trimmed = model.price, one.trimmed
    usual = one.usual.cost(price)
    every = [cost for calls in (one.usual, *one.outer) if (cost := calls.cost(price)) is not None]
    return Month(
        model,
        price,
        per_conversation=usual,
        cost=_times(usual, conversations),
        too_long_from=one.usual.room.too_long_from(model),
        trimmed=None if trimmed is None else _times(trimmed.cost(price), conversations),
        trimmed_too_long_from=None if trimmed is None else trimmed.room.too_long_from(model),
        least=_times(min(every, default=None), conversations),
        most=_times(max(every, default=None), conversations),
    )


def _times(amount: Decimal | None, conversations: Decimal) -> Decimal | None:
    if amount is None:
        return None
    with localcontext(prec=EXACT_DIGITS):
        return amount * conversations


def _difference(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    if one is None or other is None:
        return None
    with localcontext(prec=EXACT_DIGITS):
        return one - other
