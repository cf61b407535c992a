"""The two halves of the ledger to rows and back. Nothing is worked out here: what went in comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from parley.conversation import Kind, LedgerEntry, MessageState, Outcome, Request
from parley.pricing.price import Cost, CostLine, Price, Tier
from parley.store.columns import LARGEST_WHOLE
from parley.usage import UNKNOWN, Count, State, Usage

Values = dict[str, Any]


@dataclass(frozen=True)
class CallUsage:
    """Of an outcome, what is needed to add up usage and cost."""

    state: MessageState
    usage: Usage
    cost: Cost
    error_kind: str | None
    http_status: int | None


BUCKETS = ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens")


def request_values(owner: str, request: Request) -> Values:
    return {
        "owner": owner,
        "attempt_id": request.attempt_id,
        "reply_id": request.reply_id,
        "conversation_id": request.conversation_id,
        "kind": request.kind,
        "endpoint": request.endpoint,
        "base_url": request.base_url,
        "model": request.model,
        "sent_at": request.sent_at,
        "price": None if request.price is None else _price_values(request.price),
        "context_window": request.context_window,
        "composition": request.composition,
        "parameters": request.parameters,
    }


def request_from(row: RowMapping) -> Request:
    return Request(
        attempt_id=row["attempt_id"],
        reply_id=row["reply_id"],
        conversation_id=row["conversation_id"],
        kind=Kind(row["kind"]),
        endpoint=row["endpoint"],
        base_url=row["base_url"],
        model=row["model"],
        sent_at=row["sent_at"],
        price=None if row["price"] is None else _price_from(row["price"]),
        context_window=row["context_window"],
        composition=row["composition"],
        parameters=row["parameters"],
    )


def _price_values(price: Price) -> Values:
    return {
        "input_per_mtok": str(price.input_per_mtok),
        "output_per_mtok": str(price.output_per_mtok),
        "cached_input_per_mtok": _digits(price.cached_input_per_mtok),
        "source": price.source,
        "as_of": None if price.as_of is None else price.as_of.isoformat(),
        "free": price.free,
        "tiers": [[tier.above_input_tokens, *map(_digits, _rates(tier))] for tier in price.tiers],
    }


def _rates(tier: Tier) -> tuple[Decimal | None, ...]:
    return tier.input_per_mtok, tier.output_per_mtok, tier.cached_input_per_mtok


def _digits(rate: Decimal | None) -> str | None:
    return None if rate is None else str(rate)


def _price_from(stored: Mapping[str, Any]) -> Price:
    """A price as it was stored; those of before tiers were known have none."""
    cached, as_of = stored["cached_input_per_mtok"], stored["as_of"]
    return Price(
        input_per_mtok=Decimal(stored["input_per_mtok"]),
        output_per_mtok=Decimal(stored["output_per_mtok"]),
        cached_input_per_mtok=None if cached is None else Decimal(cached),
        source=stored["source"],
        as_of=None if as_of is None else date.fromisoformat(as_of),
        free=stored["free"],
        tiers=tuple(_tier_from(*tier) for tier in stored.get("tiers", ())),
    )


def _tier_from(above: int, rate_in: str, rate_out: str, cached: str | None) -> Tier:
    return Tier(above, Decimal(rate_in), Decimal(rate_out), Decimal(cached) if cached else None)


def outcome_values(owner: str, outcome: Outcome) -> Values:
    return {
        "owner": owner,
        "attempt_id": outcome.attempt_id,
        "ended_at": outcome.ended_at,
        "state": outcome.state,
        **_usage_values(outcome.usage),
        "raw_usage": outcome.raw_usage,
        **_cost_values(outcome.cost),
        "reported_cost": outcome.reported_cost,
        "finish_reason": outcome.finish_reason,
        "request_id": outcome.request_id,
        "model_answered": outcome.model_answered,
        "time_to_first_token_s": outcome.time_to_first_token_s,
        "generation_s": outcome.generation_s,
        "tokens_per_second": outcome.tokens_per_second,
        "speed_source": outcome.speed_source,
        "error_kind": outcome.error_kind,
        "http_status": outcome.http_status,
        "timing_track": list(outcome.timing_track),
    }


def outcome_from(row: RowMapping) -> Outcome:
    return Outcome(
        attempt_id=row["attempt_id"],
        ended_at=row["ended_at"],
        state=MessageState(row["state"]),
        usage=_usage_from(row),
        raw_usage=row["raw_usage"],
        cost=_cost_from(row),
        reported_cost=row["reported_cost"],
        finish_reason=row["finish_reason"],
        request_id=row["request_id"],
        model_answered=row["model_answered"],
        time_to_first_token_s=row["time_to_first_token_s"],
        generation_s=row["generation_s"],
        tokens_per_second=row["tokens_per_second"],
        speed_source=row["speed_source"],
        error_kind=row["error_kind"],
        http_status=row["http_status"],
        timing_track=tuple((at_ms, chars) for at_ms, chars in row["timing_track"]),
    )


def call_usage_from(row: RowMapping) -> CallUsage:
    """The cost without its lines and source."""
    cost = Cost(
        amount=row["cost_amount"],
        state=State(row["cost_state"]),
        at_most=row["cost_at_most"],
        free=row["cost_free"],
    )
    return _call_usage(row, cost)


def billed_call_from(row: RowMapping) -> CallUsage:
    """The whole cost, with its lines."""
    return _call_usage(row, _cost_from(row))


def _call_usage(row: RowMapping, cost: Cost) -> CallUsage:
    return CallUsage(
        state=MessageState(row["state"]),
        usage=_usage_from(row),
        cost=cost,
        error_kind=row["error_kind"],
        http_status=row["http_status"],
    )


def _usage_values(usage: Usage) -> Values:
    values: Values = {}
    for bucket in BUCKETS:
        count = _possible(getattr(usage, bucket))
        values[bucket] = count.value
        values[f"{bucket}_state"] = count.state
        values[f"{bucket}_at_most"] = count.at_most
    return values


def _possible(count: Count) -> Count:
    """An impossible number is unknown: better than a reply that cannot be saved because of it."""
    return count if 0 <= (count.value or 0) <= LARGEST_WHOLE else UNKNOWN


def _usage_from(row: RowMapping) -> Usage:
    return Usage(*(_count_from(row, bucket) for bucket in BUCKETS))


def _count_from(row: RowMapping, bucket: str) -> Count:
    return Count(row[bucket], State(row[f"{bucket}_state"]), row[f"{bucket}_at_most"])


def _cost_values(cost: Cost) -> Values:
    return {
        "cost_amount": cost.amount,
        "cost_state": cost.state,
        "cost_at_most": cost.at_most,
        "cost_lines": [
            [line.label, line.tokens, str(line.rate_per_mtok), str(line.amount)]
            for line in cost.lines
        ],
        "cost_source": cost.source,
        "cost_as_of": cost.as_of,
        "cost_free": cost.free,
    }


def _cost_from(row: RowMapping) -> Cost:
    return Cost(
        amount=row["cost_amount"],
        state=State(row["cost_state"]),
        at_most=row["cost_at_most"],
        lines=tuple(
            CostLine(label, tokens, Decimal(rate), Decimal(amount))
            for label, tokens, rate, amount in row["cost_lines"]
        ),
        source=row["cost_source"],
        as_of=row["cost_as_of"],
        free=row["cost_free"],
    )


def entry_from(request: RowMapping, outcome: RowMapping | None) -> LedgerEntry:
    return LedgerEntry(request_from(request), None if outcome is None else outcome_from(outcome))
