"""Budgets at the gate: nothing goes out that might exceed a hard one, unless the reader says so once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from parley.budget import Period
from parley.budget_note import BudgetNote, note_of
from parley.catalog.model import Fact, Model
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint, Service
from parley.engine import Engine
from parley.errors import OverBudget
from parley.pricing.sanity import free_price
from tests.parley.budgeted import begin, ended, of, sent_limit
from tests.parley.talk import MODEL, priced
from tests.upstream import Upstream

SHORTEST = Decimal("0.0000714")
"""A reply of 64 tokens to "Hello" at most: (128 + 16 + 5) × $0.20 and 64 × $0.65 per million tokens."""


def test_without_a_budget_nothing_is_added_to_a_call(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    ended(begin(engine, endpoint))

    (entry,) = engine.store.ledger(OWNER)
    assert upstream.chats[0].body.keys() == {"model", "stream", "stream_options", "messages"}
    assert note_of(entry.request.parameters) is None


def test_a_reply_may_be_as_long_as_the_money_lasts_and_the_ledger_says_why(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])

    reply = ended(begin(engine, endpoint))

    # 0.001 less 149 × 0.2e-6 is 0.0009702, at 0.65e-6 a token.
    assert sent_limit(upstream) == 1492
    (entry,) = engine.store.ledger(OWNER)
    note = BudgetNote("$0.0010 a day", Decimal("0.0009996"), limit=1492)
    assert note_of(entry.request.parameters) == reply.budget == note
    assert "parley_budget" not in upstream.chats[0].body


@pytest.mark.parametrize(
    ("settings", "name", "limit"),
    [
        (ChatSettings(max_tokens=100), "max_tokens", 100),
        (ChatSettings(max_tokens=5000), "max_tokens", 1492),
        (
            ChatSettings(extra_body={"max_completion_tokens": 5000}),
            "max_completion_tokens",
            1492,
        ),
        (ChatSettings(extra_body={"n": 2}), "max_tokens", 746),
    ],
    ids=["less-than-the-money", "more-than-the-money", "the-newer-name", "two-answers"],
)
def test_the_limit_is_never_above_what_was_set(
    upstream: Upstream,
    engine: Engine,
    endpoint: Endpoint,
    settings: ChatSettings,
    name: str,
    limit: int,
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])

    ended(begin(engine, endpoint, settings=settings))

    assert upstream.chats[0].body[name] == limit
    assert len({"max_tokens", "max_completion_tokens"} & upstream.chats[0].body.keys()) == 1


def test_a_model_that_ends_before_the_money_gets_no_limit(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    longest = Fact("max_output_tokens", 1000, "a test")
    model = replace(priced(), facts=(*priced().facts, longest))
    engine.store.set_budgets(OWNER, [of(Period.MONTH, "0.001")])

    ended(begin(engine, endpoint, model))

    (entry,) = engine.store.ledger(OWNER)
    assert sent_limit(upstream) is None
    assert note_of(entry.request.parameters) == BudgetNote("$0.0010 a month", Decimal("0.0006798"))


def test_a_limit_leaves_room_for_the_request_in_the_window(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])

    ended(begin(engine, endpoint, priced(1600)))

    assert sent_limit(upstream) == 1600 - 149


def test_a_message_that_does_not_fit_is_not_sent_and_not_stored(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    budget = of(Period.DAY, str(SHORTEST - Decimal("0.0000001")))
    engine.store.set_budgets(OWNER, [budget])

    with pytest.raises(OverBudget) as refused:
        begin(engine, endpoint)

    assert refused.value.title == (
        "The reply might exceed your budget of $0.000071 a day, so nothing was sent."
    )
    assert "$0 of $0.000071 spent today; $0.000071 left" in refused.value.advice
    assert (upstream.requests, engine.store.ledger(OWNER)) == ([], [])
    assert engine.store.conversations(OWNER, limit=1) == []


def test_the_shortest_reply_that_fits_goes_out(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, str(SHORTEST))])

    ended(begin(engine, endpoint))

    assert sent_limit(upstream) == 64


def test_what_the_reader_sends_all_the_same_goes_out_once_and_the_ledger_records_it(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.00001")])

    ended(begin(engine, endpoint, priced(8192), despite_budget=True))

    with pytest.raises(OverBudget):
        begin(engine, endpoint, priced(8192))
    (entry,) = engine.store.ledger(OWNER)
    note = note_of(entry.request.parameters)
    assert note == BudgetNote("$0.000010 a day", Decimal("0.0053546"), overridden=True)
    assert note.words == "sent all the same: it might exceed your budget of $0.000010 a day"
    assert sent_limit(upstream) is None
    assert len(upstream.chats) == 1


def test_an_override_that_was_not_needed_is_none(engine: Engine, endpoint: Endpoint) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "1")])

    ended(begin(engine, endpoint, despite_budget=True))

    (entry,) = engine.store.ledger(OWNER)
    note = note_of(entry.request.parameters)
    assert note is not None
    assert not note.overridden


def test_a_model_of_unknown_price_is_not_asked_under_a_hard_budget(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.MONTH, "10")])

    with pytest.raises(OverBudget, match="nobody says what test-model costs"):
        begin(engine, endpoint, MODEL)
    ended(begin(engine, endpoint, MODEL, despite_budget=True))

    (entry,) = engine.store.ledger(OWNER)
    assert note_of(entry.request.parameters) == BudgetNote("$10.00 a month", None, overridden=True)
    assert len(upstream.chats) == 1


def free() -> Model:
    return Model("test-model", (Fact("price", free_price("a test"), "a test"),))


@pytest.mark.parametrize(
    ("service", "model"),
    [(Service.OTHER, free()), (Service.OLLAMA, MODEL), (Service.LOCAL, MODEL)],
    ids=["free", "own-server", "this-machine"],
)
def test_what_costs_nothing_always_goes_out(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, service: Service, model: Model
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.00000001")])

    ended(begin(engine, replace(endpoint, service=service), model))

    assert sent_limit(upstream) is None
    assert len(upstream.chats) == 1


def test_a_soft_budget_stops_nothing(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.00000001", hard=False)])

    ended(begin(engine, endpoint))
    ended(begin(engine, endpoint, MODEL))

    assert [chat.body.get("max_tokens") for chat in upstream.chats] == [None, None]
