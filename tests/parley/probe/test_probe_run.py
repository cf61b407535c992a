"""The life of a probe: its rows in the ledger, its progress, its end, and that it outlives any page."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Kind
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import StoreError
from parley.pricing.price import Price
from parley.probe import ProbeResult, Step, begin, latest
from parley.store import Store
from tests.conftest import SHORT
from tests.parley.probe.probing import ANSWER, calls_tool, order, probed, result_of, rows
from tests.parley.talk import begin as send
from tests.parley.talk import priced
from tests.upstream import (
    Upstream,
    chunk,
    done,
    finish,
    role,
    status,
    text,
    wait_for,
)

A, B, C = Model("a"), Model("b"), Model("c")
NEWER_NAME = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."


def full(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.")


def test_each_call_is_in_the_ledger_as_a_probe_with_its_price_and_usage(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*ANSWER)
    upstream.script(*calls_tool("note_number"))

    probed(engine, endpoint, priced(8192), steps=(Step.TOOLS,))

    first, second = rows(engine)
    assert {first.request.kind, second.request.kind} == {Kind.PROBE}
    assert first.request.conversation_id == ""
    assert first.request.price == priced().price
    assert first.request.composition["new"] > 0
    assert "tools" in second.request.parameters
    assert first.outcome is not None
    assert first.outcome.usage.output_tokens.value == 3
    assert first.outcome.cost.amount == Decimal("0.00000595")


def test_the_request_is_in_the_ledger_before_it_is_answered(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    may_end = threading.Event()
    upstream.script(wait_for(may_end), *ANSWER)

    run = begin(engine, order(endpoint))
    upstream.wait_for_requests(1)

    (entry,) = rows(engine)
    assert entry.outcome is None
    may_end.set()
    assert run.wait(5)


def test_u39_a_reply_of_another_model_is_priced_as_that_one(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    answered = {"model": "big", "choices": [{"index": 0, "delta": {"content": "one"}}]}
    used = {"prompt_tokens": 100, "completion_tokens": 50}
    upstream.script(chunk(answered), chunk({"choices": [], "usage": used}), done())
    asked = replace(order(endpoint, priced()), price_of=lambda _: Price(Decimal(10), Decimal(20)))

    run = begin(engine, asked)

    assert run.wait(5)
    (entry,) = rows(engine)
    assert entry.outcome is not None
    assert entry.outcome.cost.amount == Decimal("0.002")


def test_results_are_stored_and_come_as_they_are_made(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    may_end = threading.Event()
    upstream.script(*ANSWER)
    upstream.script(role(), wait_for(may_end), *ANSWER)

    run = begin(engine, order(endpoint, A, B))
    upstream.wait_for_requests(2)

    assert (run.current, run.step, run.ended) == ("b", Step.REPLY, False)
    assert list(run.results) == ["a"]
    assert latest(engine, OWNER, endpoint.name) is run
    may_end.set()
    assert run.wait(5)
    assert (run.current, run.was_stopped, run.notice, run.unsaved) == (None, False, None, None)
    stored = engine.store.probes(OWNER, endpoint.name)
    assert {model_id: taken for model_id, (taken, _) in stored.items()} == {
        model_id: taken for model_id, (taken, _) in run.results.items()
    }
    assert ProbeResult.from_dict(stored["b"][1]) == result_of(run, "b")


def test_one_model_is_asked_after_the_other(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    may_end = threading.Event()
    upstream.script(wait_for(may_end), *ANSWER)
    upstream.always(*ANSWER)

    run = begin(engine, order(endpoint, A, B, C))

    assert not run.wait(0.2)
    assert len(upstream.chats) == 1
    may_end.set()
    assert run.wait(5)
    assert [chat.body["model"] for chat in upstream.chats] == ["a", "b", "c"]


def test_u1_what_holds_for_every_model_ends_the_probe(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(401, "no"))

    run = probed(engine, endpoint, A, B, C)

    assert run.notice is not None
    assert run.notice == result_of(run, "a").notice
    assert list(run.results) == ["a"]
    assert len(upstream.chats) == 1


@pytest.mark.parametrize("code", [402, 404, 500], ids=["u2 paid models", "u4 unknown", "u8 fault"])
def test_what_may_hold_for_one_model_alone_does_not_end_the_probe(
    code: int, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(code, {"error": {"message": "The model does not exist"}}))
    upstream.script(*ANSWER)

    run = probed(engine, endpoint, A, B)

    assert [result_of(run, model).reached for model in ("a", "b")] == [False, True]
    assert run.notice is None


def test_u5_a_model_that_wants_the_newer_name_of_the_limit_gets_it(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(400, {"error": {"message": NEWER_NAME, "param": "max_tokens"}}))
    upstream.always(*ANSWER)

    run = probed(engine, endpoint, A, B, steps=(Step.TOOLS,))

    limits = [sorted({"max_tokens", "max_completion_tokens"} & set(c.body)) for c in upstream.chats]
    newer, older = ["max_completion_tokens"], ["max_tokens"]
    assert limits == [older, newer, newer, older, older]
    assert result_of(run, "a").reached


def test_a_second_start_finds_the_probe_that_runs(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    may_end = threading.Event()
    upstream.script(wait_for(may_end), *ANSWER)
    run = begin(engine, order(endpoint, A))

    same = begin(engine, order(endpoint, B))

    assert same is run
    assert latest(engine, "somebody else", endpoint.name) is None
    may_end.set()
    assert run.wait(5)
    assert begin(engine, order(endpoint, B)) is not run


def test_a_probe_waits_for_a_place_at_the_endpoint(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=replace(SHORT, requests_at_once=1))
    may_end = threading.Event()
    upstream.script(role(), text("a chat"), wait_for(may_end), finish(), done())
    chat = send(engine, endpoint)
    upstream.wait_for_requests(1)
    upstream.script(*ANSWER)

    run = begin(engine, order(endpoint))

    assert not run.wait(0.2)
    assert len(upstream.chats) == 1
    may_end.set()
    assert chat.wait_until_ended(5)
    assert run.wait(5)
    engine.close()
