"""What many calls cost by one price, in a few multiplications: the same total to the last digit, for any price list.

A conversation of a hundred calls on five hundred models is fifty thousand costs, too many to be made one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import accumulate

from parley.outcomes import bill
from parley.pricing.costing import EXACT_DIGITS, CostTotal, total_cost
from parley.pricing.price import Cost, Price, usage_is_priceable
from parley.usage import State, Usage

Tokens = tuple[int, int, int]
"""Input, of that cached, and output."""


@dataclass(frozen=True)
class ArrangedCalls:
    """The usage of calls, those of known figures added up from the shortest input on."""

    inputs: tuple[int, ...]
    """Input tokens of each call of known figures, ascending."""
    sums: tuple[Tokens, ...]
    """Tokens of the first 0, 1, 2 … of them."""
    estimated: int
    """So many of them are estimates."""
    others: tuple[Usage, ...]
    """Cut short or unknown: costed one by one."""

    @property
    def count(self) -> int:
        return len(self.inputs) + len(self.others)


def arranged(usages: Iterable[Usage]) -> ArrangedCalls:
    """Any number of calls, made ready to be costed by many prices."""
    every = list(usages)
    known = [usage for usage in every if _is_known(usage)]
    tokens = sorted(_tokens(usage) for usage in known)
    return ArrangedCalls(
        inputs=tuple(one[0] for one in tokens),
        sums=tuple(accumulate(tokens, _added, initial=(0, 0, 0))),
        estimated=sum(State.ESTIMATED in _states(usage) for usage in known),
        others=tuple(usage for usage in every if not _is_known(usage)),
    )


def _is_known(usage: Usage) -> bool:
    return usage_is_priceable(usage) and State.PARTIAL not in _states(usage)


def _states(usage: Usage) -> set[State]:
    counts = usage.input_tokens, usage.cached_tokens, usage.output_tokens
    return {count.state for count in counts if count.is_known}


def _tokens(usage: Usage) -> Tokens:
    tokens = usage.input_tokens.value or 0
    return tokens, min(usage.cached_tokens.value or 0, tokens), usage.output_tokens.value or 0


def _added(one: Tokens, other: Tokens) -> Tokens:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


@dataclass(frozen=True)
class CallsCost:
    """What calls cost together."""

    total: CostTotal
    at_most: Decimal | None
    """Upper bound of those that could be priced; `None` where one was cut short and nothing bounds it."""


def cost_of_calls(calls: ArrangedCalls, price: Price) -> CallsCost:
    """The total of what each call costs by this price."""
    if price.free:
        total = total_cost([bill(Usage(), price)] * calls.count)
        return CallsCost(total, total.amount)
    others = [bill(usage, price) for usage in calls.others]
    plain = _plain_cost(calls, price)
    bounds = [plain, *(_at_most(cost) for cost in others if cost.amount is not None)]
    known = total_cost(others)
    amounts = [amount for amount in (plain, known.amount) if amount is not None]
    total = CostTotal(
        amount=_sum(amounts) if calls.inputs or known.amount is not None else None,
        unpriced=known.unpriced,
        partial=known.partial,
        estimated=known.estimated + calls.estimated,
        replies=calls.count,
        all_free=False,
    )
    is_bounded = total.amount is not None and None not in bounds
    return CallsCost(total, _sum(one for one in bounds if one is not None) if is_bounded else None)


def _at_most(cost: Cost) -> Decimal | None:
    return cost.at_most if cost.state is State.PARTIAL else cost.amount


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    with localcontext(prec=EXACT_DIGITS):
        return sum(amounts, Decimal(0))


def _plain_cost(calls: ArrangedCalls, price: Price) -> Decimal:
    with localcontext(prec=EXACT_DIGITS):
        parts = (_amount(tokens, rates) for tokens, rates in _by_tier(calls, price))
        return sum(parts, Decimal(0)).scaleb(-6)


def _by_tier(calls: ArrangedCalls, price: Price) -> Iterator[tuple[Tokens, Price]]:
    """The tokens of the calls that have the same rates, and those rates."""
    ends = sorted({bisect_right(calls.inputs, tier.above_input_tokens) for tier in price.tiers})
    start = 0
    for end in (*ends, len(calls.inputs)):
        if end > start:
            before, up_to = calls.sums[start], calls.sums[end]
            tokens = (up_to[0] - before[0], up_to[1] - before[1], up_to[2] - before[2])
            yield tokens, price.for_input(calls.inputs[start])
        start = end


def _amount(tokens: Tokens, rates: Price) -> Decimal:
    total_input, cached, output = tokens
    cached_rate = rates.cached_input_per_mtok
    if cached_rate is None:
        cached_rate = rates.input_per_mtok
    full = (total_input - cached) * rates.input_per_mtok
    return full + cached * cached_rate + output * rates.output_per_mtok
