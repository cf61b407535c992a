"""The receipt of a reply as an export writes it: every figure with its state, money digit for digit.

Endpoints go by their names; no base URL and nothing of a request's parameters is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from parley.conversation import LedgerEntry, Message, MessageState, Outcome
from parley.pricing.price import Cost
from parley.transfer.nesting import shallow
from parley.usage import Count, Usage

Values = dict[str, Any]


def receipt_of(message: Message, calls: Mapping[str, Sequence[LedgerEntry]]) -> Values | None:
    """What is known of how a reply came about; `None` when no call is known for it.

    The last call counts: the ones before it were refused. `calls` are those of the conversation by reply.
    A receipt that came with an import is written as it came.
    """
    entries = calls.get(message.id) or calls.get(message.source_id or "") or ()
    if not entries:
        return None if message.imported is None else dict(message.imported)
    last = entries[-1]
    outcome = last.outcome or Outcome(
        last.request.attempt_id, last.request.sent_at, MessageState.INTERRUPTED
    )
    return {
        "calls": len(entries),
        "endpoint": last.request.endpoint,
        "model_asked": last.request.model,
        "sent_at": written(last.request.sent_at),
        "ended_at": None if last.outcome is None else written(outcome.ended_at),
        "context_window": last.request.context_window,
        "usage": _usage(outcome.usage),
        "cost": _cost(outcome.cost),
        "reported_cost": digits(outcome.reported_cost),
        "raw_usage": shallow(outcome.raw_usage),
        **_facts(outcome),
    }


def written(moment: datetime) -> str:
    """ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def digits(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def by_reply(calls: Sequence[LedgerEntry]) -> dict[str, list[LedgerEntry]]:
    """In the order of sending."""
    found: dict[str, list[LedgerEntry]] = {}
    for entry in calls:
        found.setdefault(entry.request.reply_id, []).append(entry)
    return found


def _facts(outcome: Outcome) -> Values:
    names = (
        "error_kind finish_reason generation_s http_status model_answered request_id speed_source "
        "state time_to_first_token_s tokens_per_second"
    )
    return {name: getattr(outcome, name) for name in names.split()}


def _usage(usage: Usage) -> Values:
    return {name: _count(count) for name, count in vars(usage).items()}


def _count(count: Count) -> Values:
    return {"value": count.value, "state": count.state, "at_most": count.at_most}


def _cost(cost: Cost) -> Values:
    return {
        "currency": "USD",
        "amount": digits(cost.amount),
        "state": cost.state,
        "at_most": digits(cost.at_most),
        "lines": [
            {
                "label": line.label,
                "tokens": line.tokens,
                "rate_per_mtok": digits(line.rate_per_mtok),
                "amount": digits(line.amount),
            }
            for line in cost.lines
        ],
        "source": cost.source,
        "as_of": None if cost.as_of is None else cost.as_of.isoformat(),
        "free": cost.free,
    }
