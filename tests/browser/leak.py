"""A loopback server that must never hear anything: it notes every request line, whatever the method."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, cast


class Leak:
    """Where the payloads point."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.arrived = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/x"

    def note(self, request_line: str) -> None:
        self.heard.append(request_line)
        self.arrived.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, leak: Leak) -> None:
        super().__init__(("127.0.0.1", 0), _Ear)
        self.leak = leak


class _Ear(BaseHTTPRequestHandler):
    raw_requestline: bytes

    def parse_request(self) -> bool:
        cast(_Server, self.server).leak.note(self.raw_requestline.decode("latin-1").strip())
        return super().parse_request()

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *args: object) -> None:
        """Silent: a test's output is the test's."""
