"""What a row of the ledger says in each column; plain text, unknown is "–"."""

from __future__ import annotations

import re

from components.receipt import FINISH_WORDS
from parley.conversation import LedgerEntry, MessageState, Outcome
from parley.outcomes import is_same_model
from parley.pricing.wording import UNKNOWN_FIGURE, write_cost, write_count, write_duration
from parley.spending_words import KINDS
from parley.usage import Count

NO_OUTCOME = "no outcome: running or interrupted"
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind(call: LedgerEntry) -> str:
    return KINDS[call.request.kind]


def model(call: LedgerEntry) -> str:
    """The one that was asked, and the one that answered if that is another."""
    asked, answered = call.request.model, call.outcome and call.outcome.model_answered
    if not answered or is_same_model(asked, answered):
        return asked
    return f"{asked} → {answered}"


def tokens(call: LedgerEntry, bucket: str) -> str:
    """`bucket`: `input`, `cached`, `output` or `reasoning`."""
    if call.outcome is None:
        return UNKNOWN_FIGURE
    count: Count = getattr(call.outcome.usage, f"{bucket}_tokens")
    return write_count(count)


def cost(call: LedgerEntry) -> str:
    return UNKNOWN_FIGURE if call.outcome is None else write_cost(call.outcome.cost)


def first_token(call: LedgerEntry) -> str:
    return write_duration(None if call.outcome is None else call.outcome.time_to_first_token_s)


def ended(call: LedgerEntry) -> str:
    """How, and why where it failed or was cut."""
    outcome = call.outcome
    if outcome is None:
        return NO_OUTCOME
    parts = [str(outcome.state), *_reasons(outcome)]
    return ", ".join(parts)


def _reasons(outcome: Outcome) -> list[str]:
    found = []
    if outcome.error_kind:
        found.append(in_words(outcome.error_kind))
    if outcome.http_status is not None and outcome.http_status >= 400:
        found.append(f"HTTP {outcome.http_status}")
    if outcome.state is MessageState.COMPLETE and outcome.finish_reason in FINISH_WORDS:
        found.append(FINISH_WORDS[outcome.finish_reason])
    return found


def in_words(name: str) -> str:
    """
    >>> in_words("TooManyRequests"), in_words("WrongBaseUrl")
    ('too many requests', 'wrong base url')
    """
    return _CAPITAL.sub(" ", name).lower()
