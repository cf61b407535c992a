"""Each fault of an endpoint ends in one notice; what had arrived is kept, nothing is sent twice (U-1 to U-33)."""

from __future__ import annotations

import socket
from dataclasses import dataclass, replace

import pytest

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from tests.parley.talk import say
from tests.upstream import (
    Step,
    Upstream,
    body,
    chunk,
    cut,
    done,
    finish,
    raw,
    reasoning,
    redirect,
    reset,
    role,
    silence,
    status,
    text,
    trickle,
    usage,
    wait,
)

HTML = "<html><script>alert(1)</script><img src=x></html>"
W_AND_B_401 = {"error": {"code": "invalid_api_key", "message": "Authentication failed"}}
QUOTA = "You exceeded your current quota, please check your plan and billing details"
COUNTRY = {"error": {"code": 403, "message": "Country, region, or territory not supported"}}
GATEWAY = {"error": {"message": "The inference gateway is not enabled for your organization"}}
NOT_FOUND = {"error": {"message": "The requested resource was not found"}}
TOO_LONG = {
    "error": {"message": "This model's maximum context length is 4096 tokens", "param": "messages"}
}
VALIDATION = {"detail": [{"loc": ["body", "temperature"], "msg": "must be at most 2", "type": "x"}]}
CONCURRENCY = {"error": {"message": "Concurrency limit reached for requests"}}
OVERLOADED = {"error": {"message": "The engine is currently overloaded, please try again later"}}
BEGINNING = (role(), text("The beginning"))


@dataclass(frozen=True)
class Fault:
    """A script, and what a reader then sees."""

    steps: tuple[Step, ...]
    kind: str
    requests: int = 1
    kept: str = ""
    detail: str = ""


FAULTS = {
    "U-1-wrong-key": Fault(
        (status(401, W_AND_B_401),), "CredentialRejected", detail="Authentication"
    ),
    "U-2-no-credit": Fault(
        (status(402, {"error": {"message": QUOTA}}),), "OutOfCredit", detail=QUOTA
    ),
    "U-2-quota-as-429": Fault((status(429, {"error": {"message": QUOTA}}),), "OutOfCredit"),
    "U-3-country": Fault((status(403, COUNTRY),), "NotAllowed", detail="Country"),
    "U-3-gateway": Fault((status(403, GATEWAY),), "NotAllowed", detail="gateway"),
    "U-4-model": Fault((status(404, NOT_FOUND),), "ModelNotFound", detail="not found"),
    "U-4-path": Fault((status(404, {"detail": "Not Found"}),), "WrongBaseUrl"),
    "U-4-html": Fault((status(404, HTML),), "WrongBaseUrl"),
    "U-5-too-long": Fault((status(400, TOO_LONG),), "PromptTooLong", detail="maximum context"),
    "U-5-parameter": Fault((status(422, VALIDATION),), "ParameterRejected", detail="at most 2"),
    "U-7-an-hour": Fault(
        (status(429, CONCURRENCY, headers={"Retry-After": "3600"}),), "TooManyRequests"
    ),
    "U-8-500": Fault(
        (status(500, {"error": {"message": "The server had an error"}}),), "UpstreamUnavailable"
    ),
    "U-8-502-html": Fault((status(502, HTML),), "UpstreamUnavailable"),
    "U-8-529": Fault((status(529, "busy"),), "UpstreamUnavailable"),
    "U-10-empty-body": Fault((status(500),), "UpstreamUnavailable", detail="500"),
    "U-10-error-is-text": Fault(
        (status(400, {"error": "no such thing"}),), "ParameterRejected", detail="no such"
    ),
    "U-14-silence": Fault((silence(),), "TimedOut"),
    "U-15-no-first-token": Fault((role(), silence()), "TimedOut"),
    "U-16-stall": Fault((*BEGINNING, silence()), "TimedOut", kept="The beginning"),
    "U-17-trickle": Fault((role(), trickle("x", 0.2)), "TimedOut", kept="x"),
    "U-18-cut": Fault((*BEGINNING, cut()), "ConnectionLost", kept="The beginning"),
    "U-18-reset": Fault((*BEGINNING, wait(0.05), reset()), "ConnectionLost", kept="The beginning"),
    "U-19-no-end": Fault(BEGINNING, "ConnectionLost", kept="The beginning"),
    "U-20-html": Fault((body(HTML.encode(), content_type="text/html"),), "WrongBaseUrl"),
    "U-20-other-json": Fault(
        (body(b'{"hello": 1}', content_type="application/json"),), "WrongBaseUrl"
    ),
    "U-21-broken-json": Fault(
        (*BEGINNING, raw(b"data: {oops\n\n")), "MalformedReply", kept="The beginning"
    ),
    "U-22-error-event": Fault(
        (*BEGINNING, chunk({"error": {"message": "the GPU caught fire"}})),
        "ReportedByEndpoint",
        kept="The beginning",
        detail="caught fire",
    ),
    "U-22-error-text": Fault(
        (*BEGINNING, chunk({"error": "stopped"})), "ReportedByEndpoint", kept="The beginning"
    ),
    "U-22-status-inside": Fault(
        (chunk({"error": {"code": 429, "message": "slow"}}),), "TooManyRequests"
    ),
    "U-24-bad-utf8": Fault(
        (*BEGINNING, raw(b"data: \xff\xfe\n\n")), "MalformedReply", kept="The beginning"
    ),
    "U-25-no-newline": Fault(
        (*BEGINNING, raw(b"x" * 65536, times=40)), "ReplyTooLarge", kept="The beginning"
    ),
    "U-26-deep": Fault(
        (*BEGINNING, raw(b"data: " + b"[" * 100_000 + b"\n\n")),
        "MalformedReply",
        kept="The beginning",
    ),
    "U-33-only-thinking": Fault((reasoning("hm"), finish("length"), done()), "AllSpentThinking"),
    "U-33-nothing": Fault((role(), finish(), usage(3, 0), done()), "EmptyReply"),
    "E-5-redirect": Fault(
        (redirect("http://169.254.169.254/x"),), "WrongBaseUrl", detail="169.254.169.254"
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_endpoint_becomes_one_notice_and_loses_nothing(
    name: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    fault = FAULTS[name]
    upstream.script(*fault.steps)

    reply = say(engine, endpoint.with_key(ApiKey("sk-test")), "My question")

    question, answer = engine.store.messages(OWNER, reply.conversation_id)
    assert question.text == "My question"
    assert answer == reply.message
    assert answer.notice is not None
    assert answer.notice.kind == fault.kind
    assert fault.detail in answer.notice.detail
    assert "<script" not in answer.notice.title + answer.notice.advice
    assert answer.text.startswith(fault.kept)
    assert bool(answer.text) == bool(fault.kept)
    assert len(upstream.chats) == fault.requests
    assert len(engine.store.ledger(OWNER)) == fault.requests


def test_u_33_an_empty_reply_still_has_its_usage(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(reasoning("hm"), finish("length"), usage(3, 512, reasoning=512), done())

    reply = say(engine, endpoint)

    assert reply.message.state is MessageState.COMPLETE
    assert reply.message.reasoning == "hm"
    assert reply.outcome is not None
    assert reply.outcome.usage.output_tokens.value == 512


def test_u_9_a_key_that_the_endpoint_echoes_is_not_kept(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(401, {"error": {"message": "Wrong key: Bearer sk-canary-1"}}))

    reply = say(engine, endpoint.with_key(ApiKey("sk-canary-1")))

    assert reply.message.notice is not None
    assert "canary" not in str(reply.message.notice.to_dict())
    assert "[key]" in reply.message.notice.detail


def test_a_missing_key_is_told_before_anything_is_sent(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    wanting = replace(endpoint, needs_key=True, service=Service.WANDB)

    reply = say(engine, wanting)

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "CredentialMissing"
    assert not upstream.chats
    assert not engine.store.ledger(OWNER)


def test_a_server_without_a_key_that_wants_one_says_that_none_was_given(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(401, {"error": {"message": "Missing bearer authentication"}}))

    reply = say(engine, endpoint)

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "CredentialMissing"


def test_u_11_a_refused_connection_names_the_host(engine: Engine) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    reply = say(engine, Endpoint("Nobody", f"http://127.0.0.1:{port}/v1"))

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "CannotConnect"
    assert f"127.0.0.1:{port}" in reply.message.notice.title


def test_u_12_an_unknown_host_is_told_apart(engine: Engine) -> None:
    reply = say(engine, Endpoint("Nowhere", "https://nowhere.invalid/v1"))

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "CannotConnect"
    assert "not found" in reply.message.notice.title


def test_u_13_a_server_without_tls_is_not_trusted(engine: Engine, upstream: Upstream) -> None:
    reply = say(engine, Endpoint("Plain", upstream.base_url.replace("http:", "https:")))

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "UntrustedServer"


@pytest.mark.parametrize(("code", "said"), [(429, CONCURRENCY), (503, OVERLOADED)])
def test_u_6_a_busy_endpoint_is_asked_again_and_each_call_is_in_the_ledger(
    code: int, said: object, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(code, said, headers={"Retry-After": "0"}))
    upstream.script(role(), text("At last"), finish(), usage(3, 2), done())

    reply = say(engine, endpoint)

    assert reply.message.text == "At last"
    assert reply.message.notice is None
    entries = engine.store.ledger(OWNER)
    assert [entry.outcome.http_status for entry in entries if entry.outcome] == [
        code,
        200,
    ]
    assert len(upstream.chats) == 2


def test_u_6_retries_end(upstream: Upstream, engine: Engine, endpoint: Endpoint) -> None:
    upstream.always(status(429, CONCURRENCY))

    reply = say(engine, endpoint)

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "TooManyRequests"
    assert len(upstream.chats) == 1 + engine.limits.retry_attempts


def test_u_38_a_server_that_rejects_the_question_for_usage_is_asked_without_from_then_on(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(400, {"error": {"message": "Unknown field", "param": "stream_options"}}))

    first = say(engine, endpoint)
    say(engine, endpoint, "Again", first.conversation_id)

    asked = ["stream_options" in received.body for received in upstream.chats]
    assert asked == [True, False, False]
    assert first.message.state is MessageState.COMPLETE


def test_u_20_a_whole_json_reply_to_a_streamed_request_is_read(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(
        body(
            b'{"id": "x", "object": "chat.completion", "model": "m", "choices": [{"index": 0, "message":'
            b' {"role": "assistant", "content": "Whole"}, "finish_reason": "stop"}],'
            b' "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}}',
            content_type="application/json",
        )
    )

    reply = say(engine, endpoint)

    assert (reply.message.text, reply.message.notice) == ("Whole", None)
    assert reply.outcome is not None
    assert reply.outcome.usage.input_tokens.value == 5


def test_u_23_text_survives_any_split_of_its_bytes(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    said = '{"choices": [{"index": 0, "delta": {"content": "héé 🌍\u2028x"}}]}'
    upstream.script(role(), raw(f"data: {said}\n\n".encode(), size=1), finish(), done())

    reply = say(engine, endpoint)

    assert reply.message.text == "héé 🌍\u2028x"


def test_u_27_a_compressed_answer_is_refused(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(200, "zeros", headers={"Content-Encoding": "gzip"}))

    reply = say(engine, endpoint)

    assert reply.message.notice is not None
    assert reply.message.notice.kind == "MalformedReply"
