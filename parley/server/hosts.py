"""In local mode the app answers only to names of the machine it runs on.

Binding to 127.0.0.1 is not enough: a web page whose own host name resolves to 127.0.0.1 (DNS rebinding)
reaches the port through the reader's browser. It cannot forge the Host header, so that is what is looked at.
Never the place for logins: in the other modes every Host is let through.
"""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from parley.settings import Mode

REFUSAL = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Parley answers on its own machine only</title></head>
<body>
<main>
<h1>Parley answers on its own machine only</h1>
<p>This Parley runs in local mode: it is for the person at the machine it runs on, and nobody else.
Nothing was read or changed.</p>
<p>At that machine, open it as <code>http://localhost</code> or <code>http://127.0.0.1</code>, with its port.</p>
<p>The mode is chosen by the environment variable <code>PARLEY_MODE</code> when Parley is started.
This version has local mode alone; modes for several people will come.</p>
</main>
</body>
</html>
"""


class LoopbackOnly:
    """ASGI middleware that refuses, in local mode, a Host that is not loopback."""

    def __init__(self, app: ASGIApp, mode: Mode) -> None:
        self.app = app
        self.guards = mode is Mode.LOCAL

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.guards or scope["type"] == "lifespan" or _names_loopback(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Closing before accepting is what an ASGI server turns into a 403.
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        else:
            await HTMLResponse(REFUSAL, status_code=403)(scope, receive, send)


def _names_loopback(scope: Scope) -> bool:
    """Whether there is exactly one Host and it is loopback."""
    hosts = Headers(scope=scope).getlist("host")
    return len(hosts) == 1 and is_loopback_host(hosts[0])


def is_loopback_host(host: str) -> bool:
    """Whether a Host header, with or without a port, can only mean the machine itself."""
    name = _without_port(host.strip().lower())
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _without_port(host: str) -> str:
    """The name or address of a Host header; empty when it has another form."""
    if host.startswith("["):
        address, bracket, port = host[1:].partition("]")
        return address if bracket and (not port or _is_port(port)) and ":" in address else ""
    name, colon, port = host.partition(":")
    return name if not colon or _is_port(f":{port}") else ""


def _is_port(text: str) -> bool:
    return text.startswith(":") and text[1:].isascii() and text[1:].isdigit()
