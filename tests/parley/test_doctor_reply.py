"""The last step of a connection test: one token of a model, asked for by a person, paid for and written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parley.catalog.model import Fact, Model
from parley.conversation import Kind, MessageState
from parley.doctor import Question, StepName, StepState, cost_ahead, examine
from parley.endpoint import Service
from parley.engine import Engine
from parley.limits import Limits
from parley.pricing.price import Price
from parley.pricing.wording import write_cost
from parley.store import Store
from tests.parley.doctor_findings import (
    PAGE,
    REJECTED,
    TWO_MODELS,
    at,
    failed,
    states,
    step,
)
from tests.upstream import (
    Upstream,
    begin,
    body,
    chunk,
    done,
    finish,
    reasoning,
    reply,
    role,
    silence,
    status,
    text,
    usage,
)

OWNER = "me"
PRICE = Price(Decimal(2), Decimal(10), source="the endpoint's own list", as_of=date(2026, 11, 1))
PRICED = Model("test-model", (Fact("price", PRICE, PRICE.source, PRICE.as_of),))
ASKED = Question(OWNER, PRICED)


def error(code: int, said: str = "no", **more: Any) -> Any:
    return status(code, {"error": {"message": said, **more}})


def test_one_token_is_asked_for_and_its_use_and_cost_are_told(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.script(reply("Hello", prompt=12, completion=1))

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert found.works
    assert found.sentence == "It works: 1 model listed, and test-model answers."
    assert set(states(found).values()) == {"ok", "skipped"}
    seen = step(found, StepName.REPLY)
    assert "test-model answered “Hello” after " in seen.seen
    assert "12 tokens in, 1 out, cost $0.000034." in seen.seen
    assert seen.fix == ""
    [sent] = upstream.chats
    assert sent.body["max_tokens"] == 1
    assert sent.body["messages"] == [{"role": "user", "content": "Hi"}]


def test_the_call_stands_in_the_ledger_as_a_probe_of_no_conversation(
    engine: Engine, upstream: Upstream, store: Store
) -> None:
    upstream.script(reply("Hello", prompt=12, completion=1))

    examine(engine, at(upstream.base_url), question=ASKED)

    [entry] = store.ledger(OWNER)
    assert entry.request.kind is Kind.PROBE
    assert entry.request.conversation_id == ""
    assert entry.request.endpoint == "Mine"
    assert entry.request.price == PRICE
    assert entry.outcome is not None
    assert entry.outcome.state is MessageState.COMPLETE
    assert entry.outcome.cost.amount == Decimal("0.000034")


def test_nothing_is_asked_of_a_model_unless_a_person_asked(
    engine: Engine, upstream: Upstream, store: Store
) -> None:
    found = examine(engine, at(upstream.base_url))

    assert step(found, StepName.REPLY).state is StepState.SKIPPED
    assert upstream.chats == []
    assert store.ledger(OWNER) == []


def test_a_reply_without_usage_says_that_its_counts_are_estimates(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.script(role(), text("Hello"), finish(), done())

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert found.works
    assert "≈1 tokens in, ≈2 out, cost ≈$" in step(found, StepName.REPLY).seen
    assert "does not say what a reply used" in step(found, StepName.REPLY).fix


def test_a_model_that_spends_its_token_thinking_answers_all_the_same(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.script(role(), reasoning("Hm"), finish("length"), usage(9, 1), done())

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert found.works
    assert "answered without a word" in step(found, StepName.REPLY).seen


FAULTS: list[tuple[str, Any, str, str]] = [
    (
        "unknown-model",
        error(404, "The model `x` does not exist"),
        "does not know the model",
        "Choose another model",
    ),
    ("no-credit", error(402), "no credit left", "Add credit"),
    ("forbidden", error(403), "account or country", "words are below"),
    ("too-many", error(429), "too many requests", "Wait a moment, then test again."),
    ("fault", error(500), "a fault of its own", "Wait a moment, then test again."),
    ("html", body(PAGE[2], "text/html"), "Chat is not served", "another path"),
    (
        "rejected",
        error(400, "max_tokens too low", param="max_tokens"),
        "limit of one token",
        "no limit",
    ),
    (
        "in-the-stream",
        chunk({"error": {"message": "broken"}}),
        "reported an error",
        "another model",
    ),
    ("cut", begin(), "connection was lost", "Test again."),
]


@pytest.mark.parametrize(
    ("script", "sentence", "fix"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_model_that_does_not_answer_is_told_with_the_fix(
    engine: Engine, upstream: Upstream, script: Any, sentence: str, fix: str
) -> None:
    upstream.always(script)

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert not found.works
    assert found.models == 1
    assert found.sentence.startswith("1 model listed, but test-model does not answer. ")
    assert sentence in found.sentence
    assert fix in found.advice
    assert failed(found) == [StepName.REPLY]
    assert sentence in step(found, StepName.REPLY).seen


def test_a_model_that_stays_silent_is_stopped_and_its_row_says_so(
    store: Store, upstream: Upstream
) -> None:
    upstream.script(role(), silence())
    engine = Engine(store, limits=Limits(silence_s=0.4, retry_total_s=0.1))
    # The gateway waits as long for the next byte: whichever comes first, the test ends.
    try:
        found = examine(engine, at(upstream.base_url), question=ASKED)
    finally:
        engine.close()

    assert "silent" in found.sentence
    assert found.advice == "Check that the server is up, then test again."
    [entry] = store.ledger(OWNER)
    assert entry.outcome is not None


def test_a_model_that_never_ends_is_stopped_after_a_while(store: Store, upstream: Upstream) -> None:
    upstream.script(role(), *[text("x", every=0.05)] * 200)
    engine = Engine(store, limits=Limits(silence_s=0.4, retry_total_s=0.1))
    try:
        found = examine(engine, at(upstream.base_url), question=ASKED)
    finally:
        engine.close()

    assert "silent" in found.sentence
    [entry] = store.ledger(OWNER)
    assert entry.outcome is not None
    assert entry.outcome.state is MessageState.STOPPED


def test_a_key_that_may_list_but_not_chat_is_told_at_its_step(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.script(error(401))

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert failed(found) == [StepName.KEY, StepName.REPLY]
    assert found.advice == "Check the key above."


def test_a_list_that_proves_nothing_of_the_key_leaves_that_to_the_reply(
    engine: Engine, upstream: Upstream
) -> None:
    endpoint = at(upstream.base_url, service=Service.OPENROUTER, needs_key=True)

    before = examine(engine, endpoint)
    after = examine(engine, endpoint, question=ASKED)

    assert step(before, StepName.KEY).state is StepState.NOT_TRIED
    assert step(after, StepName.KEY).seen == "The reply proves it."
    assert after.advice == ""


@pytest.mark.parametrize("fault", ["key", "elsewhere"])
def test_a_model_is_not_asked_where_an_earlier_step_stands_in_the_way(
    engine: Engine, upstream: Upstream, fault: str
) -> None:
    upstream.models_raw = REJECTED if fault == "key" else PAGE
    if fault == "elsewhere":
        upstream.answers["/api/v1/models"] = TWO_MODELS

    found = examine(engine, at(upstream.base_url), question=ASKED)

    assert step(found, StepName.REPLY).state is StepState.NOT_TRIED
    assert "earlier step" in step(found, StepName.REPLY).seen
    assert upstream.chats == []


def test_a_key_that_is_missing_is_told_in_the_words_of_the_key(
    engine: Engine, upstream: Upstream
) -> None:
    upstream.script(error(401))

    found = examine(engine, at(upstream.base_url, key=None), question=ASKED)

    assert failed(found) == [StepName.KEY, StepName.REPLY]
    assert "Create a key" in found.advice


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (None, "–"),
        (PRICE, "≈$0.00041"),
        (replace(PRICE, input_per_mtok=Decimal(0), output_per_mtok=Decimal(0), free=True), "free"),
    ],
    ids=["unknown", "priced", "free"],
)
def test_what_the_question_costs_at_most_is_known_beforehand_or_said_to_be_unknown(
    price: Price | None, words: str
) -> None:
    facts = () if price is None else (Fact("price", price, price.source),)

    assert write_cost(cost_ahead(Model("m", facts))) == words


class _Left(Exception):
    """The person went to another page."""


def test_a_reply_that_nobody_waits_for_any_more_is_stopped(
    upstream: Upstream, store: Store
) -> None:
    upstream.script(role(), silence())
    engine = Engine(store)

    def leave() -> None:
        raise _Left

    with pytest.raises(_Left):
        examine(engine, at(upstream.base_url), question=replace(ASKED, pulse=leave))

    upstream.chats[0].wait_for_disconnect()
    engine.close()
    [entry] = store.ledger(OWNER)
    assert entry.outcome is not None
    assert entry.outcome.state is MessageState.STOPPED
