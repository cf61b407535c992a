"""The security headers, as a browser receives them."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from parley.server.security import CONTENT_SECURITY_POLICY, SECURITY_HEADERS, SecurityHeaders


def page(_: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


def report(_: object) -> PlainTextResponse:
    return PlainTextResponse("report", headers={"Content-Security-Policy": "default-src 'none'"})


async def denied(socket: WebSocket) -> None:
    await socket.send_denial_response(PlainTextResponse("no", status_code=403))


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(await socket.receive_text())
    await socket.close()


@pytest.fixture
def browser() -> TestClient:
    routes = [
        Route("/", page),
        Route("/report", report),
        WebSocketRoute("/denied", denied),
        WebSocketRoute("/echo", echo),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)]))


@pytest.mark.parametrize("path", ["/", "/nothing-here"])
def test_every_response_carries_every_security_header(browser: TestClient, path: str) -> None:
    response = browser.get(path)

    assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_a_page_with_a_policy_of_its_own_keeps_it(browser: TestClient) -> None:
    response = browser.get("/report")

    assert response.headers["Content-Security-Policy"] == "default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_refused_websocket_carries_the_headers_too(browser: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as refused, browser.websocket_connect("/denied"):
        pass

    assert refused.value.headers["X-Frame-Options"] == "DENY"


def test_an_accepted_websocket_is_left_alone(browser: TestClient) -> None:
    with browser.websocket_connect("/echo") as socket:
        socket.send_text("word")

        assert socket.receive_text() == "word"


@pytest.mark.parametrize(
    ("directive", "never"),
    [
        ("img-src", "http"),
        ("img-src", "*"),
        ("script-src", "'unsafe-inline'"),
        ("script-src", "'unsafe-eval'"),
        ("connect-src", "*"),
        ("connect-src", "ws:"),
        ("font-src", "http"),
        ("style-src", "http"),
    ],
)
def test_the_policy_lets_nothing_reach_a_third_party(directive: str, never: str) -> None:
    assert never not in CONTENT_SECURITY_POLICY[directive]


@pytest.mark.parametrize(
    "directive", ["default-src", "object-src", "frame-ancestors", "base-uri", "frame-src"]
)
def test_what_the_app_does_not_use_is_closed(directive: str) -> None:
    assert CONTENT_SECURITY_POLICY[directive] == "'none'"
