"""How often this process fetched a list of models: such a call is in no ledger, and yet nobody's secret."""

from __future__ import annotations

import threading


class FetchCount:
    """Counts fetches, from any thread."""

    def __init__(self) -> None:
        self._number = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        with self._lock:
            self._number += 1

    @property
    def number(self) -> int:
        """Since the process began."""
        return self._number


LIST_FETCHES = FetchCount()
