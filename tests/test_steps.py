"""The steps of a script: what a client on the other end of the socket sees of each."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator

import pytest

from tests.raw_client import answer, ask, connect, events
from tests.upstream import (
    Step,
    Upstream,
    begin,
    body,
    chunk,
    cut,
    finish,
    raw,
    reasoning,
    redirect,
    reply,
    reset,
    role,
    status,
    text,
    tokens,
    usage,
    wait,
    wait_for,
)


@pytest.fixture
def up() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


def test_the_default_reply_echoes_the_last_user_message_and_reports_usage(up: Upstream) -> None:
    client = connect(up)

    received = events(ask(client, "two words").read())
    client.close()

    assert received[1]["choices"][0]["delta"] == {"content": "You said: two words"}
    assert received[3]["usage"]["prompt_tokens"] == 2
    assert received[4] == b"[DONE]"


DELTAS: list[tuple[Step, list[dict[str, str]]]] = [
    (role(), [{"role": "assistant", "content": ""}]),
    (text("abcde"), [{"content": "abcde"}]),
    (text("abcde", size=2), [{"content": "ab"}, {"content": "cd"}, {"content": "e"}]),
    (text("abcde", every=0.001), [{"content": "abcd"}, {"content": "e"}]),
    (reasoning("hm"), [{"reasoning_content": "hm"}]),
    (reasoning("hm", field="reasoning"), [{"reasoning": "hm"}]),
    (tokens(3, per_second=1000), [{"content": "w0"}, {"content": " w1"}, {"content": " w2"}]),
]


@pytest.mark.parametrize(("step", "deltas"), DELTAS)
def test_each_step_of_text_becomes_chunks(
    up: Upstream, step: Step, deltas: list[dict[str, str]]
) -> None:
    received = events(answer(up, step))

    assert [value["choices"][0]["delta"] for value in received] == deltas
    assert {value["model"] for value in received} == {"m"}


def test_finish_and_usage_have_openai_s_shape(up: Upstream) -> None:
    ended, counted = events(
        answer(up, finish("length"), usage(5, 2, cached=4, reasoning=1, in_choices=True))
    )

    assert ended["choices"][0]["finish_reason"] == "length"
    assert counted["choices"][0]["delta"] == {}
    assert counted["usage"] == {
        "prompt_tokens": 5,
        "completion_tokens": 2,
        "total_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 1},
    }


def test_chunks_and_raw_bytes_arrive_as_given(up: Upstream) -> None:
    payload = answer(up, chunk(["é", "\ud800"]), raw(b"\xffab", size=1, times=2))

    assert payload == 'data: ["é", "\\ud800"]\n\n'.encode() + b"\xffab\xffab"


WHOLE: list[tuple[Step, int, str, bytes]] = [
    (status(401, {"error": "no"}), 401, "application/json", b'{"error": "no"}'),
    (status(502, "<h1>Bad"), 502, "text/plain", b"<h1>Bad"),
    (body(b"<html>", "text/html"), 200, "text/html", b"<html>"),
    (redirect("http://127.0.0.1:1/"), 307, "text/plain", b""),
]


@pytest.mark.parametrize(("step", "code", "kind", "payload"), WHOLE)
def test_whole_answers_arrive_with_status_and_type(
    up: Upstream, step: Step, code: int, kind: str, payload: bytes
) -> None:
    up.script(step)
    client = connect(up)

    response = ask(client)
    received = response.read()
    client.close()

    assert (response.status, response.getheader("Content-Type"), received) == (code, kind, payload)


def test_headers_can_be_added_to_a_stream_and_to_a_status(up: Upstream) -> None:
    up.script(begin(x_request_id="r1", content_type="text/html"))
    up.script(status(429, "", {"Retry-After": "2"}), text("never"))
    client = connect(up)

    streamed = ask(client)
    streamed.read()
    refused = ask(client)
    refused.read()
    client.close()

    assert (streamed.getheader("x-request-id"), streamed.getheader("content-type")) == (
        "r1",
        "text/html",
    )
    assert refused.getheader("retry-after") == "2"


def test_a_cut_ends_the_stream_without_its_end(up: Upstream) -> None:
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer(up, text("abc"), cut())

    assert b"abc" in caught.value.partial


def test_a_reset_reaches_the_client_as_a_reset(up: Upstream) -> None:
    with pytest.raises(ConnectionResetError):
        answer(up, text("abc"), wait(0.05), reset())


def test_an_event_holds_a_reply_back_until_it_happens(up: Upstream) -> None:
    may_go_on = threading.Event()
    up.script(text("a"), wait_for(may_go_on), text("b"))
    client = connect(up)

    response = ask(client)
    first = response.read1()
    may_go_on.set()
    rest = response.read()
    client.close()

    assert (b'"a"' in first, b'"b"' in first, b'"b"' in rest) == (True, False, True)


def test_a_reply_step_is_a_whole_well_behaved_stream(up: Upstream) -> None:
    received = events(answer(up, reply("Hello", prompt=7, completion=2)))

    assert received[1]["choices"][0]["delta"]["content"] == "Hello"
    assert received[2]["choices"][0]["finish_reason"] == "stop"
    assert received[3]["usage"]["total_tokens"] == 9
    assert received[4] == b"[DONE]"
