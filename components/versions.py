"""Two answers to one question side by side: what was set differently, what changed in text, tokens, cost and time."""

from __future__ import annotations

import streamlit as st

from components.safe_text import plain, safe_label
from components.services import Services
from parley.budget_note import as_sent
from parley.conversation import LedgerEntry, Message
from parley.pricing.wording import write_cost, write_count, write_duration, write_speed
from parley.reply_diff import changed_lines
from parley.request_differences import differences

UNKNOWN = "–"


def show(services: Services, owner: str, message: Message, family: list[str]) -> None:
    """Compare a reply with another version of it, the one before unless another is chosen."""
    others = [known for known in family if known != message.id]
    if not others:
        st.caption("There is no other version.")
        return
    place = family.index(message.id)
    chosen = st.selectbox(
        "Compare with version",
        others,
        index=max(0, place - 1),
        key=f"against-{message.id}",
        format_func=lambda known: str(family.index(known) + 1),
        width=240,
    )
    other = services.store.message(owner, chosen)
    if other is None:
        st.caption("That version is not there any more.")
        return
    before, after = (other, message) if family.index(chosen) < place else (message, other)
    _figures(services, owner, before, after, family)
    st.caption("Text: what the earlier version alone has is marked –, what the later one has +.")
    st.code(plain(changed_lines(before.text, after.text)), language="diff", wrap_lines=True)


def _figures(
    services: Services, owner: str, before: Message, after: Message, family: list[str]
) -> None:
    calls = {
        known.id: _last(services.store.ledger(owner, reply_ids=[known.source_id or known.id]))
        for known in (before, after)
    }
    first, second = calls[before.id], calls[after.id]
    rows = [
        ("Model", before.model, after.model),
        *_changes(first, second),
        *zip(FIGURES, _written(first), _written(second), strict=True),
    ]
    names = ("", *(f"Version {family.index(known.id) + 1}" for known in (before, after)))
    columns = zip(*rows, strict=True)
    st.table(
        {
            name: [safe_label(cell) for cell in column]
            for name, column in zip(names, columns, strict=True)
        },
        hide_index=True,
    )


def _changes(before: LedgerEntry | None, after: LedgerEntry | None) -> list[tuple[str, str, str]]:
    """What was set differently. Of a system prompt the ledger knows the length."""
    if before is None or after is None:
        return []
    prompts = [
        f"{entry.request.composition.get('system', 0):,} characters" for entry in (before, after)
    ]
    changed = differences(as_sent(before.request.parameters), as_sent(after.request.parameters))
    if prompts[0] != prompts[1]:
        changed = [("System prompt", prompts[0], prompts[1]), *changed]
    return [(name, old, new) for name, old, new in changed if name != "model"]


def _last(entries: list[LedgerEntry]) -> LedgerEntry | None:
    return entries[-1] if entries else None


FIGURES = ("Input tokens", "Output tokens", "Cost", "Time to first token", "Generation", "Speed")


def _written(entry: LedgerEntry | None) -> list[str]:
    outcome = None if entry is None else entry.outcome
    if outcome is None:
        return [UNKNOWN] * len(FIGURES)
    return [
        write_count(outcome.usage.input_tokens),
        write_count(outcome.usage.output_tokens),
        write_cost(outcome.cost),
        write_duration(outcome.time_to_first_token_s),
        write_duration(outcome.generation_s),
        write_speed(outcome.tokens_per_second),
    ]
