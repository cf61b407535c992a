"""Parley beside itself at other sizes: 1,000 messages against 10, and a store of 10,000 conversations.

History is windowed, so what a turn costs must not grow with what came before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser

from bench import many, measuring, page, rows, seeding, servers, side
from bench.claim import Claim
from bench.measuring import Figures
from bench.page import ChatPage
from tests.upstream import Upstream

FEW_TURNS, MANY_TURNS = 5, 500
TURNS_A_RUN = 5
"""One first text takes anything from half to twice the median; the few turns of one run each would tell nothing."""
RATIO = 1.3
"""So much more may a conversation of 1,000 messages cost than one of 10."""
SEARCH_MS = 300.0

LENGTHS = {
    "open": "opening it, until nothing moves, ms",
    "first text": "Enter to first text, ms ¹",
    "to upstream": "… of it Enter to the request at the upstream, ms",
    "to page": "… of it first token to the page, ms",
}
STORE = {
    "many sidebar": "the sidebar's 50 newest, ms",
    **{figure: f"search for `{words}`, ms" for figure, words in many.QUERIES.items()},
}


def measure(
    launched: Browser, scratch: Path, runs: int, progress: Callable[[str], None]
) -> tuple[rows.Runs, rows.Runs, rows.Runs]:
    """Figures of the short conversation, the long one, and the large store."""
    few, many_messages = _lengths(launched, scratch, TURNS_A_RUN * runs)
    progress("10 and 1,000 messages done")
    store = many.fill(scratch / "many")
    try:
        large = [many.measure(store) for _ in range(runs)]
    finally:
        store.close()
    progress("10,000 conversations done")
    return few, many_messages, large


def _lengths(launched: Browser, scratch: Path, runs: int) -> tuple[rows.Runs, rows.Runs]:
    with ExitStack() as stack:
        upstream = stack.enter_context(Upstream())
        visitor = stack.enter_context(page.context(launched))
        ids = [
            seeding.seed(servers.data_dir(scratch), upstream.base_url, turns)
            for turns in (FEW_TURNS, MANY_TURNS)
        ]
        recipe = servers.parley(scratch, upstream.base_url)
        app = stack.enter_context(servers.App(recipe))
        ours = side.Side(recipe, app, upstream, visitor, side.PARLEYS_STOP, None)
        measuring.first_words(ours)
        figures: tuple[rows.Runs, rows.Runs] = [], []
        for run in range(runs):
            order = (0, 1) if run % 2 else (1, 0)
            for which in order:
                figures[which].append(_one(ours, f"/?c={ids[which]}"))
        return figures


def _one(ours: side.Side, path: str) -> Figures:
    chat = ChatPage(ours.visitor, ours.app.url)
    began = time.monotonic()
    chat.open(path)
    opened_s = time.monotonic() - began - page.QUIET_S
    said = measuring.first_text(ours, chat, measuring.THINKING_S)
    chat.settle()
    chat.close()
    return {
        "open": opened_s * 1000,
        "first text": said.overhead_ms,
        "to upstream": said.to_upstream_ms,
        "to page": said.to_page_ms,
    }


def table(few: rows.Runs, many_messages: rows.Runs, large: rows.Runs) -> Iterator[str]:
    """Two tables in Markdown, line by line."""
    yield "| median [min..max] | 10 messages | 1,000 messages | ratio |"
    yield "|---|---|---|---|"
    for figure, words in LENGTHS.items():
        yield rows.line(rows.Row(figure, words), many_messages, few, swapped=True)
    yield ""
    yield "| 10,000 conversations, 200,000 messages: server time | median [min..max] |"
    yield "|---|---|"
    for figure, words in STORE.items():
        row = rows.Row(figure, words)
        yield f"| {words} | {rows.cell(row, rows.summary(large, figure))} |"


def claims(few: rows.Runs, many_messages: rows.Runs, large: rows.Runs) -> Iterator[Claim]:
    """The medians are compared, the worst search counts."""
    for figure, words in (("first text", "the first text"), ("open", "opening")):
        short, long = rows.summary(few, figure), rows.summary(many_messages, figure)
        ratio = long.median / short.median if short and long else float("inf")
        yield Claim(
            f"With 1,000 messages {words} costs at most {RATIO} times what it costs with 10 ({ratio:.2f})",
            ratio <= RATIO,
        )
    worst = max(max(figures.values()) for figures in large)
    yield Claim(
        f"10,000 conversations: sidebar and search answer within {SEARCH_MS:.0f} ms (worst {worst:.0f})",
        worst <= SEARCH_MS,
    )
