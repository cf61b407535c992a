"""Each fault of an endpoint ends in one notice; what had arrived is kept, nothing is sent twice (U-1 to U-33)."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import MessageState
from parley.endpoint import ApiKey, Endpoint, Service
from parley.engine import Engine
from tests.parley.faults import CONCURRENCY, FAULTS, OVERLOADED
from tests.parley.talk import say
from tests.upstream import Upstream, body, done, finish, raw, reasoning, role, status, text, usage


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
