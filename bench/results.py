"""The report: what was measured on what, the table, the promises. `bench/RESULTS.md` is the last whole run's."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Browser

from bench.claim import Claim
from bench.rows import NOTES

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("streamlit", "openai", "playwright")

INTRODUCTION = """# Measured

Parley and a plain Streamlit chat page of under 30 lines (`bench/yardstick.py`, Streamlit's defaults), each with a
scripted upstream on loopback, driven by one Chromium in one run, taking turns. `make bench` writes this page anew.
"""


def versions(launched: Browser, runs: int) -> str:
    """What was measured on what."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {runs} runs a side · {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}), load average {load} at the end · "
        f"Python {platform.python_version()}, Chromium {launched.version}, {packages}"
    )


def report(
    measured_on: str, table: Iterable[str], judged: Iterable[Claim], clock_error_ms: float
) -> str:
    """The whole page in Markdown."""
    clocks = (
        f"The page's and the upstream's clocks are related to within ±{clock_error_ms:.1f} ms "
        "(`bench/clock.py`)."
    )
    promises = "\n".join(f"    {claim}" for claim in judged)
    return "\n".join(
        [INTRODUCTION, measured_on, "", *table, "", *NOTES, clocks, "", "## Promises", "", promises]
    )


def write(text: str) -> None:
    RESULTS.write_text(text + "\n", "utf-8")
