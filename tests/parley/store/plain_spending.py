"""The same questions answered by a plain loop over the whole ledger, for the answers of the database to be held to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal, localcontext
from itertools import pairwise

from parley.conversation import LedgerEntry, Outcome
from parley.spending import (
    CacheUse,
    Spent,
    TokenSum,
    WhereTokensWent,
    most_of,
    reached_a_model,
    saved_by_cache,
)
from parley.usage import ABSURD_TOKENS, Count, State
from parley.wanted_calls import Dimension, Wanted

LONGEST_PART = 10_000_000_000


def day(entry: LedgerEntry, wanted: Wanted) -> str:
    local = entry.request.sent_at + timedelta(minutes=wanted.utc_offset_min)
    return local.date().isoformat()


def key(entry: LedgerEntry, dimension: Dimension, wanted: Wanted) -> str:
    request, outcome = entry.request, entry.outcome
    return {
        Dimension.DAY: day(entry, wanted),
        Dimension.ENDPOINT: request.endpoint,
        Dimension.MODEL: request.model,
        Dimension.KIND: request.kind.value,
        Dimension.CONVERSATION: request.conversation_id,
        Dimension.STATE: "" if outcome is None else outcome.state.value,
    }[dimension]


def is_wanted(entry: LedgerEntry, wanted: Wanted) -> bool:
    request, on = entry.request, day(entry, wanted)
    return all(
        (
            wanted.first_day is None or on >= wanted.first_day.isoformat(),
            wanted.last_day is None or on <= wanted.last_day.isoformat(),
            request.endpoint in (wanted.endpoints or (request.endpoint,)),
            request.model in (wanted.models or (request.model,)),
            request.kind in (wanted.kinds or (request.kind,)),
            wanted.conversation_id in (None, request.conversation_id),
            request.conversation_id != "" or not wanted.in_conversations,
        )
    )


def spent_by(
    entries: Sequence[LedgerEntry], dimension: Dimension, wanted: Wanted
) -> dict[str, Spent]:
    by_key: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        by_key.setdefault(key(entry, dimension, wanted), []).append(entry)
    return {name: spent(some) for name, some in by_key.items()}


def spent(entries: Sequence[LedgerEntry]) -> Spent:
    ended = [entry.outcome for entry in entries if entry.outcome is not None]
    known = [one for one in ended if one.cost.amount is not None]
    paid = [one for one in known if not one.cost.free]
    partial = [one for one in paid if one.cost.state is State.PARTIAL]
    unbounded = sum(one.cost.at_most is None for one in partial)
    estimated = sum(one.cost.state is State.ESTIMATED for one in paid)
    unpriced = sum(one.cost.amount is None and reached_a_model(one) for one in ended)
    unfinished = len(entries) - len(ended)
    is_bounded = bool(known) and not (unfinished or unpriced or unbounded)
    return Spent(
        calls=len(entries),
        unfinished=unfinished,
        unused=len(ended) - len(known) - unpriced,
        free=len(known) - len(paid),
        priced=len(paid) - len(partial) - estimated,
        estimated=estimated,
        partial=len(partial),
        unpriced=unpriced,
        unbounded=unbounded,
        amount=added(one.cost.amount for one in known) if known else None,
        at_most=added(most_of(one.cost) for one in known) if is_bounded else None,
        input=tokens(ended, unfinished, lambda one: one.usage.input_tokens, can_be_partial=False),
        output=tokens(ended, unfinished, lambda one: one.usage.output_tokens),
    )


def added(amounts: Iterable[Decimal | None]) -> Decimal:
    with localcontext(prec=200):
        return sum((amount for amount in amounts if amount is not None), Decimal(0))


def tokens(
    ended: Sequence[Outcome],
    unfinished: int,
    bucket: Callable[[Outcome], Count],
    *,
    can_be_partial: bool = True,
) -> TokenSum:
    known = [bucket(one) for one in ended if possible(bucket(one)) is not None]
    unknown = unfinished + sum(
        possible(bucket(one)) is None and reached_a_model(one) for one in ended
    )
    partial = [one for one in known if one.state is State.PARTIAL and can_be_partial]
    reported = sum(one.state is State.REPORTED for one in known)
    bounds = [bound(one) if one in partial else one.value for one in known]
    is_bounded = known and not unknown and None not in bounds
    return TokenSum(
        tokens=sum(one.value or 0 for one in known) if known else None,
        known=len(known),
        unknown=unknown,
        estimated=len(known) - len(partial) - reported,
        partial=len(partial),
        at_most=sum(one or 0 for one in bounds) if is_bounded else None,
    )


def possible(count: Count) -> int | None:
    return None if count.value is None or count.value > ABSURD_TOKENS else count.value


def bound(count: Count) -> int | None:
    return (
        count.at_most if count.at_most is not None and 0 <= count.at_most <= ABSURD_TOKENS else None
    )


def where_tokens_went(entries: Sequence[LedgerEntry]) -> WhereTokensWent:
    placed = [(0, 0, 0, 0), *(divided(entry) for entry in entries)]
    inputs = sum(possible(one.usage.input_tokens) or 0 for one in outcomes(entries))
    outputs = sum(possible(one.usage.output_tokens) or 0 for one in outcomes(entries))
    system, history, attachments, new = (sum(parts) for parts in zip(*placed, strict=True))
    thoughts = [thought(one) for one in outcomes(entries)]
    reasoning, answer = (sum(parts) for parts in zip((0, 0), *thoughts, strict=True))
    return WhereTokensWent(
        *(system, history, attachments, new, inputs - system - history - attachments - new),
        *(reasoning, answer, outputs - reasoning - answer),
    )


def outcomes(entries: Sequence[LedgerEntry]) -> list[Outcome]:
    return [entry.outcome for entry in entries if entry.outcome is not None]


def divided(entry: LedgerEntry) -> tuple[int, int, int, int]:
    """Each border between two parts is rounded down, so that the parts are whole and add up to the input."""
    names = ("system", "history", "attachments", "new")
    told = (entry.request.composition.get(name, 0) for name in names)
    parts = [chars if 0 <= chars <= LONGEST_PART else 0 for chars in told]
    if entry.outcome is None or not sum(parts):
        return 0, 0, 0, 0
    count = entry.outcome.usage.input_tokens
    whole = possible(count) if count.state is State.REPORTED else None
    borders = [(whole or 0) * sum(parts[:end]) // sum(parts) for end in range(5)]
    system, history, attachments, new = (end - begin for begin, end in pairwise(borders))
    return system, history, attachments, new


def thought(outcome: Outcome) -> tuple[int, int]:
    output = possible(outcome.usage.output_tokens)
    reasoning = possible(outcome.usage.reasoning_tokens)
    if output is None or reasoning is None:
        return 0, 0
    return min(reasoning, output), output - min(reasoning, output)


def cache_use(entries: Sequence[LedgerEntry]) -> CacheUse:
    said = [
        (one, inputs, cached)
        for one in outcomes(entries)
        if (inputs := possible(one.usage.input_tokens)) is not None
        and (cached := possible(one.usage.cached_tokens)) is not None
    ]
    hits = [one for one, inputs, cached in said if inputs and cached]
    unvalued = sum(saved_by_cache(one.cost) is None for one in hits)
    return CacheUse(
        said=len(said),
        hits=len(hits),
        cached_tokens=sum(min(inputs, cached) for _, inputs, cached in said),
        input_tokens=sum(inputs for _, inputs, _ in said),
        saved=added(saved_by_cache(one.cost) for one in outcomes(entries))
        if len(hits) > unvalued
        else None,
        unvalued=unvalued,
    )
