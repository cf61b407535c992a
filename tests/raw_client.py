"""A plain HTTP client for the tests of the scripted upstream: no SDK, so that every byte is seen as it came."""

from __future__ import annotations

import http.client
import json
from typing import Any

from tests.upstream import CHAT, Step, Upstream


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
