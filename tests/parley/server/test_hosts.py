"""Which Host headers are answered in local mode. S-13, E-11."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Message, Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from parley.server.hosts import LoopbackOnly
from parley.settings import Mode


def page(_: object) -> PlainTextResponse:
    return PlainTextResponse("the app")


async def socket_page(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("the app")
    await socket.close()


def browser(mode: Mode, host: str) -> TestClient:
    routes = [Route("/", page), WebSocketRoute("/_stcore/stream", socket_page)]
    app = Starlette(routes=routes, middleware=[Middleware(LoopbackOnly, mode=mode)])
    return TestClient(app, headers={"Host": host})


LOOPBACK = [
    "localhost",
    "LOCALHOST:8501",
    "127.0.0.1",
    "127.0.0.1:8501",
    "127.8.9.10:80",
    "[::1]",
    "[::1]:8501",
]
FOREIGN = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io:8501",
    "192.168.1.5:8501",
    "0.0.0.0:8501",
    "169.254.169.254",
    "[fe80::1]:8501",
    "[::1].evil.example",
    "[127.0.0.1]",
    "[::1",
    "::1",
    "127.1",
    "2130706433",
    "127.0.0.1:8501:evil",
    "localhost:evil.example",
    "user@localhost",
    "",
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_s13_the_machines_own_names_are_answered(host: str) -> None:
    response = browser(Mode.LOCAL, host).get("/")

    assert (response.status_code, response.text) == (200, "the app")


@pytest.mark.parametrize("host", FOREIGN)
def test_s13_any_other_host_gets_a_page_that_says_what_chooses_the_mode(host: str) -> None:
    response = browser(Mode.LOCAL, host).get("/")

    assert response.status_code == 403
    assert "the app" not in response.text
    assert "PARLEY_MODE" in response.text
    assert "127.0.0.1" in response.text


def test_s13_a_websocket_of_another_host_is_closed_before_it_opens() -> None:
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        browser(Mode.LOCAL, "evil.example").websocket_connect("/_stcore/stream"),
    ):
        pass

    assert closed.value.code == 1008


def test_a_websocket_of_this_machine_opens() -> None:
    with browser(Mode.LOCAL, "localhost:8501").websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_text() == "the app"


@pytest.mark.parametrize("mode", [Mode.GUEST, Mode.SHARED])
def test_the_other_modes_are_open_to_any_host(mode: Mode) -> None:
    assert browser(mode, "parley.example").get("/").text == "the app"


@pytest.mark.anyio
@pytest.mark.parametrize("hosts", [[], [b"localhost", b"evil.example"]])
async def test_a_request_without_one_clear_host_is_refused(hosts: list[bytes]) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host) for host in hosts]
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    await LoopbackOnly(Starlette(), Mode.LOCAL)(scope, receive, send)

    assert sent[0]["status"] == 403
