"""Tokens per character of each model, learned from the newest calls."""

from __future__ import annotations

from collections.abc import Iterable

from components.services import Services
from parley.conversation import LedgerEntry
from parley.tokens_per_character import Ratios, ratios_seen

MOST_CALLS = 500
"""So many say enough, and reading them takes no longer than a page may."""


def learned(services: Services, owner: str, own: Iterable[LedgerEntry] = ()) -> Ratios:
    """What the newest calls teach. `own`: those of the conversation in question, which is read already."""
    calls = {entry.request.attempt_id: entry for entry in own}
    for entry in services.store.newest_calls(owner, max(0, MOST_CALLS - len(calls))):
        calls[entry.request.attempt_id] = entry
    return ratios_seen(newest(calls.values()))


def newest(calls: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """At most `MOST_CALLS` of them, those that were sent last."""
    return sorted(calls, key=lambda entry: entry.request.sent_at)[-MOST_CALLS:]
