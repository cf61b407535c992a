"""The totals of a conversation: what is uncertain stays uncertain, and a refused call counts for nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from components.conversation_head import totals
from parley.conversation import LedgerEntry, MessageState, Outcome
from parley.pricing.price import Cost
from parley.usage import UNKNOWN, Count, State, Usage
from tests.parley.store.turns import NOON, conversation, question, reply_to, request_for

REQUEST = request_for(reply_to(question(conversation())))
OUTCOME = Outcome(
    "a1",
    NOON,
    MessageState.COMPLETE,
    Usage(Count(1000, State.REPORTED), UNKNOWN, Count(20, State.REPORTED)),
    cost=Cost(Decimal("0.25"), State.REPORTED),
    http_status=200,
)
CUT = replace(OUTCOME, usage=Usage(Count(1, State.ESTIMATED), UNKNOWN, Count(2, State.PARTIAL)))
UNPRICED = replace(OUTCOME, cost=Cost(None))
FREE = replace(OUTCOME, cost=Cost(Decimal(0), State.REPORTED, free=True))
REFUSED = replace(OUTCOME, usage=Usage(), cost=Cost(None), http_status=401)


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ([], "No usage yet."),
        ([REFUSED], "No usage yet."),
        ([None], "No usage yet."),
        ([OUTCOME], "1,000 tokens in · 20 out · cost $0.25 · 1 reply"),
        ([OUTCOME, OUTCOME, REFUSED], "2,000 tokens in · 40 out · cost $0.50 · 2 replies"),
        (
            [OUTCOME, UNPRICED],
            "2,000 tokens in · 40 out · cost at least $0.25, 1 reply unpriced · 2 replies",
        ),
        ([UNPRICED], "1,000 tokens in · 20 out · cost – · 1 reply"),
        ([OUTCOME, CUT], "≈1,001 tokens in · ≥22 out · cost $0.50 · 2 replies"),
        ([FREE], "1,000 tokens in · 20 out · cost free · 1 reply"),
        ([OUTCOME, None], "1,000 tokens in · 20 out · cost $0.25 · 1 reply · 1 not finished"),
    ],
)
def test_the_totals_say_how_certain_they_are(outcomes: list[Outcome | None], words: str) -> None:
    assert totals([LedgerEntry(REQUEST, outcome) for outcome in outcomes]) == words
