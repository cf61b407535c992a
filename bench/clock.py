"""Puts the page's clock and the upstream's on one scale, and says how far off that may be.

Nothing is assumed about either clock but that both run evenly: the page is asked for its time, and its answer was
true between asking and hearing. Many such answers leave an interval; its middle is used, half of it is the error.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUND_TRIPS = 60

COARSENESS_S = 0.0001
"""`performance.now()` is rounded to this in a page that is not isolated."""


@dataclass(frozen=True)
class Clock:
    """From a page's `performance.now()` to `time.monotonic()`. A page that is loaded anew has a new one."""

    offset_s: float
    error_s: float
    """The true offset is no farther away than this."""

    def monotonic(self, page_ms: float) -> float:
        return page_ms / 1000 + self.offset_s


def relate(page_now_ms: Callable[[], float], round_trips: int = ROUND_TRIPS) -> Clock:
    """Ask for the page's time again and again, and keep what all answers allow."""
    earliest, latest = -math.inf, math.inf
    for _ in range(round_trips):
        asked = time.monotonic()
        page_s = page_now_ms() / 1000
        heard = time.monotonic()
        earliest = max(earliest, asked - page_s)
        latest = min(latest, heard - page_s)
    return Clock((earliest + latest) / 2, abs(latest - earliest) / 2 + COARSENESS_S)
