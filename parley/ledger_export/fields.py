"""What a file says of each call: the columns with their meaning. Money is exact; unknown is empty and never 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from parley.call_figures import LONGEST_PART
from parley.conversation import LedgerEntry, Outcome
from parley.pricing.price import Price
from parley.spending import reached_a_model
from parley.usage import Count, State

Cell = str | int | float | bool | Decimal | date | datetime | None
Reading = Callable[[LedgerEntry], Cell]


@dataclass(frozen=True)
class Field:
    """One column."""

    name: str
    holds: type
    """Of a value that is known."""
    meaning: str
    read: Reading


STATES = {
    "reported": "a server said so",
    "estimated": "worked out by Parley; may be higher or lower",
    "partial": "the reply was cut: at least this much, at most what the column of its bound says",
    "unknown": "nobody knows; the figure is left empty and is not 0",
}
"""Of figures."""
COUNTED = {
    "certain": "the cost is exact",
    "free": "the source says that the model costs nothing",
    "estimated": "the cost is an estimate",
    "partial": "the cost is a lower bound",
    "unpriced": "something was used, and nobody knows what it cost",
    "unused": "no model was reached, so that there is nothing to pay that anybody could name",
    "unfinished": "there is no outcome: it was running, or interrupted; what it cost is unknown",
}
"""How a call counts in a sum."""
NO_OUTCOME = "no outcome"


def counted_as(entry: LedgerEntry) -> str:
    """A key of `COUNTED`; sums of the store tell calls apart in the same way."""
    outcome = entry.outcome
    if outcome is None:
        return "unfinished"
    cost = outcome.cost
    if cost.amount is None:
        return "unpriced" if reached_a_model(outcome) else "unused"
    if cost.free:
        return "free"
    return {State.ESTIMATED: "estimated", State.PARTIAL: "partial"}.get(cost.state, "certain")


def _asked(name: str, holds: type, meaning: str) -> Field:
    return Field(name, holds, meaning, lambda entry: getattr(entry.request, name))


def _ended(name: str, holds: type, meaning: str, read: Callable[[Outcome], Cell]) -> Field:
    return Field(
        name, holds, meaning, lambda entry: None if entry.outcome is None else read(entry.outcome)
    )


def _told(name: str, holds: type, meaning: str) -> Field:
    return _ended(name, holds, meaning, lambda outcome: getattr(outcome, name))


def _priced(name: str, holds: type, meaning: str, read: Callable[[Price], Cell]) -> Field:
    return Field(
        name,
        holds,
        meaning,
        lambda entry: None if entry.request.price is None else read(entry.request.price),
    )


def _tokens(bucket: str, meaning: str) -> list[Field]:
    def count(outcome: Outcome) -> Count:
        found: Count = getattr(outcome.usage, f"{bucket}_tokens")
        return found

    return [
        _ended(f"{bucket}_tokens", int, meaning, lambda outcome: count(outcome).value),
        _ended(
            f"{bucket}_state",
            str,
            f"state of {bucket}_tokens",
            lambda outcome: str(count(outcome).state),
        ),
        _ended(
            f"{bucket}_at_most",
            int,
            f"upper bound of {bucket}_tokens where that is partial and bounded",
            lambda outcome: count(outcome).at_most,
        ),
    ]


def _part(part: str, meaning: str) -> Field:
    return Field(
        f"{part}_chars",
        int,
        f"characters of the request: {meaning}",
        partial(_chars, part),
    )


def _chars(part: str, entry: LedgerEntry) -> Cell:
    told = entry.request.composition.get(part)
    return told if isinstance(told, int) and 0 <= told <= LONGEST_PART else None


def _measured(name: str, meaning: str) -> Field:
    def finite(outcome: Outcome) -> Cell:
        told: float | None = getattr(outcome, name)
        return told if told is not None and math.isfinite(told) else None

    return _ended(name, float, meaning, finite)


FIELDS: tuple[Field, ...] = (
    Field("sent_at", datetime, "when the call went out, UTC", lambda entry: entry.request.sent_at),
    _told("ended_at", datetime, "when it was over, UTC"),
    Field("kind", str, "chat, comparison or probe", lambda entry: str(entry.request.kind)),
    _asked("endpoint", str, "name of the endpoint"),
    _asked("base_url", str, "its address"),
    Field("model_asked", str, "the model of the request", lambda entry: entry.request.model),
    _told("model_answered", str, "the model that the answer names"),
    *_tokens("input", "tokens of input, cached ones included"),
    *_tokens("cached", "tokens of input out of a cache: a part of input_tokens"),
    *_tokens("output", "tokens of output, reasoning included"),
    *_tokens("reasoning", "tokens of reasoning: a part of output_tokens"),
    _ended("cost_usd", Decimal, "cost in US dollars, exact", lambda one: one.cost.amount),
    _ended("cost_state", str, "state of cost_usd", lambda one: str(one.cost.state)),
    _ended(
        "cost_at_most_usd",
        Decimal,
        "upper bound of cost_usd where that is partial and bounded",
        lambda one: one.cost.at_most,
    ),
    Field("counted_as", str, "how the call counts in a sum", counted_as),
    _ended("cost_source", str, "who named the price or the cost", lambda one: one.cost.source),
    _ended("cost_as_of", date, "the day of which that is", lambda one: one.cost.as_of),
    _ended(
        "reported_cost_usd",
        Decimal,
        "cost in US dollars that the server itself named",
        lambda one: one.reported_cost,
    ),
    _priced(
        "input_usd_per_mtok",
        Decimal,
        "price when it was sent: US dollars per million tokens of input",
        lambda price: price.input_per_mtok,
    ),
    _priced(
        "cached_usd_per_mtok",
        Decimal,
        "the same of cached input; empty = no discount known",
        lambda price: price.cached_input_per_mtok,
    ),
    _priced(
        "output_usd_per_mtok", Decimal, "the same of output", lambda price: price.output_per_mtok
    ),
    _priced("price_source", str, "who named that price", lambda price: price.source),
    _priced("price_as_of", date, "the day of which it is", lambda price: price.as_of),
    Field(
        "ended",
        str,
        f"complete, stopped by the reader, failed, or {NO_OUTCOME} (running or interrupted)",
        lambda entry: NO_OUTCOME if entry.outcome is None else str(entry.outcome.state),
    ),
    _told("error_kind", str, "what failed"),
    _told("http_status", int, "HTTP status of the answer"),
    _told("finish_reason", str, "why the model ended, in the server's words"),
    _measured("time_to_first_token_s", "seconds from sending to the first text or reasoning"),
    _measured("generation_s", "seconds from the first text to the last"),
    _measured("tokens_per_second", "speed of the output"),
    _told("speed_source", str, "server or measured: by whose clock"),
    _asked("context_window", int, "tokens of the model's context window, as known then"),
    _part("system", "its system prompt"),
    _part("history", "earlier messages, sent again"),
    _part("attachments", "files"),
    _part("new", "what was new"),
    _asked("conversation_id", str, "empty for probes, which belong to none"),
    _asked("reply_id", str, "the reply that it wrote; attempts at the same one share it"),
    _asked("attempt_id", str, "the call itself"),
    _told("request_id", str, "the server's own name for it"),
)
