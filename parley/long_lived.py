"""Tells the garbage collector of a long list that it stays.

Streamlit has everything looked through after each script run, on every page: ten thousand models with their facts
take a quarter of a second of that, each time. Collected once and set aside, they take nothing.
"""

from __future__ import annotations

import gc

MANY = 1_000
"""Fewer models are looked through in no time."""


def stays(models: int) -> None:
    """So many models were just read, and will be kept. What has no cycles, as they have none, is still freed."""
    if models >= MANY:
        gc.collect()
        gc.freeze()
