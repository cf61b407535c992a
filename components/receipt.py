"""The receipt of a reply: one quiet line, and the arithmetic and raw facts behind it on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from components import receipt_arithmetic
from components.safe_text import plain, safe_label
from parley.budget_note import note_of
from parley.chunks import has_impossible_numbers
from parley.conversation import LedgerEntry, Message, Outcome
from parley.endpoint import Endpoint, Service
from parley.outcomes import was_refused
from parley.pricing.wording import (
    UNKNOWN_FIGURE,
    write_cost,
    write_count,
    write_duration,
    write_share,
    write_speed,
)
from parley.snippets import as_curl, as_python
from parley.usage import Count, State, Usage, total

DETAIL_HEIGHT_PX = 420

FINISH_WORDS = {
    "length": "cut at the token limit",
    "content_filter": "cut by the endpoint's content filter",
    "tool_calls": "the model asked to call a tool; this app runs none",
}

IMPOSSIBLE = "The usage that was received holds impossible numbers; they are not used."

NO_CALL_TO_COPY = "This machine's server answers to Parley alone, so there is no call to copy."


@dataclass(frozen=True)
class SameCall:
    """What the code of the same call is made from; asked for only when the receipt is open."""

    endpoint: Endpoint
    messages: list[dict[str, Any]]
    parameters: Mapping[str, Any]


def no_second_figure(_: Decimal) -> str:
    return ""


def show(
    message: Message,
    entries: list[LedgerEntry],
    same_call: Callable[[], SameCall | None],
    second: Callable[[Decimal], str] = no_second_figure,
) -> None:
    """Draw the receipt of a reply. `entries` are its attempts, in order of sending.

    `second`: US dollars in the reader's own currency, in words; "" where none is set.
    """
    key = f"receipt-{message.id}"
    if not entries or entries[-1].outcome is None:
        st.container(key=key).caption(
            "No receipt: no call went out, or the app ended while it ran; its usage is unknown (–)."
        )
        return
    detail = st.expander(safe_label(line(entries[-1])), key=key, type="compact", on_change="rerun")
    if detail.open:
        # Of a bounded height, because the page follows its end: a long detail would push its own line out of sight.
        with detail.container(height=DETAIL_HEIGHT_PX):
            _detail(message, entries, same_call(), second)


def line(entry: LedgerEntry) -> str:
    """The receipt in one line of plain text."""
    outcome = entry.outcome
    assert outcome is not None
    if outcome.http_status is not None and outcome.http_status >= 400:
        return f"No usage: the endpoint refused the call (HTTP status {outcome.http_status})"
    if was_refused(outcome.http_status, outcome.error_kind, outcome.usage):
        return "No usage: the endpoint refused the call"
    parts = [
        _input_words(outcome.usage),
        _output_words(outcome.usage),
        f"cost {write_cost(outcome.cost)}",
        f"{write_duration(outcome.time_to_first_token_s)} to first token",
        # Beside the other figures of a line a bare dash would not say what is unknown.
        f"{UNKNOWN_FIGURE} tokens/s" if outcome.tokens_per_second is None else _speed(outcome),
        _share_words(outcome.usage, entry.request.context_window),
    ]
    reason = FINISH_WORDS.get(outcome.finish_reason or "")
    return " · ".join([*parts, reason] if reason else parts)


def _speed(outcome: Outcome) -> str:
    """Ours is only as good as the count it was made from."""
    words = write_speed(outcome.tokens_per_second)
    is_exact = (
        outcome.usage.output_tokens.state is State.REPORTED or outcome.speed_source == "server"
    )
    return words if is_exact or outcome.tokens_per_second is None else f"≈{words}"


def _input_words(usage: Usage) -> str:
    return f"in {write_count(usage.input_tokens)}{_of_which('cached', usage.cached_tokens)}"


def _output_words(usage: Usage) -> str:
    return f"out {write_count(usage.output_tokens)}{_of_which('reasoning', usage.reasoning_tokens)}"


def _of_which(word: str, count: Count) -> str:
    return f" ({word} {write_count(count)})"


def _share_words(usage: Usage, window: int | None) -> str:
    parts = [usage.input_tokens, usage.output_tokens]
    if usage.output_tokens.state is State.PARTIAL:
        # "At least" has to hold, and an estimate may be too high.
        parts = [part for part in parts if part.state is not State.ESTIMATED]
    share = write_share(total(parts), window)
    return share if share != "–" else "– of context"


def _detail(
    message: Message,
    entries: list[LedgerEntry],
    same_call: SameCall | None,
    second: Callable[[Decimal], str],
) -> None:
    entry = entries[-1]
    receipt_arithmetic.show(entry, second)
    _facts(message, entries)
    _raw(entry)
    if same_call is not None:
        _code(same_call)


def _facts(message: Message, entries: list[LedgerEntry]) -> None:
    entry = entries[-1]
    outcome = entry.outcome
    assert outcome is not None
    usage = outcome.usage
    facts = {
        "State of the figures": f"input {usage.input_tokens.state}, output {usage.output_tokens.state}",
        "Finish reason": outcome.finish_reason or "–",
        "Request or response id": outcome.request_id or "–",
        "Endpoint": entry.request.endpoint,
        "Model asked": entry.request.model,
        "Model that answered": outcome.model_answered or "–",
        "Time to first token": write_duration(outcome.time_to_first_token_s),
        "Generation time": write_duration(outcome.generation_s),
        "Speed": _speed_words(entry),
        "Context window": f"{entry.request.context_window:,} tokens"
        if entry.request.context_window
        else "–",
        "Sent at": entry.request.sent_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "Calls for this reply": f"{len(entries)}",
    }
    note = note_of(entry.request.parameters)
    if note is not None and note.words:
        facts["Budget"] = note.words
    if usage.output_tokens.at_most is not None:
        facts["Output at most"] = f"{usage.output_tokens.at_most:,} tokens"
    if message.tool_calls:
        facts["Tools asked for, not run"] = ", ".join(message.tool_calls)
    rows = {"Fact": list(facts), "Value": [safe_label(value) for value in facts.values()]}
    st.table(rows, border="horizontal", hide_index=True, hide_header=True)


def _speed_words(entry: LedgerEntry) -> str:
    outcome = entry.outcome
    assert outcome is not None
    words = {"server": " (the server's own timing)", "measured": " (measured here)"}
    return _speed(outcome) + words.get(outcome.speed_source, "")


def _raw(entry: LedgerEntry) -> None:
    outcome = entry.outcome
    assert outcome is not None
    if outcome.raw_usage is None:
        st.text("Usage as received: none came")
    else:
        st.text("Usage as received:")
        received = json.dumps(outcome.raw_usage, indent=2, ensure_ascii=False)
        st.code(plain(received), language="json")
        if has_impossible_numbers(outcome.raw_usage):
            st.text(IMPOSSIBLE)


def _code(same_call: SameCall) -> None:
    if same_call.endpoint.service is Service.LOCAL:
        st.text(NO_CALL_TO_COPY)
        return
    python, curl = st.tabs(["Python", "curl"])
    arguments = (same_call.endpoint, same_call.messages, same_call.parameters)
    python.code(plain(as_python(*arguments)), language="python", wrap_lines=True)
    curl.code(plain(as_curl(*arguments)), language="bash", wrap_lines=True)
