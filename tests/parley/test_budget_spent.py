"""What counts against a budget: what was spent, what is running, what ended nobody knows how."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from parley.budget import Period
from parley.budget_gate import standings
from parley.chat_settings import ChatSettings
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Kind, MessageState, Request, new_id
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import OverBudget
from parley.reply import Phase, Reply
from parley.store import Store
from parley.turns import Target, next_turn
from tests.conftest import SHORT
from tests.parley.budgeted import begin, ended, of, sent_limit
from tests.parley.talk import priced, say, wait_until
from tests.upstream import Upstream, done, finish, role, status, text, usage, wait_for


def test_what_was_spent_is_not_there_any_more(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("Yes"), finish(), usage(1000, 1000), done())
    ended(begin(engine, endpoint))
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])

    ended(begin(engine, endpoint))

    # 0.00085 are spent; 0.00015 less 0.0000298 for the request are left.
    assert sent_limit(upstream) == 184


def test_a_budget_of_each_conversation_begins_anew_with_the_next(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.CONVERSATION, "0.001")])
    upstream.script(role(), text("Yes"), finish(), usage(1000, 1200), done())
    first = say(engine, endpoint, model=priced())

    with pytest.raises(OverBudget, match="a conversation"):
        say(engine, endpoint, "Hello", first.conversation_id, priced())
    say(engine, endpoint, model=priced())

    assert sent_limit(upstream) == 1492


def test_the_narrowest_of_several_budgets_holds(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    budgets = [of(Period.DAY, "0.0001", hard=False), of(Period.MONTH, "0.001")]
    engine.store.set_budgets(OWNER, [*budgets, of(Period.CONVERSATION, "5")])

    reply = ended(begin(engine, endpoint))

    assert reply.budget is not None
    assert reply.budget.budget == "$0.0010 a month"


def test_d8_a_second_tab_finds_the_money_reserved_by_the_call_that_runs(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])
    may_end = threading.Event()
    upstream.script(role(), text("one"), wait_for(may_end), finish(), usage(10, 10), done())
    first = begin(engine, endpoint)
    upstream.wait_for_requests(1)

    with pytest.raises(OverBudget):
        begin(engine, endpoint)

    may_end.set()
    ended(first)
    ended(begin(engine, endpoint))
    assert len(upstream.chats) == 2


def test_of_many_that_are_sent_at_once_no_more_go_out_than_the_money_pays_for(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])
    may_end = threading.Event()
    upstream.always(role(), text("x"), wait_for(may_end), finish(), usage(10, 10), done())
    limited = ChatSettings(max_tokens=500)
    begun: list[Reply] = []
    refused: list[OverBudget] = []

    def one() -> None:
        try:
            begun.append(begin(engine, endpoint, settings=limited))
        except OverBudget as error:
            refused.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    may_end.set()
    for reply in begun:
        ended(reply)

    sent = [chat.body["max_tokens"] for chat in upstream.chats]
    most = sum(149 * Decimal("0.2") + limit * Decimal("0.65") for limit in sent) / 1_000_000
    assert most <= Decimal("0.001")
    assert (len(begun), len(refused)) == (len(sent), 6 - len(sent))
    assert len(sent) == 3


def test_a_message_that_waited_for_a_place_is_looked_at_again_before_it_goes_out(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=replace(SHORT, requests_at_once=1))
    store.set_budgets(OWNER, [of(Period.DAY, "0.001")])
    may_end = threading.Event()
    upstream.script(role(), text("x"), wait_for(may_end), finish(), usage(10, 1300), done())
    first = begin(engine, endpoint, settings=ChatSettings(max_tokens=1300))
    upstream.wait_for_requests(1)
    store.set_budgets(OWNER, [of(Period.DAY, "0.002")])
    second = begin(engine, endpoint)
    wait_until(lambda: second.phase is Phase.QUEUED)
    store.set_budgets(OWNER, [of(Period.DAY, "0.0009")])

    may_end.set()

    ended(first)
    ended(second)
    assert second.message.state is MessageState.FAILED
    assert second.message.notice is not None
    assert second.message.notice.kind == "OverBudget"
    assert len(upstream.chats) == len(store.ledger(OWNER)) == 1
    engine.close()


def test_each_retry_is_held_to_what_is_left_then(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])
    upstream.script(status(429, "busy"))

    ended(begin(engine, endpoint))

    assert [chat.body["max_tokens"] for chat in upstream.chats] == [1492, 1492]
    assert len(engine.store.ledger(OWNER)) == 2


def interrupted(at: datetime, **more: object) -> Request:
    values = {
        "attempt_id": new_id(),
        "reply_id": new_id(),
        "conversation_id": "",
        "kind": Kind.PROBE,
        "endpoint": "Upstream",
        "base_url": "",
        "model": "test-model",
        "sent_at": at,
        "price": priced().price,
        "context_window": 1000,
        "composition": {"new": 72},
        "parameters": {},
    }
    return Request(**{**values, **more})  # type: ignore[arg-type]


def test_a_probe_counts_as_spent_and_one_without_an_end_with_all_that_it_may_have_cost(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    now = datetime.now(UTC)
    engine.store.add_request(OWNER, interrupted(now))
    engine.store.add_request(OWNER, interrupted(now - timedelta(days=2)))
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.001")])

    ended(begin(engine, endpoint))

    # (72 + 128) × 0.2 and 1000 × 0.65 per million: 0.00069.
    assert sent_limit(upstream) == 431


def test_a_probe_is_not_stopped(upstream: Upstream, engine: Engine, endpoint: Endpoint) -> None:
    engine.store.set_budgets(OWNER, [of(Period.DAY, "0.00000001")])
    turn = next_turn(OWNER, None, [], "Hello", Target(endpoint, priced()))

    ended(engine.begin(replace(turn, kind=Kind.PROBE)))

    assert len(upstream.chats) == 1


def test_a_new_conversation_has_all_that_each_may_spend(engine: Engine, endpoint: Endpoint) -> None:
    engine.store.set_budgets(OWNER, [of(Period.CONVERSATION, "0.001"), of(Period.DAY, "0.001")])
    ended(begin(engine, endpoint))

    conversation, day = standings(engine.store, OWNER, "", datetime.now(UTC))

    assert conversation.left == Decimal("0.001")
    assert day.left < conversation.left
