"""The door to the endpoint: what is sent, what is passed on and in which order, and that every fault is one of ours."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace

import pytest

from parley.endpoint import ApiKey, Endpoint
from parley.engine import Engine
from parley.errors import (
    CredentialMissing,
    CredentialRejected,
    EndpointError,
    MalformedReply,
    WrongBaseUrl,
)
from parley.gateway import Accepted, ChatCall
from tests.parley.listening import CALL, ask, models
from tests.upstream import (
    Upstream,
    begin,
    body,
    chunk,
    done,
    finish,
    raw,
    role,
    silence,
    status,
    text,
    usage,
)

CANARY = "sk-canary-1"
HELLO = {"choices": [{"index": 0, "delta": {"content": "Hello"}}]}


def test_a_call_is_sent_as_it_was_made(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    call = replace(CALL, parameters={"temperature": 0.5, "max_tokens": 9, "my_own": [1, None]})

    ask(engine, endpoint, call)

    assert upstream.chats[0].body == {
        "model": "test-model",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": "Hello"}],
        "temperature": 0.5,
        "max_tokens": 9,
        "my_own": [1, None],
    }


def test_what_was_sent_is_what_the_ledger_keeps() -> None:
    call = replace(CALL, parameters={"temperature": 0.5}, wants_usage=False)

    assert call.body() == {"model": "test-model", "stream": True, "temperature": 0.5}


def test_everything_that_arrives_is_passed_on_in_order_and_the_end_once(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(begin(x_request_id="req-1"), chunk(HELLO), chunk({"usage": {}}), done())

    heard = ask(engine, endpoint)

    assert heard.answers == [Accepted(200, "req-1")]
    assert heard.values == [HELLO, {"usage": {}}]
    assert heard.ends == 1


def test_nothing_after_the_last_event_is_passed_on(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(chunk(HELLO), done(), chunk({"late": 1}), done())

    heard = ask(engine, endpoint)

    assert (heard.values, heard.ends) == ([HELLO], 1)


def test_an_endpoint_that_never_hangs_up_after_the_last_event_keeps_nobody_waiting(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(chunk(HELLO), done(), silence())
    began = time.monotonic()

    heard = ask(engine, endpoint)

    assert heard.ends == 1
    assert time.monotonic() - began < engine.limits.silence_s
    assert upstream.chats[0].wait_for_disconnect(2)


@pytest.mark.parametrize(
    "noise",
    [
        b": comment\n\n",
        b"event: ping\n\n",
        b"data:\n\n",
        b"data:  \n\n",
        b"id: 7\nretry: 10\n\n",
        b"\n\n\n",
    ],
)
def test_u21_what_carries_nothing_is_passed_over(
    noise: bytes, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(raw(noise), chunk(HELLO), raw(noise), done())

    heard = ask(engine, endpoint)

    assert (heard.values, heard.ends) == ([HELLO], 1)


@pytest.mark.parametrize(("sent", "value"), [(b"null", None), (b"[1,2]", [1, 2]), (b'"x"', "x")])
def test_u21_json_that_is_no_chunk_is_passed_on_as_it_is(
    sent: bytes, value: object, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(raw(b"data: " + sent + b"\n\n"), done())

    assert ask(engine, endpoint).values == [value]


def test_a_last_event_without_its_blank_line_still_counts(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(chunk(HELLO), raw(b"data: [DONE]"))

    assert ask(engine, endpoint).ends == 1


def test_u36_what_comes_after_the_finish_reason_is_read(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(role(), text("Hi"), finish(), usage(3, 1), done())

    last = ask(engine, endpoint).values[-1]

    assert isinstance(last, dict)
    assert last["usage"]["prompt_tokens"] == 3


def test_u20_an_error_in_a_whole_answer_is_passed_on_to_be_told(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(body(b'{"error": {"message": "no"}}'))

    heard = ask(engine, endpoint)

    assert (heard.values, heard.ends) == ([{"error": {"message": "no"}}], 1)


@pytest.mark.parametrize("said", [b"[]", b"7", b'{"data": []}', b"", b"<html>\xff</html>"])
def test_u20_a_whole_answer_that_is_no_reply_is_a_wrong_address(
    said: bytes, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(body(said))

    with pytest.raises(WrongBaseUrl) as refused:
        ask(engine, endpoint)

    assert refused.value.detail == said.decode("utf-8", "replace")


@pytest.mark.parametrize("listed", [[{"id": "a"}], {"data": []}, {"models": [1]}, None, 7])
def test_c2_a_list_is_handed_on_whatever_its_shape(
    listed: object, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.models = listed

    assert models(engine, endpoint) == listed


@pytest.mark.parametrize("said", [b"<html>", b"", b"{oops", b"\xff\xfe\x00", b"[" * 100_000])
def test_c2_a_list_that_is_not_json_is_one_of_our_errors(
    said: bytes, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.models_raw = (200, {"Content-Type": "text/html"}, said)

    with pytest.raises(MalformedReply):
        models(engine, endpoint)


def test_text_that_no_request_can_carry_is_one_of_our_errors_and_logged_by_its_kind(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    call = ChatCall("m", ({"role": "user", "content": "canary \ud800"},))

    with pytest.raises(MalformedReply):
        ask(engine, endpoint, call)

    assert upstream.chats == []
    assert "UnicodeEncodeError while talking to an endpoint" in caplog.text
    assert "canary" not in caplog.text


def test_s9_without_the_key_that_it_wants_an_endpoint_is_not_asked(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    with pytest.raises(CredentialMissing):
        ask(engine, replace(endpoint, needs_key=True))

    assert upstream.requests == []


def test_s6_an_error_carries_no_trace_of_the_key(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(401, {"error": {"message": f"wrong: {CANARY}"}}))

    with pytest.raises(CredentialRejected) as refused:
        ask(engine, endpoint.with_key(ApiKey(CANARY)))

    traced = "".join(traceback.format_exception(refused.value))
    assert CANARY not in traced
    assert "During handling" not in traced
    assert refused.value.detail == "wrong: [key]"


def test_s6_a_wrong_answer_that_echoes_the_key_is_told_without_it(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(body(b"<html>you sent sk-canary-1</html>", content_type="text/html"))

    with pytest.raises(WrongBaseUrl) as refused:
        ask(engine, endpoint.with_key(ApiKey(CANARY)))

    assert refused.value.detail == "<html>you sent [key]</html>"


@pytest.mark.parametrize("padding", ["x" * 295, " " * 1_195], ids=["kept text", "all that is read"])
@pytest.mark.parametrize("form", ["<p>{}</p>", '["{}"]'], ids=["not JSON", "not a reply"])
def test_s6_a_key_that_is_echoed_where_the_detail_is_cut_leaves_no_part_behind(
    upstream: Upstream, engine: Engine, endpoint: Endpoint, padding: str, form: str
) -> None:
    echoed = form.format(padding + CANARY).encode()
    upstream.script(body(echoed, content_type="text/html"))

    with pytest.raises(WrongBaseUrl) as refused:
        ask(engine, endpoint.with_key(ApiKey(CANARY)))

    assert len(refused.value.detail) <= 300
    assert CANARY[:2] not in refused.value.detail


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ({"error": {"message": "no"}}, "no"),
        ([{"error": {"message": "no"}}], "no"),
        ({"message": "no"}, "no"),
        ({"error": "no"}, "no"),
        ({"error": 7}, ""),
        ([], ""),
        ("plain words", ""),
    ],
    ids=str,
)
def test_u10_an_error_body_of_any_shape_is_read(
    said: object, detail: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    upstream.script(status(403, said))

    with pytest.raises(EndpointError) as refused:
        ask(engine, endpoint)

    assert refused.value.detail == detail
    assert refused.value.http_status == 403
