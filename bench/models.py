"""The models page with 10,000 models: what a change of the question costs the server and the wire.

Only a page of the table is sent, so neither may grow with the number of models that are found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench import page, rows, servers
from bench.claim import Claim
from bench.measuring import Figures
from bench.page import ChatPage
from tests.upstream import Upstream

MODELS = 10_000
SERVER_MS = 150.0
WIRE_KIB = 200.0 * 1000 / 1024
"""200 KB."""
QUESTIONS = (
    "model",
    "model 77",
    "out<1",
    "ctx>=128k tools",
    "vision out<1 ctx>=128k !retired sort:price",
    "publisher:org7",
    "params<=30B sort:-released",
    "nothing like it",
    "",
)
"""Typed one after the other, each a change from the one before."""
BOX = ".st-key-search input"
HEADER = "10,000 models: a change of the question"
FIGURES = {
    "models open": "opening the page, until nothing moves, ms",
    "models server": "server CPU, the mean of a run, ms",
    "models server worst": "… its worst change, ms",
    "models wire": "WebSocket payload, the worst change, KiB ²",
}


def measure(
    launched: Browser, scratch: Path, runs: int, progress: Callable[[str], None]
) -> rows.Runs:
    """Figures of each run; the first opening, with the list fetched and read, is nobody's everyday."""
    with Upstream() as upstream, page.context(launched) as visitor:
        upstream.models = {"object": "list", "data": [_entry(number) for number in range(MODELS)]}
        with servers.App(servers.parley(scratch, upstream.base_url)) as app:
            _one(ChatPage(visitor, app.url), app)
            figures = [_one(ChatPage(visitor, app.url), app) for _ in range(runs)]
    progress("10,000 models done")
    return figures


def _entry(number: int) -> dict[str, Any]:
    """As a router lists it; sizes, prices and abilities in all combinations."""
    return {
        "id": f"org{number % 300}/Model-{number}-{(7, 30, 70)[number % 3]}B-Instruct",
        "name": f"Model {number}",
        "description": "A model with many words about what it is good for. " * 4,
        "created": 1_700_000_000 + 3_600 * number,
        "context_length": (8_192, 32_768, 131_072, 1_048_576)[number % 4],
        "architecture": {
            "input_modalities": ["text", "image"] if number % 5 == 0 else ["text"],
            "output_modalities": ["text"],
        },
        "pricing": {"prompt": f"{number % 97 + 1}e-8", "completion": f"{number % 89 + 1}e-7"},
        "supported_parameters": ["tools"] if number % 2 else ["tools", "reasoning"],
    }


def _one(chat: ChatPage, app: servers.App) -> Figures:
    began = time.monotonic()
    chat.tab.goto(f"{chat.url}/models", wait_until="commit")
    chat.tab.locator(BOX).wait_for()
    chat.settle()
    opened_s = time.monotonic() - began - page.QUIET_S
    costs = [_ask(chat, app, question) for question in QUESTIONS]
    chat.close()
    server_ms = [server for server, _ in costs]
    return {
        "models open": opened_s * 1000,
        "models server": sum(server_ms) / len(server_ms),
        "models server worst": max(server_ms),
        "models wire": max(wire for _, wire in costs),
    }


def _ask(chat: ChatPage, app: servers.App, question: str) -> tuple[float, float]:
    """Milliseconds of the server's processor, and KiB over the WebSocket, until nothing moves."""
    cpu_s, (_, before) = app.cpu_s(), chat.socket()
    chat.tab.locator(BOX).fill(question)
    chat.tab.keyboard.press("Enter")
    chat.settle()
    _, after = chat.socket()
    return (app.cpu_s() - cpu_s) * 1000, (after - before) / 1024


def table(figures: rows.Runs) -> Iterator[str]:
    """In Markdown, line by line."""
    yield f"| {HEADER} | median [min..max] |"
    yield "|---|---|"
    for figure, words in FIGURES.items():
        row = rows.Row(figure, words)
        yield f"| {words} | {rows.cell(row, rows.summary(figures, figure))} |"


def claims(figures: rows.Runs) -> Iterator[Claim]:
    """The worst of all changes counts."""
    server, wire = (
        max(each[figure] for each in figures) for figure in ("models server worst", "models wire")
    )
    yield Claim(
        f"With 10,000 models a change of the question costs the server under {SERVER_MS:.0f} ms (worst {server:.0f})",
        server < SERVER_MS,
    )
    yield Claim(
        f"… and sends under 200 KB (worst {wire * 1.024:.0f})",
        wire < WIRE_KIB,
    )
