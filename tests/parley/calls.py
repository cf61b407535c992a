"""Ledger entries to reckon with: what was sent, in characters, and what was counted, in tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from parley.catalog.model import Fact, Model
from parley.conversation import Kind, LedgerEntry, Message, MessageState, Outcome, Role, new_id
from parley.outcomes import bill
from parley.pricing.price import Price, Tier
from parley.usage import ABSURD_TOKENS, UNKNOWN, Count, State, Usage, reported
from tests.parley.store.turns import outcome_of, request_for

OWN = "own"
PRICE = Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03"), source="a list")


def usage(tokens_in: int, tokens_out: int, cached: int | None = None, thoughts: int = 0) -> Usage:
    """Reported, all of it; `cached=None` = nobody said."""
    return Usage(reported(tokens_in), reported(cached), reported(tokens_out), reported(thoughts))


def entry(
    used: Usage | None = None,
    *,
    model: str = OWN,
    price: Price | None = PRICE,
    kind: Kind = Kind.CHAT,
    reply_id: str = "",
    answered: str | None = None,
    **composition: int,
) -> LedgerEntry:
    """One call, costed as the app costs it; without `used` it has no outcome."""
    reply = Message(reply_id or new_id(), "c", None, Role.ASSISTANT, "")
    asked = replace(
        request_for(reply), model=model, price=price, kind=kind, composition=composition
    )
    if used is None:
        return LedgerEntry(asked, None)
    outcome = replace(outcome_of(asked), usage=used, model_answered=answered)
    return LedgerEntry(asked, replace(outcome, cost=bill(used, price)))


def refused() -> LedgerEntry:
    """A call that the endpoint turned away."""
    sent = entry().request
    return LedgerEntry(
        sent, Outcome(sent.attempt_id, sent.sent_at, MessageState.FAILED, http_status=429)
    )


def cut(tokens_in: Count, at_least: int, at_most: int | None = None) -> Usage:
    """Of a reply that was stopped."""
    return Usage(tokens_in, UNKNOWN, Count(at_least, State.PARTIAL, at_most))


def model(
    model_id: str,
    price: Price | str | None = None,
    window: int | None = None,
    *,
    listed: bool = True,
    **facts: Any,
) -> Model:
    """A model with a price, or with one rate for everything."""
    rated = (
        Price(Decimal(price), Decimal(price), source="a list") if isinstance(price, str) else price
    )
    known = {"price": rated, "context_window": window, **facts}
    said = tuple(Fact(n, v, "a test") for n, v in known.items() if v is not None)
    return Model(model_id, said, listed=listed)


# ---------------------------------------------------------------- anything that can be

rates = st.decimals("0.0001", "1000", places=4)
tokens = st.integers(0, 3 * 10**6) | st.just(ABSURD_TOKENS)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    """Any price, also one whose long requests cost less."""
    starts = sorted(draw(st.sets(st.integers(1, 10**6), max_size=3)))
    tiers = (Tier(one, draw(rates), draw(rates), draw(st.none() | rates)) for one in starts)
    return Price(draw(rates), draw(rates), draw(st.none() | rates), "a list", tiers=tuple(tiers))


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Any usage: reported, estimated, cut short, unknown, and more cached than sent."""
    return Usage(*(draw(_counts()) for _ in range(4)))


@st.composite
def _counts(draw: st.DrawFn) -> Count:
    state = draw(st.sampled_from(State))
    if state is State.UNKNOWN:
        return UNKNOWN
    bound = draw(st.none() | tokens) if state is State.PARTIAL else None
    return Count(draw(tokens), state, bound)


def growing(lengths: list[tuple[int, int]], system: int = 0) -> Iterator[Usage]:
    """What is reported for turns of these questions and answers, each of which resends the earlier ones."""
    before = system
    for question, answer in lengths:
        yield usage(before + question, answer)
        before += question + answer
