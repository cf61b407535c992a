"""From usage and price to cost, and from costs to a total. Exact in `Decimal`; nothing unknown is ever 0.

Cached tokens are part of the input and reasoning is part of the output: neither is counted a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from parley.pricing.price import UNKNOWN_COST, Cost, CostLine, Price, usage_is_priceable
from parley.usage import Count, State, Usage

RESPONSE_SOURCE = "the response itself"

EXACT_DIGITS = 60
"""More than tokens × rate can ever need, so that no product and no sum is rounded."""


def cost_of(usage: Usage, price: Price | None, *, reported_cost: Decimal | None = None) -> Cost:
    """What a reply cost. A cost that the response itself names wins over ours."""
    if reported_cost is not None and reported_cost.is_finite() and reported_cost >= 0:
        return Cost(reported_cost, State.REPORTED, source=RESPONSE_SOURCE)
    if price is None:
        return UNKNOWN_COST
    if price.free:
        return _free_cost(usage, price)
    if not usage_is_priceable(usage):
        return UNKNOWN_COST
    return _priced_cost(usage, price)


def _free_cost(usage: Usage, price: Price) -> Cost:
    """Nothing times anything: certain, whatever the tokens were."""
    lines = _lines(usage, price) if usage_is_priceable(usage) else ()
    return Cost(
        Decimal(0), State.REPORTED, lines=lines, source=price.source, as_of=price.as_of, free=True
    )


def _priced_cost(usage: Usage, price: Price) -> Cost:
    lines = _lines(usage, price)
    state = _weakest(usage.input_tokens, usage.cached_tokens, usage.output_tokens)
    return Cost(
        _sum(line.amount for line in lines),
        state,
        at_most=_upper_bound(usage, price) if state is State.PARTIAL else None,
        lines=lines,
        source=price.source,
        as_of=price.as_of,
    )


def _lines(usage: Usage, price: Price) -> tuple[CostLine, ...]:
    return _lines_for(
        usage.input_tokens.value, usage.cached_tokens.value, usage.output_tokens.value, price
    )


def _lines_for(
    input_tokens: int | None, cached_tokens: int | None, output_tokens: int | None, price: Price
) -> tuple[CostLine, ...]:
    total_input = input_tokens or 0
    price = price.for_input(total_input)
    cached = min(cached_tokens or 0, total_input)
    cached_rate = price.cached_input_per_mtok
    lines = [_line("Input", total_input - cached, price.input_per_mtok)]
    if cached:
        rate = price.input_per_mtok if cached_rate is None else cached_rate
        lines.append(_line("Cached input", cached, rate))
    return (*lines, _line("Output", output_tokens or 0, price.output_per_mtok))


def _line(label: str, tokens: int, rate_per_mtok: Decimal) -> CostLine:
    with localcontext(prec=EXACT_DIGITS):
        return CostLine(label, tokens, rate_per_mtok, (tokens * rate_per_mtok).scaleb(-6))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    with localcontext(prec=EXACT_DIGITS):
        return sum(amounts, Decimal(0))


def _weakest(*counts: Count) -> State:
    """Cached tokens that nobody reported weaken nothing: most servers have no cache to report."""
    states = {count.state for count in counts if count.is_known}
    for state in (State.PARTIAL, State.ESTIMATED):
        if state in states:
            return state
    return State.REPORTED


def _upper_bound(usage: Usage, price: Price) -> Decimal | None:
    input_bound, output_bound = _most(usage.input_tokens), _most(usage.output_tokens)
    if input_bound is None or output_bound is None:
        return None
    # A longer request may have lower rates, so that it costs most right at the end of the tier before.
    known, cached = usage.input_tokens.value or 0, usage.cached_tokens.value
    ends = (tier.above_input_tokens for tier in price.tiers)
    inputs = [input_bound, *(end for end in ends if known <= end < input_bound)]
    every = (_lines_for(taken, cached, output_bound, price) for taken in inputs)
    return max(_sum(line.amount for line in lines) for lines in every)


def _most(count: Count) -> int | None:
    """A bound below what has been counted already is no bound."""
    if count.state is not State.PARTIAL:
        return count.value
    if count.at_most is None or count.value is None:
        return None
    return max(count.at_most, count.value)


@dataclass(frozen=True)
class CostTotal:
    """The sum of many costs, and how much of it is certain."""

    amount: Decimal | None
    """The sum of what is known; `None` when nothing is."""
    unpriced: int
    """Replies whose cost is unknown, so that the true total is higher."""
    partial: int
    """Replies of which only a lower bound is known."""
    estimated: int
    replies: int
    all_free: bool
    """There was at least one reply, and each source said that it costs nothing."""


def total_cost(costs: Iterable[Cost]) -> CostTotal:
    """Add costs up without losing what is uncertain about them."""
    every = list(costs)
    amounts = [cost.amount for cost in every if cost.amount is not None]
    return CostTotal(
        amount=_sum(amounts) if amounts else None,
        unpriced=len(every) - len(amounts),
        partial=sum(cost.state is State.PARTIAL for cost in every),
        estimated=sum(cost.state is State.ESTIMATED for cost in every),
        replies=len(every),
        all_free=bool(every) and all(cost.free for cost in every),
    )
