"""What the scripted upstream can do in an answer, one step per line of script.

Import them from `tests.upstream`. A step writes through the `Exchange` and never touches a socket itself.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.exchange import POLL_S, Exchange

Step = Callable[[Exchange], None]


def begin(**headers: str) -> Step:
    """Only the head of a stream, with headers of one's own: `begin(x_request_id="r1")`."""
    return lambda to: to.begin({name.replace("_", "-"): value for name, value in headers.items()})


def role() -> Step:
    return lambda to: to.delta({"role": "assistant", "content": ""})


def text(content: str, every: float = 0.0, size: int = 0) -> Step:
    """Text in one piece; with `size` or `every`, in pieces of `size` characters, one `every` so many seconds."""
    return _pieces(content, "content", every, size)


def reasoning(content: str, field: str = "reasoning_content", every: float = 0.0) -> Step:
    """The same for what a model thinks; servers differ in the field."""
    return _pieces(content, field, every, 0)


def _pieces(content: str, name: str, every: float, size: int) -> Step:
    step = size or (4 if every else max(1, len(content)))

    def play(to: Exchange) -> None:
        for start in range(0, len(content), step):
            to.token({name: content[start : start + step]})
            to.pause(every)

    return play


def tokens(count: int, per_second: float) -> Step:
    """The words `w0 w1 …` at a steady rate; a late word is followed sooner by the next."""

    def play(to: Exchange) -> None:
        start = time.monotonic()
        for number in range(count):
            to.pause(start + number / per_second - time.monotonic())
            to.token({"content": f" w{number}" if number else "w0"})

    return play


def trickle(piece: str = "x", every: float = 0.05) -> Step:
    """The same piece for ever, until the client hangs up."""

    def play(to: Exchange) -> None:
        while True:
            to.token({"content": piece})
            to.pause(every)

    return play


def chunk(value: object) -> Step:
    """Any JSON value as one event, exactly as given."""
    return lambda to: to.event(value)


def raw(payload: bytes, size: int = 0, times: int = 1) -> Step:
    """Bytes of the body as they are, in writes of `size` bytes (0 = one write), `times` over."""

    def play(to: Exchange) -> None:
        for _ in range(times):
            for start in range(0, len(payload), size or max(1, len(payload))):
                to.write(payload[start : start + (size or len(payload))])

    return play


def usage(
    prompt: int,
    completion: int,
    cached: int | None = None,
    reasoning: int | None = None,
    in_choices: bool = False,
) -> Step:
    """OpenAI's usage object on a chunk of its own, or on one that has a choice."""
    counts: dict[str, Any] = {"prompt_tokens": prompt, "completion_tokens": completion}
    counts["total_tokens"] = prompt + completion
    if cached is not None:
        counts["prompt_tokens_details"] = {"cached_tokens": cached}
    if reasoning is not None:
        counts["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    choices = [{"index": 0, "delta": {}, "finish_reason": None}] if in_choices else []
    return lambda to: to.event({**to.envelope(), "choices": choices, "usage": counts})


def finish(reason: str = "stop") -> Step:
    return lambda to: to.delta({}, reason)


def done() -> Step:
    return raw(b"data: [DONE]\n\n")


def wait(seconds: float) -> Step:
    return lambda to: to.pause(seconds)


def wait_for(happened: threading.Event) -> Step:
    def play(to: Exchange) -> None:
        while not happened.is_set():
            to.pause(POLL_S)

    return play


def silence() -> Step:
    """Nothing more, until the client hangs up or the server is closed."""
    return wait_for(threading.Event())


def cut() -> Step:
    return lambda to: to.drop(reset=False)


def reset() -> Step:
    return lambda to: to.drop(reset=True)


def body(
    payload: bytes,
    content_type: str = "application/json",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Step:
    """A whole answer that is no stream; the script ends with it."""
    return lambda to: to.whole(status, {"Content-Type": content_type, **(headers or {})}, payload)


def status(code: int, said: object = "", headers: Mapping[str, str] | None = None) -> Step:
    """An answer with this status; text goes out as text/plain, anything else as JSON."""
    if isinstance(said, str):
        return body(said.encode(), "text/plain", code, headers)
    return body(json.dumps(said).encode(), "application/json", code, headers)


def redirect(url: str, code: int = 307) -> Step:
    return status(code, "", {"Location": url})


def reply(content: str, prompt: int = 3, completion: int = 1) -> Step:
    """A short whole reply as a well-behaved server streams it."""
    steps = (role(), text(content), finish(), usage(prompt, completion), done())

    def play(to: Exchange) -> None:
        for step in steps:
            step(to)

    return play
