"""A scripted OpenAI-compatible server on a real loopback socket; one line of script per behaviour.

    with Upstream() as up:
        up.script(role(), text("Hello"), finish(), usage(3, 1), done())

Each POST /v1/chat/completions plays the next script. It records what it received and when the client hung up,
never talks to anything but 127.0.0.1, and knows nothing of pytest, so the bench can use it too.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any, Self, cast

from tests.exchange import Ended, Exchange, Received, event
from tests.steps import (
    Step,
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

__all__ = [
    "Exchange",
    "Received",
    "Step",
    "Upstream",
    "begin",
    "body",
    "chunk",
    "cut",
    "done",
    "event",
    "finish",
    "raw",
    "reasoning",
    "redirect",
    "reply",
    "reset",
    "role",
    "silence",
    "status",
    "text",
    "tokens",
    "trickle",
    "usage",
    "wait",
    "wait_for",
]

CHAT = "/v1/chat/completions"
MODELS = "/v1/models"

RawAnswer = tuple[int, Mapping[str, str], bytes]


class Upstream:
    """The server. Scripts are queued per chat request; without one it echoes the last user message."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.models: object = {
            "object": "list",
            "data": [{"id": "test-model", "object": "model", "created": 0, "owned_by": "tests"}],
        }
        self.models_raw: RawAnswer | None = None
        self.models_steps: tuple[Step, ...] = ()
        """When set, GET /v1/models plays them instead of answering `models`."""
        self.answers: dict[str, RawAnswer] = {}
        """What GET answers on further paths, each written whole from the root."""
        self.closing = threading.Event()
        self.faults: list[BaseException] = []
        self._scripts: deque[tuple[Step, ...]] = deque()
        self._always: tuple[Step, ...] = ()
        self._arrived = threading.Condition()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    @property
    def chats(self) -> list[Received]:
        """The chat requests among all that arrived."""
        return [received for received in self.requests if received.path == CHAT]

    def script(self, *steps: Step) -> None:
        """Queue what one chat request gets."""
        self._scripts.append(steps)

    def always(self, *steps: Step) -> None:
        """What every chat request gets for which no script is queued."""
        self._always = steps

    def forget(self) -> None:
        """Drop what is scripted and what was received, for another test with the same server."""
        self._scripts.clear()
        self._always = ()
        self.requests.clear()

    def wait_for_requests(self, count: int, timeout: float = 2.0) -> list[Received]:
        """The chat requests, as soon as there are so many; `AssertionError` when there are not in time."""
        with self._arrived:
            enough = self._arrived.wait_for(lambda: len(self.chats) >= count, timeout)
        assert enough, f"{len(self.chats)} of {count} chat requests arrived within {timeout} s"
        return self.chats

    def note(self, received: Received) -> None:
        with self._arrived:
            self.requests.append(received)
            self._arrived.notify_all()

    def steps_for(self, received: Received) -> tuple[Step, ...]:
        """The script for one request: the next in the queue, or what its path answers."""
        if received.method == "POST" and received.path == CHAT:
            with contextlib.suppress(IndexError):
                return self._scripts.popleft()
            return self._always or (_echo,)
        if received.path == MODELS:
            return self.models_steps or (_whole(self.models_raw) or status(200, self.models),)
        missing = status(404, {"error": {"message": "Not Found", "code": 404}})
        return (_whole(self.answers.get(received.path)) or missing,)

    def close(self) -> None:
        """End every connection and thread; raise what went wrong in a script."""
        self.closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        if self.faults:
            raise self.faults[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _whole(answer: RawAnswer | None) -> Step | None:
    return None if answer is None else lambda to: to.whole(*answer)


def _echo(to: Exchange) -> None:
    messages = to.received.body.get("messages", []) if isinstance(to.received.body, dict) else []
    said = next((m.get("content") for m in reversed(messages) if m.get("role") == "user"), "")
    reply(f"You said: {said}", prompt=len(str(said).split()), completion=3)(to)


class _Server(ThreadingTCPServer):
    """Joins its threads when closed, so none outlives a test."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, upstream: Upstream) -> None:
        super().__init__(("127.0.0.1", 0), _Http)
        self.upstream = upstream
        self.open: set[socket.socket] = set()

    def hang_up(self) -> None:
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Called while the exception is handled; a client that goes away between requests is no fault."""
        fault = sys.exception()
        if fault is not None and not isinstance(fault, OSError):
            self.upstream.faults.append(fault)


class _Http(BaseHTTPRequestHandler):
    """One connection: keep-alive, one packet per write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def setup(self) -> None:
        super().setup()
        self._open.add(self.connection)

    def finish(self) -> None:
        self._open.discard(self.connection)
        super().finish()

    @property
    def _open(self) -> set[socket.socket]:
        return cast(_Server, self.server).open

    def _answer(self) -> None:
        upstream = cast(_Server, self.server).upstream
        received = self._received()
        upstream.note(received)
        try:
            self._play(upstream.steps_for(received), Exchange(self, received, upstream.closing))
            received.finished_at = time.monotonic()
        except Ended as ended:
            self.close_connection = self.close_connection or ended.drop
            received.finished_at = time.monotonic()
        except OSError:
            self.close_connection = True
            received.disconnected_at = time.monotonic()
            received.gone.set()

    def _play(self, steps: tuple[Step, ...], to: Exchange) -> None:
        for step in steps:
            step(to)
        to.end()

    def _received(self) -> Received:
        arrived = time.monotonic()
        content: Any = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with contextlib.suppress(ValueError):
            content = json.loads(content)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Received(self.command, self.path, headers, content, arrived, self.client_address[1])

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def whole(self, status: int, headers: Mapping[str, str], payload: bytes) -> None:
        self.head(status, {"Content-Length": str(len(payload)), **headers})
        self.put(payload)

    def put(self, payload: bytes) -> None:
        self.wfile.write(payload)

    def has_gone(self, seconds: float) -> bool:
        """Whether the client hangs up within so many seconds; returns at once when it does."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def log_message(self, *args: object) -> None:
        """Silent: a test's output is the test's."""
