"""The figures of one call, of which the store keeps sums: whole numbers, which any database adds up exactly. Pure.

Money is two of them, 1e-12 and 1e-24 of a dollar. A call whose money does not fit is counted as `apart`, without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from itertools import accumulate, pairwise
from typing import Protocol

from parley.pricing.price import Cost
from parley.spending import Ended, most_of, reached_a_model, saved_by_cache
from parley.usage import ABSURD_TOKENS, Count, State

Figures = dict[str, int]
"""Name of a column of the sums → what this call adds to it; what is absent adds nothing."""

LONGEST_PART = 10_000_000_000
"""Characters; more of one part of a request are a fault, not a figure."""
PARTS = ("system", "history", "attachments", "new")

_FINEST = Decimal("1E-24")
_FITTING = Context(prec=26, traps=[Inexact, InvalidOperation])
"""Below $100: two digits, and those down to the finest."""


class Billed(Ended, Protocol):
    """Of an outcome, all that the sums are made of."""

    @property
    def cost(self) -> Cost: ...


def figures_of(call: Billed, composition: Mapping[str, object]) -> Figures:
    """Of a call that has ended; `composition`: characters of its request, by part."""
    return {
        "calls": 1,
        **_certainty(call),
        **_money(call.cost),
        **_input(call),
        **_cache(call),
        **_output(call),
        **_thoughts(call),
        **_parts(call, composition),
    }


def split(dollars: Decimal) -> tuple[int, int] | None:
    """As whole 1e-12 and whole 1e-24 dollars; `None` where that is not exact, or of $100 and more.

    >>> split(Decimal("1.5")), split(Decimal("1E-24")), split(Decimal("100")), split(Decimal("1E-25"))
    ((1500000000000, 0), (0, 1), None, None)
    """
    try:
        whole = dollars.quantize(_FINEST, context=_FITTING)
    except (Inexact, InvalidOperation):
        return None
    return divmod(int(whole.scaleb(24)), 10**12)


def _certainty(call: Billed) -> Figures:
    cost = call.cost
    if cost.amount is None:
        return {"unpriced": 1} if reached_a_model(call) else {"unused": 1}
    if cost.free:
        return {"free": 1}
    is_partial = cost.state is State.PARTIAL
    return {
        "estimated": int(cost.state is State.ESTIMATED),
        "partial": int(is_partial),
        "unbounded": int(is_partial and cost.at_most is None),
    }


def _money(cost: Cost) -> Figures:
    amounts = {"amount": cost.amount, "most": most_of(cost), "saved": saved_by_cache(cost)}
    found: Figures = {}
    for name, amount in amounts.items():
        if amount is not None:
            halves = split(amount)
            if halves is None:
                return {"apart": 1}
            found[f"{name}_pico"], found[f"{name}_yocto"] = halves
    return found


def possible(count: Count) -> int | None:
    """Tokens; a figure that cannot be is unknown."""
    return count.value if _is_possible(count.value) else None


def _is_possible(tokens: int | None) -> bool:
    return tokens is not None and 0 <= tokens <= ABSURD_TOKENS


def _input(call: Billed) -> Figures:
    count = call.usage.input_tokens
    tokens = possible(count)
    if tokens is None:
        return {"input_unknown": int(reached_a_model(call))}
    is_estimated = count.state is not State.REPORTED
    return {"input_tokens": tokens, "input_known": 1, "input_estimated": int(is_estimated)}


def _cache(call: Billed) -> Figures:
    """Cached tokens are part of the input, whatever a server says."""
    tokens, cached = possible(call.usage.input_tokens), possible(call.usage.cached_tokens)
    if tokens is None or cached is None:
        return {}
    is_hit = tokens > 0 and cached > 0
    return {
        "cache_said": 1,
        "cache_input": tokens,
        "cached_tokens": min(cached, tokens),
        "cache_hits": int(is_hit),
        "cache_unvalued": int(is_hit and saved_by_cache(call.cost) is None),
    }


def _output(call: Billed) -> Figures:
    count = call.usage.output_tokens
    tokens = possible(count)
    if tokens is None:
        return {"output_unknown": int(reached_a_model(call))}
    known = {"output_tokens": tokens, "output_known": 1, "output_most": tokens}
    if count.state is not State.PARTIAL:
        return {**known, "output_estimated": int(count.state is not State.REPORTED)}
    bound = count.at_most
    if bound is None or not _is_possible(bound):
        return {**known, "output_partial": 1, "output_unbounded": 1}
    return {**known, "output_partial": 1, "output_most": bound}


def _thoughts(call: Billed) -> Figures:
    """Reasoning is part of the output, whatever a server says."""
    tokens, reasoning = possible(call.usage.output_tokens), possible(call.usage.reasoning_tokens)
    if tokens is None or reasoning is None:
        return {}
    thought = min(reasoning, tokens)
    return {"reasoning_tokens": thought, "answer_tokens": tokens - thought}


def _parts(call: Billed, composition: Mapping[str, object]) -> Figures:
    """Reported input by its characters. Borders between parts are rounded down, so that they add up to the whole."""
    tokens = possible(call.usage.input_tokens)
    chars = [_chars(composition.get(part)) for part in PARTS]
    if tokens is None or call.usage.input_tokens.state is not State.REPORTED or not any(chars):
        return {}
    ends = accumulate(chars, initial=0)
    borders = pairwise([tokens * end // sum(chars) for end in ends])
    names = ("system_tokens", "history_tokens", "attachment_tokens", "new_tokens")
    return {name: end - begin for name, (begin, end) in zip(names, borders, strict=True)}


def _chars(told: object) -> int:
    return told if isinstance(told, int) and 0 <= told <= LONGEST_PART else 0
