"""One answer of the scripted upstream while it is given: it writes, waits, and notices at once when the client goes.

Nothing here knows what is answered; that is the script's business (`steps.py`).
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

POLL_S = 0.002


@dataclass
class Received:
    """One request as it arrived. Times are `time.monotonic()`; `None` = has not happened."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: Any
    """Parsed JSON, or the bytes when it was none."""
    at: float
    port: int = 0
    """The client's end: two requests with one port came over one connection."""
    disconnected_at: float | None = None
    """When the client hung up before the answer was whole."""
    finished_at: float | None = None
    """When the last byte of the answer was handed to the socket."""
    token_times: list[float] = field(default_factory=list, repr=False)
    """When each piece of text was handed to the socket."""
    gone: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def last_token_at(self) -> float | None:
        return self.token_times[-1] if self.token_times else None

    def wait_for_disconnect(self, timeout: float = 2.0) -> float:
        """The moment at which the client hung up; `AssertionError` when it did not in time."""
        assert self.gone.wait(timeout), f"the client did not hang up within {timeout} s"
        return cast(float, self.disconnected_at)


class Connection(Protocol):
    """What an exchange needs of the HTTP server."""

    connection: socket.socket

    def head(self, status: int, headers: Mapping[str, str]) -> None: ...
    def whole(self, status: int, headers: Mapping[str, str], payload: bytes) -> None: ...
    def put(self, payload: bytes) -> None: ...
    def has_gone(self, seconds: float) -> bool: ...


class Ended(Exception):
    """The answer is over before the script is; `drop` = and the connection with it."""

    def __init__(self, *, drop: bool = False) -> None:
        super().__init__()
        self.drop = drop


def event(value: object) -> bytes:
    """A value as the bytes of one SSE event: raw UTF-8, lone surrogates as escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return b"data: %b\n\n" % text.encode("utf-8", "backslashreplace")


class Exchange:
    """What a step writes through. Every write and every wait ends at once when the client has gone."""

    def __init__(self, http: Connection, received: Received, closing: threading.Event) -> None:
        self.received = received
        self._http = http
        self._closing = closing
        self._started = False

    def begin(self, headers: Mapping[str, str] | None = None) -> None:
        """Send status 200 and the headers of a stream, unless they have gone out."""
        if self._started:
            return
        self._started = True
        usual = {"content-type": "text/event-stream", "transfer-encoding": "chunked"}
        self._http.head(200, {**usual, **(headers or {})})

    def write(self, payload: bytes) -> None:
        """One HTTP chunk, in one packet where it fits."""
        self.begin()
        self.pause(0)
        if payload:
            self._http.put(b"%x\r\n%b\r\n" % (len(payload), payload))

    def event(self, value: object) -> None:
        self.write(event(value))

    def delta(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        self.event({**self.envelope(), "choices": [choice]})

    def token(self, delta: Mapping[str, Any]) -> None:
        self.delta(delta)
        self.received.token_times.append(time.monotonic())

    def envelope(self) -> dict[str, Any]:
        """The fields that every chunk has; the model is the one that was asked."""
        asked = self.received.body
        model = asked.get("model", "") if isinstance(asked, dict) else ""
        return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}

    def whole(self, status: int, headers: Mapping[str, str], payload: bytes) -> None:
        self.pause(0)
        self._http.whole(status, headers, payload)
        raise Ended

    def pause(self, seconds: float) -> None:
        """Wait, but not for a client that has hung up or a server that closes."""
        due = time.monotonic() + seconds
        while True:
            gone = self._http.has_gone(max(0.0, due - time.monotonic()))
            if self._closing.is_set():
                raise Ended(drop=True)
            if gone:
                raise ConnectionResetError
            if time.monotonic() >= due:
                return

    def drop(self, *, reset: bool) -> None:
        """End the connection in the middle: with a FIN, or with an RST."""
        self.begin()
        if reset:
            abruptly = struct.pack("ii", 1, 0)
            self._http.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, abruptly)
            socket.socket(fileno=self._http.connection.detach()).close()
        else:
            self._http.connection.shutdown(socket.SHUT_RDWR)
        raise Ended(drop=True)

    def end(self) -> None:
        """End a stream as HTTP wants it, so that the connection serves the next request."""
        self.begin()
        self._http.put(b"0\r\n\r\n")
