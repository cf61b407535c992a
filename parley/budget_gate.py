"""The gate before every call: whether the owner's budgets let it go out, and how long its reply may be.

One at a time in this process, from reading what is left to the row in the ledger: the next one counts it as running.
What a probe costs counts as spent, but a probe is not stopped.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from parley.attempt import Turn
from parley.budget import Budget, Period, Standing, Tally, calls_of
from parley.budget_note import BudgetNote
from parley.budget_words import budget_words, refusal
from parley.call_bound import Bound, bound_of, input_at_most
from parley.chat_settings import ChatSettings
from parley.conversation import Kind
from parley.endpoint import Endpoint, Service
from parley.errors import OverBudget
from parley.pricing.price import Price
from parley.spending import CallsPage
from parley.tokens_per_character import Ratio, ratios_seen
from parley.wanted_calls import Wanted

SMALLEST_REPLY = 64
"""Tokens: in fewer a model says nothing of use."""
SEEN_CALLS = 60
"""The newest calls of a model tell how many tokens it makes of a text."""
OF_ONES_OWN = (Service.OLLAMA, Service.LM_STUDIO, Service.VLLM)
"""Servers that run models here and bill nobody; others on this machine may pass the call on to who does."""

_LIMITS_OF_TOKENS = ("max_completion_tokens", "max_tokens")
_ONE_AT_A_TIME = threading.RLock()


class Ledger(Protocol):
    """What the gate needs of the store."""

    def budgets(self, owner: str) -> list[Budget]: ...

    def tally(self, owner: str, wanted: Wanted) -> Tally: ...

    def calls_page(self, owner: str, wanted: Wanted = ..., *, limit: int = ...) -> CallsPage: ...


@contextmanager
def within_budgets(store: Ledger, turn: Turn) -> Iterator[Turn]:
    """The turn as it may go out; its request has to be recorded inside, since the next one counts it.

    Raises:
        OverBudget: it might cost more than is left of a hard budget, and nobody said that it may.
        StoreError: what was spent could not be read.
    """
    if turn.kind is Kind.PROBE or costs_nothing(turn.endpoint, turn.price):
        yield turn
        return
    hard = [budget for budget in store.budgets(turn.owner) if budget.hard]
    if not hard:
        yield turn
        return
    with _ONE_AT_A_TIME:
        yield _fitted(store, turn, hard)


def costs_nothing(endpoint: Endpoint, price: Price | None) -> bool:
    """Whether a call is known to cost nothing: a free model, or a server of one's own without a price."""
    if price is not None:
        return price.free
    here = endpoint.service in OF_ONES_OWN and endpoint.runs_here
    return here or endpoint.service is Service.LOCAL


def standings(store: Ledger, owner: str, conversation_id: str, now: datetime) -> list[Standing]:
    """How each budget stands. `now`: in the zone of the reader, whose days count; no id: a new conversation."""
    return [_standing(store, owner, one, conversation_id, now) for one in store.budgets(owner)]


def _standing(
    store: Ledger, owner: str, budget: Budget, conversation_id: str, now: datetime
) -> Standing:
    if budget.period is Period.CONVERSATION and not conversation_id:
        return Standing(budget, Tally())
    return Standing(budget, store.tally(owner, calls_of(budget.period, conversation_id, now)))


def _fitted(store: Ledger, turn: Turn, hard: list[Budget]) -> Turn:
    now, where = datetime.now(turn.zone), turn.reply.conversation_id
    every = [_standing(store, turn.owner, one, where, now) for one in hard]
    narrow = min(every, key=lambda one: one.left)
    bound = None if turn.price is None else _bound(turn, turn.price, _ratio(store, turn))
    if bound is not None and _fits(bound, narrow):
        return _held_to(turn, narrow, bound)
    if not turn.despite_budget:
        shortest = None if bound is None else bound.cost_with(_least(bound))
        title, advice = refusal(narrow, turn.call.model, shortest)
        raise OverBudget(title, advice=advice)
    at_most = None if bound is None else bound.cost
    note = BudgetNote(budget_words(narrow.budget), at_most, overridden=True)
    return replace(turn, budget=note)


def _fits(bound: Bound, narrow: Standing) -> bool:
    return bound.cost_with(_least(bound)) <= narrow.left


def _least(bound: Bound) -> int:
    """Tokens of the shortest reply that is of use, or of the longest that may be written."""
    return min(SMALLEST_REPLY, bound.output_tokens)


def _held_to(turn: Turn, narrow: Standing, bound: Bound) -> Turn:
    """With a limit where the money ends before the model does; a higher one than it takes would be refused."""
    named, limit = budget_words(narrow.budget), bound.tokens_for(narrow.left)
    if bound.output_tokens <= limit:
        return replace(turn, budget=BudgetNote(named, bound.cost))
    room = (turn.context_window or 0) - bound.input_tokens
    if room >= SMALLEST_REPLY:
        # Many servers refuse a request that does not fit the window together with its limit.
        limit = min(limit, room)
    note = BudgetNote(named, bound.cost_with(limit), limit)
    limited = _limited(turn.call.parameters, limit, turn.endpoint)
    return replace(turn, budget=note, call=replace(turn.call, parameters=limited))


def _limited(parameters: Mapping[str, Any], limit: int, endpoint: Endpoint) -> dict[str, Any]:
    """Under the name that is there already, else under the one that the endpoint takes."""
    named = [name for name in _LIMITS_OF_TOKENS if name in parameters]
    own = ChatSettings(max_tokens=limit).parameters(endpoint)
    return {**parameters, **(dict.fromkeys(named, limit) if named else own)}


def _bound(turn: Turn, price: Price, ratio: Ratio | None) -> Bound:
    parameters = turn.call.parameters
    attached = turn.composition.get("attachments", 0)
    inputs = input_at_most(turn.call.messages, parameters, attached_chars=attached, ratio=ratio)
    window, longest = turn.context_window, turn.longest_output
    return bound_of(price, parameters, inputs, window=window, longest_output=longest)


def _ratio(store: Ledger, turn: Turn) -> Ratio | None:
    wanted = Wanted(endpoints=(turn.endpoint.name,), models=(turn.call.model,))
    calls = store.calls_page(turn.owner, wanted, limit=SEEN_CALLS).calls
    return ratios_seen(calls).get(turn.call.model)
