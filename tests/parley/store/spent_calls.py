"""Calls with figures that can be checked by hand, and a store that keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from parley.conversation import LedgerEntry, MessageState, Request
from parley.pricing.costing import cost_of
from parley.pricing.price import Cost, Price
from parley.store import Store
from parley.usage import Count, State, Usage
from tests.parley.store.turns import (
    ANN,
    NOON,
    conversation,
    outcome_of,
    question,
    reply_to,
    request_for,
)

PRICE = Price(Decimal("0.20"), Decimal("0.65"), Decimal("0.05"))
FREE = Price(Decimal(0), Decimal(0), free=True)
SENT = {"system": 100, "history": 700, "attachments": 0, "new": 200}


def request(hours: float = 0, **changes: object) -> Request:
    """Sent at noon of 22 November, or so many hours later."""
    made = request_for(reply_to(question(conversation())))
    sent_at = NOON + timedelta(hours=hours)
    return replace(made, sent_at=sent_at, composition=SENT, **changes)  # type: ignore[arg-type]


def call(
    asked: Request, *, inputs: int = 1000, cached: int = 400, price: Price | None = PRICE
) -> LedgerEntry:
    """One that used so many tokens, and 100 of output."""
    usage = Usage(*(Count(number, State.REPORTED) for number in (inputs, cached, 100)))
    outcome = replace(outcome_of(asked), usage=usage, cost=cost_of(usage, price))
    return LedgerEntry(asked, outcome)


def cut(asked: Request, at_most: int | None) -> LedgerEntry:
    """One that was stopped after 100 tokens."""
    usage = Usage(
        Count(1000, State.REPORTED),
        Count(400, State.REPORTED),
        Count(100, State.PARTIAL, at_most),
    )
    stopped = replace(outcome_of(asked, MessageState.STOPPED), http_status=200)
    return LedgerEntry(asked, replace(stopped, usage=usage, cost=cost_of(usage, PRICE)))


def costing(asked: Request, amount: str) -> LedgerEntry:
    cost = Cost(Decimal(amount), State.REPORTED)
    return LedgerEntry(asked, replace(outcome_of(asked), cost=cost))


def keep(store: Store, *entries: LedgerEntry, owner: str = ANN) -> None:
    for entry in entries:
        store.add_request(owner, entry.request)
        if entry.outcome is not None:
            store.add_outcome(owner, entry.outcome)
