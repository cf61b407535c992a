"""The totals of a conversation: what is uncertain stays so, and a call that reached no model counts for nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from components.conversation_head import totals
from parley.conversation import MessageState
from parley.pricing.price import UNKNOWN_COST, Cost
from parley.spending import reached_a_model
from parley.store import CallUsage
from parley.usage import UNKNOWN, Count, State, Usage

REPORTED = Usage(Count(1000, State.REPORTED), UNKNOWN, Count(20, State.REPORTED))
PRICED = Cost(Decimal("0.25"), State.REPORTED)
CALL = CallUsage(MessageState.COMPLETE, REPORTED, PRICED, error_kind=None, http_status=200)
CUT = replace(CALL, usage=Usage(Count(1, State.ESTIMATED), UNKNOWN, Count(2, State.PARTIAL)))
UNPRICED = replace(CALL, cost=UNKNOWN_COST)
FREE = replace(CALL, cost=Cost(Decimal(0), State.REPORTED, free=True))
NOTHING = CallUsage(MessageState.FAILED, Usage(), UNKNOWN_COST, error_kind=None, http_status=None)
REFUSED = replace(NOTHING, error_kind="CredentialRejected", http_status=401)
REFUSED_INSIDE = replace(REFUSED, http_status=200)
UNREACHED = replace(NOTHING, error_kind="CannotConnect")
SILENT = replace(NOTHING, error_kind="TimedOut")


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ([], "No usage yet."),
        ([REFUSED], "No usage yet."),
        ([None], "– tokens in · – out · cost – · 1 not finished"),
        ([REFUSED_INSIDE], "No usage yet."),
        ([CALL], "1,000 tokens in · 20 out · cost $0.25 · 1 reply"),
        ([CALL, CALL, REFUSED], "2,000 tokens in · 40 out · cost $0.50 · 2 replies"),
        (
            [CALL, UNPRICED],
            "2,000 tokens in · 40 out · cost at least $0.25, 1 reply unpriced · 2 replies",
        ),
        ([UNPRICED], "1,000 tokens in · 20 out · cost – · 1 reply"),
        ([CALL, CUT], "≈1,001 tokens in · ≥22 out · cost $0.50 · 2 replies"),
        ([UNREACHED], "No usage yet."),
        ([CALL, UNREACHED], "1,000 tokens in · 20 out · cost $0.25 · 1 reply"),
        (
            [CALL, SILENT],
            "≥1,000 tokens in · ≥20 out · cost at least $0.25, 1 reply unpriced · 2 replies",
        ),
        ([FREE], "1,000 tokens in · 20 out · cost free · 1 reply"),
        (
            [CALL, None],
            "≥1,000 tokens in · ≥20 out · cost at least $0.25, 1 reply unpriced · 1 reply"
            " · 1 not finished",
        ),
    ],
)
def test_the_totals_say_how_certain_they_are(calls: list[CallUsage | None], words: str) -> None:
    assert totals(calls) == words


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ([None], "No usage yet."),
        ([CALL, None], "1,000 tokens in · 20 out · cost $0.25 · 1 reply so far"),
        ([CALL], "1,000 tokens in · 20 out · cost $0.25 · 1 reply"),
        (
            [None, CALL, None],
            "≥1,000 tokens in · ≥20 out · cost at least $0.25, 1 reply unpriced · 1 reply"
            " · 1 not finished so far",
        ),
    ],
)
def test_the_call_of_a_running_reply_is_no_part_of_the_totals_yet(
    calls: list[CallUsage | None], words: str
) -> None:
    assert totals(calls, is_running=True) == words


@pytest.mark.parametrize(
    ("call", "may_have_used"),
    [
        (CALL, True),
        (SILENT, True),
        (replace(NOTHING, error_kind="ConnectionLost"), True),
        (replace(CUT, state=MessageState.STOPPED), True),
        (replace(CUT, state=MessageState.STOPPED, http_status=None), True),
        (replace(CUT, state=MessageState.FAILED, error_kind="ReportedByEndpoint"), True),
        (replace(NOTHING, state=MessageState.STOPPED), False),
        (replace(NOTHING, error_kind="TooManyRequests", http_status=429), False),
        (replace(NOTHING, error_kind="UpstreamUnavailable", http_status=500), False),
        (REFUSED, False),
        (REFUSED_INSIDE, False),
        (replace(REFUSED_INSIDE, usage=REPORTED), True),
        (UNREACHED, False),
        (replace(NOTHING, error_kind="UntrustedServer"), False),
        (replace(NOTHING, error_kind="CredentialMissing"), False),
        (replace(NOTHING, error_kind="LocalModelError"), False),
        (replace(CUT, state=MessageState.FAILED, error_kind="WrongBaseUrl"), False),
    ],
)
def test_a_call_counts_when_a_model_may_have_taken_it(call: CallUsage, may_have_used: bool) -> None:
    assert reached_a_model(call) is may_have_used
