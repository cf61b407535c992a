"""The scripted upstream itself: what it records, when it notices that a client has gone, and how it ends."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from tests.raw_client import answer, ask, connect
from tests.upstream import (
    Exchange,
    Step,
    Upstream,
    done,
    silence,
    status,
    text,
    tokens,
    trickle,
    wait,
    wait_for,
)


@pytest.fixture
def up() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


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
