"""The first step of a probe: what a short reply tells of a model, and each way in which it fails."""

from __future__ import annotations

import pytest

from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import ModelNotFound, TimedOut, TooManyRequests, UpstreamUnavailable
from parley.probe import Step
from tests.parley.probe.probing import ANSWER, STEADY, probed, result_of, rows, said
from tests.upstream import (
    Step as Line,
)
from tests.upstream import (
    Upstream,
    body,
    cut,
    done,
    finish,
    role,
    silence,
    status,
    text,
    usage,
)

NO_MODEL = {"error": {"message": "The model test-model does not exist", "code": "model_not_found"}}
WHOLE = (
    b'{"object": "chat.completion", "choices": [{"message": {"content": "one two"}, '
    b'"finish_reason": "stop"}], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}'
)


def test_a_model_that_answers_is_measured(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*STEADY)

    found = result_of(probed(engine, endpoint))

    assert (found.reached, found.notice, found.finish_reason) == (True, None, "stop")
    assert found.time_to_first_token_s is not None
    assert found.tokens_per_second == pytest.approx(60, rel=0.4)
    assert found.speed_source == "measured"
    assert (found.is_streamed, found.has_usage, found.has_cached_tokens) == (True, True, True)
    assert found.reasoning == ""


def test_a_probe_asks_for_little_and_writes_no_message(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(*ANSWER)

    probed(engine, endpoint)

    (sent,) = upstream.chats
    assert sent.body["max_tokens"] == 128
    assert sent.body["stream"] is True
    assert len(sent.body["messages"]) == 1
    assert engine.store.conversations("local") == []


def test_u34_without_usage_that_is_said_and_nothing_is_invented(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("one two three"), finish(), done())

    found = result_of(probed(engine, endpoint))

    assert (found.has_usage, found.has_cached_tokens) == (False, False)


def test_u20_a_reply_that_is_not_streamed_is_told_as_that(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(body(WHOLE))

    found = result_of(probed(engine, endpoint))

    assert (found.reached, found.is_streamed, found.has_usage) == (True, False, True)


@pytest.mark.parametrize(
    ("thought", "named"),
    [
        ((said(reasoning="hm"),), "reasoning"),
        ((said(reasoning_content="hm"),), "reasoning_content"),
        ((said(content=[{"type": "thinking", "thinking": "hm"}]),), "content parts"),
        ((text("<think>hm</think>"),), "think tags"),
        ((), ""),
    ],
    ids=["u32 reasoning", "u32 reasoning_content", "u28 parts", "tags", "none"],
)
def test_the_field_that_reasoning_comes_in_is_named(
    thought: tuple[Line, ...],
    named: str,
    upstream: Upstream,
    engine: Engine,
    endpoint: Endpoint,
) -> None:
    upstream.script(role(), *thought, text("one"), finish(), usage(9, 2), done())

    found = result_of(probed(engine, endpoint))

    assert found.reasoning == named


def test_u33_a_model_that_only_thinks_is_reached_and_says_so(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(said(reasoning="hm"), finish("length"), usage(9, 128), done())

    found = result_of(probed(engine, endpoint, steps=(Step.TOOLS,)))

    assert (found.reached, found.finish_reason) == (True, "length")
    assert found.notice is not None
    assert found.notice.kind == "AllSpentThinking"
    assert found.reasoning == "reasoning"
    assert Step.TOOLS in found.checks


FAULTS: dict[str, tuple[tuple[Line, ...], str, int]] = {
    "u1-no-key": ((status(401, "no"),), "CredentialMissing", 1),
    "u4-model": ((status(404, NO_MODEL),), ModelNotFound.__name__, 1),
    "u7-busy": ((status(429, "no", {"Retry-After": "3600"}),), TooManyRequests.__name__, 1),
    "u8-fault": ((status(500, "no"),), UpstreamUnavailable.__name__, 1),
    "u14-silence": ((silence(),), TimedOut.__name__, 1),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_model_that_is_not_reached_says_why_and_is_asked_nothing_else(
    case: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    steps, kind, requests = FAULTS[case]
    upstream.script(*steps)

    found = result_of(probed(engine, endpoint, steps=(Step.TOOLS, Step.CACHE)))

    assert not found.reached
    assert found.notice is not None
    assert found.notice.kind == kind
    assert found.checks == {}
    assert (found.is_streamed, found.has_usage, found.reasoning) == (None, None, None)
    assert len(upstream.chats) == requests
    (entry,) = rows(engine)
    assert entry.outcome is not None
    assert entry.outcome.error_kind == kind


def test_u18_a_reply_that_is_cut_was_reached_all_the_same(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("one"), cut())

    found = result_of(probed(engine, endpoint, steps=(Step.TOOLS,)))

    assert found.reached
    assert found.notice is not None
    assert found.notice.kind == "ConnectionLost"
    assert found.has_usage is None
    assert found.checks == {}


def test_u6_a_busy_endpoint_is_asked_again_as_in_a_chat(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(429, "no", {"Retry-After": "0"}))
    upstream.script(*ANSWER)

    found = result_of(probed(engine, endpoint))

    assert found.reached
    assert [entry.outcome and entry.outcome.http_status for entry in rows(engine)] == [429, 200]
