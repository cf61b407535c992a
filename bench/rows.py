"""Which figures become rows of the table, under which words, and which promises about them must hold."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bench.claim import Claim
from bench.measuring import Figures

STOP_MS = 150.0
REPLY_KIB = 150.0
LAST_WORD_MS = 150.0


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    figure: str
    """Its name in `Figures`."""
    words: str
    digits: int = 0
    absent: str = "–"
    """What a cell says when there is no figure."""


ROWS = (
    Row("start", "`streamlit run` to the first answered request, s", 2),
    Row("load time", "cold load to a usable message box, ms"),
    Row("load requests", "cold load, requests"),
    Row("load bytes", "cold load, KiB transferred"),
    Row("first message", "Enter to first text, first message of a new page, ms ¹"),
    Row("second message", "Enter to first text, second message, ms ¹"),
    Row("second to upstream", "… of it Enter to the request at the upstream, ms"),
    Row("second to page", "… of it first token to the page, ms"),
    Row("hundred", "Enter to first text after 100 messages, ms ¹"),
    Row("hundred to upstream", "… of it Enter to the request at the upstream, ms"),
    Row("hundred to page", "… of it first token to the page, ms"),
    Row("hundred instant", "the same with an upstream that answers at once, ms"),
    Row("hundred busy", "a turn after 100 messages, browser main thread, s", 2),
    Row("hundred cpu", "a turn after 100 messages, server CPU, s", 2),
    Row("last word", "2,000 tokens at 200/s: last word after it left the upstream, ms"),
    Row("reply bytes", "… WebSocket payload, KiB ²"),
    Row("reply frames", "… WebSocket frames"),
    Row("reply busy", "… browser main thread, s", 2),
    Row("reply cpu", "… server CPU, s", 2),
    Row("stop", "Stop: click to upstream disconnect, ms", absent="none within 5 s"),
    Row("stop text stays", "Stop: the text stays, after the next message too (1 = yes)"),
    Row("stop sent along", "Stop: the next request includes it (1 = yes)"),
)

NOTES = (
    "¹ From the key going down to the text being in the document, less what the upstream itself took (250 ms).",
    "² As the page gets it, before the WebSocket's own compression.",
)


@dataclass(frozen=True)
class Summary:
    """What several runs came to."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> Summary:
        return cls(statistics.median(values), min(values), max(values))


Runs = list[Figures]


def summary(runs: Runs, figure: str) -> Summary | None:
    values = [figures[figure] for figures in runs if not math.isnan(figures.get(figure, math.nan))]
    return Summary.of(values) if values else None


def table(ours: Runs, theirs: Runs) -> Iterator[str]:
    """The table in Markdown, line by line."""
    yield "| median [min..max] | Parley | yardstick | ratio |"
    yield "|---|---|---|---|"
    for row in ROWS:
        if summary(ours, row.figure) or summary(theirs, row.figure):
            yield line(row, ours, theirs)


def line(row: Row, ours: Runs, theirs: Runs, *, swapped: bool = False) -> str:
    """A row: ours, theirs (the other way round if `swapped`), and the ratio of ours to theirs."""
    mine, other = summary(ours, row.figure), summary(theirs, row.figure)
    both = [cell(row, mine), cell(row, other)]
    cells = (row.words, *(reversed(both) if swapped else both), _ratio(mine, other))
    return f"| {' | '.join(cells)} |"


def cell(row: Row, found: Summary | None) -> str:
    """Median and range."""
    if found is None:
        return row.absent
    median, least, most = (
        f"{value:,.{row.digits}f}" for value in (found.median, found.least, found.most)
    )
    return median if least == most else f"{median} [{least}..{most}]"


def _ratio(mine: Summary | None, other: Summary | None) -> str:
    if mine is None or other is None or not other.median:
        return "–"
    ratio = mine.median / other.median
    return f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}"


LIMITS: Mapping[str, tuple[str, float, str]] = {
    "stop": ("Stop reaches the upstream within", STOP_MS, "ms"),
    "reply bytes": ("2,000 tokens cost on the WebSocket under", REPLY_KIB, "KiB"),
    "last word": ("The last word of 2,000 is on the page within", LAST_WORD_MS, "ms"),
}
"""Figure → what is promised of its worst run."""

ALWAYS: Mapping[str, str] = {
    "stop text stays": "After Stop the text stays",
    "stop sent along": "After Stop the next message includes the text",
}


def claims(ours: Runs) -> Iterator[Claim]:
    """Every promise of Parley, judged by the worst of its runs."""
    for figure, (words, limit, unit) in LIMITS.items():
        found = summary(ours, figure)
        worst = f"worst {found.most:,.0f}" if found else "never happened"
        complete = sum(figure in figures for figures in ours) == _tries(ours, figure)
        holds = found is not None and found.most <= limit and complete
        yield Claim(f"{words} {limit:,.0f} {unit} ({worst})", holds)
    for figure, words in ALWAYS.items():
        found = summary(ours, figure)
        yield Claim(words, found is not None and found.least == 1.0)


def _tries(runs: Runs, figure: str) -> int:
    """A Stop that the upstream never heard leaves no figure, but it was tried."""
    tried = "stop text stays" if figure == "stop" else figure
    return sum(tried in figures for figures in runs)


def failed(judged: Iterable[Claim]) -> bool:
    return not all(claim.holds for claim in judged)
