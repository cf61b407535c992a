"""What a probe can cost at most, told before it starts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parley.catalog.model import Model
from parley.pricing.costing import CostTotal, cost_of, total_cost
from parley.pricing.price import Cost, Price
from parley.probe.steps import Exchange, Step, exchange
from parley.usage import Count, State, Usage


@dataclass(frozen=True)
class Expected:
    """The most that a probe uses, as far as that can be told beforehand."""

    calls: int
    input_tokens: int
    """Estimated upwards."""
    output_tokens: int
    """The limits that are sent, added up."""
    cost: CostTotal
    """Of the models whose price is known."""
    unpriced: tuple[str, ...]
    """The ids of the others."""


def expected(models: Sequence[Model], steps: Iterable[Step] = ()) -> Expected:
    """`steps` are those beside the reply, which is always asked for."""
    exchanges = [exchange(step) for step in dict.fromkeys((Step.REPLY, *steps))]
    calls = sum(one.calls for one in exchanges)
    return Expected(
        calls=calls * len(models),
        input_tokens=sum(one.calls * one.input_at_most for one in exchanges) * len(models),
        output_tokens=sum(one.calls * one.max_tokens for one in exchanges) * len(models),
        cost=total_cost(_cost(one, model.price) for model in models for one in exchanges),
        unpriced=tuple(model.id for model in models if model.price is None),
    )


def _cost(one: Exchange, price: Price | None) -> Cost:
    usage = Usage(
        input_tokens=Count(one.calls * one.input_at_most, State.ESTIMATED),
        output_tokens=Count(one.calls * one.max_tokens, State.ESTIMATED),
    )
    return cost_of(usage, price)
