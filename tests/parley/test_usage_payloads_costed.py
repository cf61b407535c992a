"""Every usage payload that servers send, and impossible ones: the right buckets, states and cost to the last digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.chunks import ReplyReader, has_impossible_numbers, read_usage
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import LedgerEntry, MessageState, Outcome
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.outcomes import PRICED_AS_ASKED, bill, usage_of
from parley.pricing.price import UNKNOWN_COST, Price
from parley.pricing.sanity import free_price
from parley.reply import Reply
from parley.spending import reached_a_model
from parley.turns import Target, next_turn
from parley.usage import UNKNOWN, Count, State, Usage
from tests.parley.calls import prices, usages
from tests.parley.talk import MODEL, priced, say
from tests.parley.usage_payloads import (
    GUESSED_BOTH,
    IN_AND_OUT,
    PAYLOADS,
    STOPPED,
    STOPPED_AT_LEAST,
    STOPPED_AT_MOST,
    STOPPED_CHUNKS,
    TEXT,
    Payload,
    last,
    said,
)
from tests.upstream import Upstream, chunk, cut, done, status

PRICE = Price(Decimal("0.20"), Decimal("0.65"), Decimal("0.03"), source="a test")


def read(payload: Payload) -> tuple[ReplyReader, Usage]:
    reader = ReplyReader()
    for one in payload.chunks:
        reader.feed(one)
    reader.close()
    limits = {"arrivals": 1, "request_chars": 5, "context_window": None, "max_tokens": None}
    return reader, usage_of(reader, MessageState.COMPLETE, **limits)  # type: ignore[arg-type]


def kept(engine: Engine, reply: Reply) -> list[LedgerEntry]:
    return engine.store.ledger(OWNER, reply_ids=[reply.id])


def outcome_of(engine: Engine, reply: Reply) -> Outcome:
    outcome = kept(engine, reply)[-1].outcome
    assert outcome is not None
    return outcome


@pytest.mark.parametrize("payload", PAYLOADS, ids=[one.name for one in PAYLOADS])
def test_a_payload_gives_the_right_buckets_states_and_cost(payload: Payload) -> None:
    reader, usage = read(payload)

    cost = bill(usage, PRICE, reported_cost=reader.reported_cost)

    assert usage == payload.usage
    assert (cost.amount, cost.state) == (payload.amount, payload.state)
    assert has_impossible_numbers(reader.raw_usage) is payload.flagged
    if cost.lines:
        assert sum(line.amount for line in cost.lines) == cost.amount


def test_over_the_wire_the_ledger_has_the_very_same_of_each_payload(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    for payload in PAYLOADS:
        upstream.script(*(chunk(one) for one in payload.chunks), done())

        outcome = outcome_of(engine, say(engine, endpoint, model=priced()))

        assert outcome.usage == payload.usage, payload.name
        found = (outcome.cost.amount, outcome.cost.state)
        assert found == (payload.amount, payload.state), payload.name


def test_u38_a_server_that_refuses_to_be_asked_for_usage_is_asked_again_and_both_calls_are_kept(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(400, '{"error": {"message": "unknown field stream_options"}}'))
    upstream.script(chunk(TEXT), *(chunk(one) for one in last(None)[1:]), done())

    calls = kept(engine, say(engine, endpoint, model=priced()))

    refused, answered = [one.outcome for one in calls]
    assert refused is not None
    assert answered is not None
    assert (refused.http_status, refused.usage, refused.cost) == (400, Usage(), UNKNOWN_COST)
    assert not reached_a_model(refused)
    assert (answered.cost.amount, answered.cost.state) == (GUESSED_BOTH, State.ESTIMATED)


@pytest.mark.parametrize(
    ("own", "amount", "state", "source"),
    [
        (
            Price(Decimal(10), Decimal(20), source="a list"),
            Decimal("0.0184"),
            State.REPORTED,
            "a list",
        ),
        (None, IN_AND_OUT, State.ESTIMATED, PRICED_AS_ASKED),
    ],
    ids=["of known price", "of unknown price"],
)
def test_u39_a_reply_of_another_model_costs_by_that_ones_price_or_says_that_it_does_not(
    upstream: Upstream,
    engine: Engine,
    endpoint: Endpoint,
    own: Price | None,
    amount: Decimal,
    state: State,
    source: str,
) -> None:
    upstream.script(*(chunk({**one, "model": "other"}) for one in last(said())), done())
    target = Target(endpoint, priced(), price_of={"other": own}.get)

    reply = engine.begin(next_turn(OWNER, None, [], "Hello", target))

    assert reply.wait_until_ended(15)
    (call,) = kept(engine, reply)
    outcome = outcome_of(engine, reply)
    assert (call.request.model, outcome.model_answered) == ("test-model", "other")
    assert outcome.cost.amount == amount
    assert (outcome.cost.state, outcome.cost.source) == (state, source)


def test_u40_a_cut_reply_has_a_lower_and_an_upper_bound(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*(chunk(one) for one in STOPPED_CHUNKS), cut())

    outcome = outcome_of(engine, say(engine, endpoint, model=priced(8192)))

    assert outcome.usage == STOPPED
    assert (outcome.cost.amount, outcome.cost.state) == (STOPPED_AT_LEAST, State.PARTIAL)
    assert outcome.cost.at_most == Decimal(STOPPED_AT_MOST)


def test_u40_a_cut_reply_of_which_no_usage_came_cost_at_least_its_output(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(chunk(TEXT), cut())

    outcome = outcome_of(engine, say(engine, endpoint, model=priced()))

    assert outcome.usage.input_tokens == Count(2, State.ESTIMATED)
    assert outcome.usage.output_tokens == Count(1, State.PARTIAL)
    assert (outcome.cost.amount, outcome.cost.state) == (Decimal("0.00000065"), State.PARTIAL)
    assert outcome.cost.at_most is None


@pytest.mark.parametrize(
    ("price", "amount", "free"),
    [(None, None, False), (free_price("a list"), Decimal(0), True)],
    ids=["unknown", "free"],
)
def test_u41_a_price_that_nobody_knows_is_no_price_of_nothing(
    price: Price | None, amount: Decimal | None, free: bool
) -> None:
    cost = bill(PAYLOADS[0].usage, price)

    assert (cost.amount, cost.free) == (amount, free)


def test_u41_a_price_that_changes_leaves_what_was_paid(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.always(*(chunk(one) for one in last(said())), done())
    before = say(engine, endpoint, model=priced())
    dearer = Price(Decimal(2), Decimal(4), source="set by you")
    engine.store.set_own_price(OWNER, endpoint.name, MODEL.id, dearer)

    after = say(engine, endpoint, model=priced())

    for reply in (before, after):
        assert outcome_of(engine, reply).cost.amount == IN_AND_OUT


# ---------------------------------------------------------------- whatever comes

counts = st.none() | st.integers(-5, 4000) | st.sampled_from(["12", 1.5, True, 2**63, "lots"])


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """Any usage object, in any dialect at once."""
    flat = ["prompt_tokens", "completion_tokens", "total_tokens", "reasoning_tokens"]
    dialects = ["cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens"]
    sent: dict[str, Any] = {name: draw(counts) for name in (*flat, *dialects)}
    sent["prompt_tokens_details"] = draw(
        st.none() | st.fixed_dictionaries({"cached_tokens": counts})
    )
    details = st.fixed_dictionaries({"reasoning_tokens": counts})
    return {**sent, "completion_tokens_details": draw(st.none() | details)}


@given(payloads())
def test_buckets_never_overlap_and_add_up_to_the_total(sent: dict[str, Any]) -> None:
    usage = read_usage(sent)

    full, cached = usage.input_tokens.value, usage.cached_tokens.value or 0
    output, thought = usage.output_tokens.value, usage.reasoning_tokens.value or 0
    if full is None or output is None:
        return
    disjoint = [full - cached, cached, output - thought, thought]
    assert min(disjoint) >= 0
    assert sum(disjoint) == usage.total_tokens.value


@given(usages(), prices())
def test_lines_of_a_cost_are_disjoint_and_add_up_to_it_in_every_state(
    usage: Usage, price: Price
) -> None:
    cost = bill(usage, price)

    assert (cost.amount is None) is not bool(cost.lines)
    if cost.amount is None:
        assert cost == UNKNOWN_COST
        return
    assert sum(line.amount for line in cost.lines) == cost.amount
    labels = [line.label for line in cost.lines]
    assert len(labels) == len(set(labels))
    is_output_alone = labels == ["Output"]
    tokens = sum(line.tokens for line in cost.lines)
    counted = usage.output_tokens.value if is_output_alone else usage.total_tokens.value
    assert tokens == counted
    assert cost.at_most is None or cost.at_most >= cost.amount


def test_what_nobody_counted_is_unknown() -> None:
    assert read_usage(None) == Usage(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
