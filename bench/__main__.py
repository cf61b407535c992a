"""`make bench`: Parley and the yardstick in one browser, turn by turn, then one table and every promise judged.

`python -m bench` writes bench/RESULTS.md; `--quick` makes one run a side and writes nothing; `soak` is `bench/soak.py`,
`ledger` is `bench/ledger.py` alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from playwright.sync_api import Browser

from bench import ledger, measuring, models, page, results, rows, side, sizes, soak
from bench.measuring import Figures
from bench.page import ChatPage
from bench.side import Side

RUNS = 5
FEWEST_RUNS = 3
"""Fewer have no median."""
SEEDED_TURNS = 50


def main() -> int:
    asked = _arguments()
    if asked.what == "soak":
        return soak.main(say, asked.turns, asked.turns // 4)
    runs = 1 if asked.quick else max(FEWEST_RUNS, asked.runs)
    if asked.what == "ledger":
        return ledger.main(say, runs)
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder, page.browser() as launched:
        ours, theirs = measure(launched, Path(folder), runs)
        by_size = sizes.measure(launched, Path(folder) / "sizes", runs, _progress)
        many_models = models.measure(launched, Path(folder) / "models", runs, _progress)
        many_calls = ledger.measure(Path(folder) / "ledger", runs, _progress)
        versions = results.versions(launched, runs)
    table = [
        *(*rows.table(ours, theirs), "", *sizes.table(*by_size), ""),
        *(*models.table(many_models), "", *ledger.table(many_calls)),
    ]
    judged = [
        *(*rows.claims(ours), *sizes.claims(*by_size)),
        *(*models.claims(many_models), *ledger.claims(many_calls)),
    ]
    error_ms = max(
        figures["clock error"] for figures in (*ours, *theirs) if "clock error" in figures
    )
    report = results.report(versions, table, judged, error_ms)
    say(report)
    if not asked.quick:
        results.write(report)
    return int(rows.failed(judged))


def measure(launched: Browser, scratch: Path, runs: int) -> tuple[rows.Runs, rows.Runs]:
    """Everything, so many times, the two sides taking turns."""
    with ExitStack() as stack:
        visitors = [stack.enter_context(page.context(launched)) for _ in range(2)]
        ours = stack.enter_context(side.parley(scratch, visitors[0], SEEDED_TURNS))
        theirs = stack.enter_context(side.yardstick(scratch, visitors[1]))
        sides = (ours, theirs)
        _warm(sides)
        figures: dict[str, rows.Runs] = {each.name: [] for each in sides}
        held = {each.name: each.hold(SEEDED_TURNS) for each in sides}
        for run in range(runs):
            for step in _steps(launched, held):
                # The one that goes first meets a machine that has rested: they take turns in that too.
                for each in sides if run % 2 else reversed(sides):
                    figures[each.name].append(step(each))
            _progress(f"run {run + 1} of {runs} done")
        return figures[ours.name], figures[theirs.name]


def _steps(launched: Browser, held: dict[str, ChatPage]) -> list[Callable[[Side], Figures]]:
    return [
        lambda each: measuring.start(each.recipe),
        lambda each: measuring.cold_load(launched, each),
        measuring.first_words,
        lambda each: measuring.long_conversation(each, held[each.name]),
        measuring.long_reply,
        measuring.stop,
    ]


def _warm(sides: tuple[Side, ...]) -> None:
    """The first turn of a process and of a browser is nobody's everyday."""
    for each in sides:
        measuring.first_words(each)


def say(text: str) -> None:
    _write(sys.stdout, text)


def _progress(text: str) -> None:
    """Beside the table, so that the table can be piped."""
    _write(sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("compare", "soak", "ledger"), default="compare")
    parser.add_argument("--quick", action="store_true", help="one run a side; writes nothing")
    parser.add_argument(
        "--runs", type=int, default=RUNS, help=f"runs a side, at least {FEWEST_RUNS}"
    )
    parser.add_argument("--turns", type=int, default=soak.LAST_WORD_TURNS, help="of the soak")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
