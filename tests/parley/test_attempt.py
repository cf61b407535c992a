"""One call on the wire, as the ledger has it: what was asked, what came, what it used, how it ended."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Kind, MessageState, Outcome, Request
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.pricing.price import UNKNOWN_COST, Price
from parley.reply import Reply
from parley.store import Store
from parley.turns import Target, next_turn
from parley.usage import UNKNOWN, State, Usage
from tests.conftest import SHORT
from tests.parley.talk import begin, priced, say
from tests.upstream import (
    Step,
    Upstream,
    chunk,
    done,
    finish,
    reasoning,
    role,
    silence,
    status,
    text,
    tokens,
    usage,
)
from tests.upstream import (
    begin as head,
)


def kept(engine: Engine, reply: Reply) -> tuple[Request, Outcome]:
    (entry,) = engine.store.ledger(OWNER, reply_ids=[reply.id])
    assert entry.outcome is not None
    return entry.request, entry.outcome


def test_the_ledger_has_the_request_as_it_was_made(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    first = say(engine, endpoint, "Hello")

    request, _ = kept(engine, say(engine, endpoint, "Why?", first.conversation_id, priced(8192)))

    assert (request.kind, request.endpoint, request.base_url, request.model) == (
        Kind.CHAT,
        "Upstream",
        upstream.base_url,
        "test-model",
    )
    assert request.composition == {
        "system": 0,
        "history": len("HelloYou said: Hello"),
        "attachments": 0,
        "new": 4,
    }
    assert request.parameters == {
        "model": "test-model",
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert request.price == priced().price
    assert request.context_window == 8192


def test_the_ledger_has_what_came_of_it(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    raw = {"prompt_tokens": 10, "completion_tokens": 3, "cost": 0.25}
    upstream.script(
        head(x_request_id="req-1"),
        text("Hello", every=0.08, size=1),
        chunk({"model": "other-model", "choices": [], "usage": raw}),
        finish("length"),
        done(),
    )

    _, outcome = kept(engine, say(engine, endpoint, model=priced()))

    assert (outcome.state, outcome.finish_reason) == (MessageState.COMPLETE, "length")
    assert (outcome.request_id, outcome.http_status, outcome.error_kind) == ("req-1", 200, None)
    assert outcome.raw_usage == raw
    assert outcome.reported_cost == outcome.cost.amount == Decimal("0.25")
    assert outcome.time_to_first_token_s is not None
    assert outcome.generation_s is not None
    assert outcome.speed_source == "measured"
    assert [chars for _, chars in outcome.timing_track] == [1, 2, 3, 4, 5]


def test_u39_the_model_that_answered_is_kept_beside_the_one_that_was_asked(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    said = {"model": "other-model", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}
    upstream.script(chunk(said), chunk({**said, "choices": []}), done())

    reply = say(engine, endpoint)

    request, outcome = kept(engine, reply)
    assert (request.model, outcome.model_answered) == ("test-model", "other-model")
    assert reply.message.model == "other-model"


def test_text_that_looks_like_the_beginning_of_a_tag_is_not_lost_at_the_end(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("<thi"), finish(), done())

    reply = say(engine, endpoint)

    assert reply.message.text == reply.written()[0] == "<thi"
    assert reply.message.notice is None


def test_u25_a_reply_longer_than_parley_keeps_is_cut_and_says_so(
    store: Store, upstream: Upstream, endpoint: Endpoint
) -> None:
    engine = Engine(store, limits=replace(SHORT, reply_chars=20))
    upstream.script(role(), text("0123456789"), reasoning("0123456789"), text("x"), silence())

    reply = say(engine, endpoint)

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "ReplyTooLarge"
    assert reply.message.text.startswith("0123456789")
    assert upstream.chats[0].wait_for_disconnect(2)
    engine.close()


@pytest.mark.parametrize(
    ("steps", "status_kept", "kind"),
    [
        ((status(503, "busy", {"Retry-After": "100"}),), 503, "UpstreamUnavailable"),
        ((status(401, "no"),), 401, "CredentialMissing"),
        ((silence(),), None, "TimedOut"),
        ((head(), silence()), 200, "TimedOut"),
        ((chunk({"error": {"code": 429, "message": "no"}}),), 200, "TooManyRequests"),
    ],
    ids=["503", "401", "silence", "silence after the head", "error inside"],
)
def test_a_call_that_failed_is_kept_with_its_status_and_kind(
    steps: tuple[Step, ...],
    status_kept: int | None,
    kind: str,
    upstream: Upstream,
    engine: Engine,
    endpoint: Endpoint,
) -> None:
    upstream.script(*steps)

    _, outcome = kept(engine, say(engine, endpoint))

    assert (outcome.state, outcome.http_status, outcome.error_kind) == (
        MessageState.FAILED,
        status_kept,
        kind,
    )


def test_a_call_that_was_refused_used_nothing(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(500, "no"))

    _, outcome = kept(engine, say(engine, endpoint, model=priced()))

    assert outcome.usage == Usage(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
    assert outcome.cost == UNKNOWN_COST


def test_u40_a_call_stopped_before_its_first_word_may_still_be_billed(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(silence())
    reply = begin(engine, endpoint, "x" * 400, model=priced(1100))
    upstream.wait_for_requests(1)

    reply.stop()
    reply.wait_until_ended(5)

    _, outcome = kept(engine, reply)
    output = outcome.usage.output_tokens
    assert (outcome.usage.input_tokens.value, outcome.usage.input_tokens.state) == (
        100,
        State.ESTIMATED,
    )
    assert (output.value, output.state, output.at_most) == (0, State.PARTIAL, 1000)
    assert outcome.cost == UNKNOWN_COST


def test_a_reply_that_was_cut_costs_at_least_what_came(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(tokens(10, 1000))

    _, outcome = kept(engine, say(engine, endpoint, model=priced(8192)))

    assert outcome.error_kind == "ConnectionLost"
    assert outcome.usage.output_tokens.state is State.PARTIAL
    assert outcome.cost.state is State.PARTIAL
    # The estimated input is no part of what it cost at least.
    assert outcome.usage.input_tokens.state is State.ESTIMATED
    assert [line.label for line in outcome.cost.lines] == ["Output"]
    assert outcome.cost.amount == outcome.cost.lines[0].amount
    assert outcome.cost.at_most is None


@pytest.mark.parametrize("code", [401, 429, 500, "server_error", None])
def test_an_error_event_instead_of_a_reply_leaves_its_usage_unknown(
    code: object, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), chunk({"error": {"code": code, "message": "no"}}))

    _, outcome = kept(engine, say(engine, endpoint, "x" * 4_000, model=priced()))

    assert outcome.usage == Usage()
    assert outcome.cost == UNKNOWN_COST


def test_an_error_event_after_the_first_word_leaves_what_came(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("Hello"), chunk({"error": {"code": 429, "message": "no"}}))

    _, outcome = kept(engine, say(engine, endpoint, model=priced()))

    assert outcome.usage.output_tokens.state is State.PARTIAL
    assert outcome.usage.output_tokens.value


def test_without_an_id_in_the_headers_that_of_the_response_is_kept(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("Hello"), finish(), usage(3, 1), done())

    _, outcome = kept(engine, say(engine, endpoint))

    assert outcome.request_id == "chatcmpl-1"


@pytest.mark.parametrize("finds", [True, False], ids=["found", "fault"])
def test_u39_a_reply_is_priced_as_the_model_that_answered(
    finds: bool, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    def price_of(answered: str) -> Price | None:
        if not finds:
            raise LookupError(answered)
        return Price(Decimal(10), Decimal(20)) if answered == "big/expensive" else None

    said = {"model": "big/expensive", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}
    used = {"prompt_tokens": 100, "completion_tokens": 50}
    upstream.script(chunk(said), chunk({**said, "choices": [], "usage": used}), done())
    turn = next_turn(OWNER, None, [], "Hello", Target(endpoint, priced(), price_of=price_of))

    reply = engine.begin(turn)
    assert reply.wait_until_ended(5)

    _, outcome = kept(engine, reply)
    assert outcome.cost.amount == (Decimal("0.002") if finds else Decimal("0.0000525"))
    assert outcome.cost.state is (State.REPORTED if finds else State.ESTIMATED)


@pytest.mark.parametrize("wire", [{"tool_calls": [{"function": {"name": "look_up"}}]}])
def test_u31_a_reply_that_only_asks_for_a_tool_is_not_empty(
    wire: dict[str, object], upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(
        chunk({"choices": [{"index": 0, "delta": wire}]}), usage(3, 1), finish("tool_calls"), done()
    )

    reply = say(engine, endpoint)

    assert reply.message.tool_calls == ("look_up",)
    assert reply.message.notice is None
