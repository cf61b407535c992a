"""Hundreds of turns in one conversation, sent at the worst moments: none hangs, is lost, doubled or out of order.

It is the bench's soak, in a process of its own because it has a browser of its own. Its verdict compares what was
typed with what the store holds and with every request that the upstream received.
"""

from __future__ import annotations

import os
import subprocess
import sys

from playwright.sync_api import Browser

from tests.browser.app import ROOT

LIMIT_S = 600.0
"""A hang of one step is noticed long before; this is for a machine that stands still."""


def test_i_7_200_turns_at_the_last_word_and_50_into_a_running_reply_lose_nothing(
    browser: Browser,
) -> None:
    measured = ("COV_CORE", "COVERAGE_")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(measured)
    }

    soak = subprocess.run(
        [sys.executable, "-m", "bench", "soak"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert soak.returncode == 0, soak.stdout + soak.stderr
