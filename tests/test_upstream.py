"""The scripted upstream itself: what a client on the other end of the socket sees of each step."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.upstream import (
    CHAT,
    Exchange,
    Step,
    Upstream,
    begin,
    body,
    chunk,
    cut,
    done,
    finish,
    raw,
    reasoning,
    redirect,
    reply,
    reset,
    role,
    silence,
    status,
    text,
    tokens,
    trickle,
    usage,
    wait,
    wait_for,
)


@pytest.fixture
def up() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


def connect(up: Upstream) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(up.origin.removeprefix("http://"), timeout=5)


def ask(client: http.client.HTTPConnection, said: str = "Hi") -> http.client.HTTPResponse:
    request = {"model": "m", "messages": [{"role": "user", "content": said}], "stream": True}
    client.request("POST", CHAT, json.dumps(request), {"Content-Type": "application/json"})
    return client.getresponse()


def answer(up: Upstream, *steps: Step) -> bytes:
    up.script(*steps)
    client = connect(up)
    try:
        return ask(client).read()
    finally:
        client.close()


def events(payload: bytes) -> list[Any]:
    lines = [line.removeprefix(b"data: ") for line in payload.split(b"\n\n") if line]
    return [line if line == b"[DONE]" else json.loads(line) for line in lines]


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


def test_models_and_further_paths_answer_what_they_are_told(up: Upstream) -> None:
    up.answers["/api/v1/models"] = (203, {"x-own": "1"}, b"{}")
    client = connect(up)
    seen: list[tuple[int, bytes]] = []

    def get(path: str) -> None:
        client.request("GET", path)
        response = client.getresponse()
        seen.append((response.status, response.read()))

    get("/v1/models")
    up.models = ["bare"]
    get("/v1/models")
    up.models_raw = (200, {"content-type": "text/html"}, b"<html>")
    get("/v1/models")
    up.models_steps = (status(401, "no"),)
    get("/v1/models")
    get("/api/v1/models")
    get("/elsewhere")
    client.close()

    assert json.loads(seen[0][1])["data"][0]["id"] == "test-model"
    assert seen[1:5] == [(200, b'["bare"]'), (200, b"<html>"), (401, b"no"), (203, b"{}")]
    assert seen[5][0] == 404


def test_it_records_requests_and_serves_many_on_one_connection(up: Upstream) -> None:
    up.always(text("x"), done())
    client = connect(up)

    for _ in range(3):
        ask(client).read()
    client.close()

    received = up.wait_for_requests(3)
    assert len({id(each) for each in received}) == 3
    assert received[0].headers["content-type"] == "application/json"
    assert received[0].body["messages"][0]["content"] == "Hi"
    assert received[0].at <= (received[0].last_token_at or 0) <= (received[0].finished_at or 0)
    assert received[0].disconnected_at is None


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


WAITS: list[tuple[str, Step]] = [
    ("before the head", silence()),
    ("in a wait", wait(30)),
    ("for an event", wait_for(threading.Event())),
    ("between two tokens", tokens(100, per_second=0.1)),
    ("in a trickle", trickle(every=0.001)),
    ("between pieces", text("abcdefgh", every=30)),
]


@pytest.mark.parametrize("step", [step for _, step in WAITS], ids=[name for name, _ in WAITS])
def test_a_client_that_hangs_up_is_noticed_within_milliseconds(up: Upstream, step: Step) -> None:
    up.script(step)
    client = socket.create_connection(("127.0.0.1", int(up.origin.rsplit(":", 1)[1])))
    client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
    (received,) = up.wait_for_requests(1)
    time.sleep(0.02)

    hung_up = time.monotonic()
    client.close()

    assert received.wait_for_disconnect() - hung_up < 0.1
    assert received.finished_at is None


def test_a_client_that_resets_is_noticed_too(up: Upstream) -> None:
    up.script(silence())
    client = socket.create_connection(("127.0.0.1", int(up.origin.rsplit(":", 1)[1])))
    client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
    (received,) = up.wait_for_requests(1)

    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()

    assert received.wait_for_disconnect() > received.at


def test_tokens_leave_at_a_steady_rate_and_their_times_are_kept(up: Upstream) -> None:
    answer(up, tokens(100, per_second=400))

    (received,) = up.chats
    assert len(received.token_times) == 100
    took = received.token_times[-1] - received.token_times[0]
    assert 99 / 400 - 0.01 < took < 99 / 400 + 0.1


def test_fifty_clients_are_served_at_once(up: Upstream) -> None:
    may_go_on = threading.Event()
    up.always(text("a"), wait_for(may_go_on), text("b"))
    clients = [connect(up) for _ in range(50)]

    responses = [ask(client) for client in clients]
    may_go_on.set()
    bodies = {response.read() for response in responses}
    for client in clients:
        client.close()

    assert len(up.wait_for_requests(50)) == 50
    assert len(bodies) == 1


def test_closing_ends_every_thread_even_in_silence() -> None:
    before = threading.active_count()
    client: http.client.HTTPConnection
    with Upstream() as up:
        up.script(text("a"), silence())
        client = connect(up)
        response = ask(client)
        response.read1()
        (received,) = up.chats
        began = time.monotonic()

    response.close()
    client.close()
    assert threading.active_count() == before
    assert time.monotonic() - began < 0.5
    assert received.disconnected_at is None


def test_a_fault_in_a_script_is_raised_at_the_end_and_not_swallowed() -> None:
    def broken(to: Exchange) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Upstream() as up:
        client = connect(up)
        up.script(broken)
        with pytest.raises(http.client.RemoteDisconnected):
            ask(client)
        client.close()


def test_waiting_for_what_never_comes_fails_with_a_sentence(up: Upstream) -> None:
    client = connect(up)
    ask(client).read()
    client.close()

    with pytest.raises(AssertionError, match="1 of 2 chat requests"):
        up.wait_for_requests(2, timeout=0.01)
    with pytest.raises(AssertionError, match="did not hang up"):
        up.chats[0].wait_for_disconnect(timeout=0.01)


def test_a_reply_step_is_a_whole_well_behaved_stream(up: Upstream) -> None:
    received = events(answer(up, reply("Hello", prompt=7, completion=2)))

    assert received[1]["choices"][0]["delta"]["content"] == "Hello"
    assert received[2]["choices"][0]["finish_reason"] == "stop"
    assert received[3]["usage"]["total_tokens"] == 9
    assert received[4] == b"[DONE]"
