"""A `ProbeRun` is a probe that runs or has ended: its progress, its results, stop.

It belongs to the process, not to a page: many threads may watch one. It is written by the engine's loop alone.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from parley.catalog.model import Model
from parley.endpoint import Endpoint
from parley.errors import Notice
from parley.pricing.price import Price
from parley.probe.result import ProbeResult
from parley.probe.steps import COLOURS, Step
from parley.reply import Reply

MOST_MODELS = 50
"""In one probe."""


@dataclass(frozen=True)
class Order:
    """What a person asked for."""

    owner: str
    endpoint: Endpoint
    models: tuple[Model, ...]
    steps: tuple[Step, ...] = ()
    """Beside the reply."""
    price_of: Callable[[str], Price | None] | None = None
    """The price of another model, should one answer."""
    colour: str = field(default_factory=lambda: random.choice(tuple(COLOURS)))


class ProbeRun:
    """What any page may see of a probe."""

    def __init__(self, order: Order, stop: Callable[[], None]) -> None:
        self.order = order
        self.results: Mapping[str, tuple[datetime, ProbeResult]] = {}
        """By model id, with the moment that its first call went out; the last may still grow."""
        self.current: str | None = None
        """The model that is probed now."""
        self.step: Step | None = None
        self.reply: Reply | None = None
        """The answer to the call that is on the wire, in no conversation; says whether it waits for a place."""
        self.notice: Notice | None = None
        """Why it ended before its time."""
        self.unsaved: Notice | None = None
        """Set when the store could not keep a result or a row of the ledger."""
        self.was_stopped = False
        self._stop: Callable[[], None] | None = stop
        self._ended = threading.Event()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Block until the probe has ended; false after the timeout."""
        return self._ended.wait(timeout_s)

    def stop(self) -> None:
        """End it now; what was measured is kept. Does nothing when it has ended."""
        stop = self._stop
        if stop is not None:
            stop()

    def add(self, model_id: str, taken_at: datetime, result: ProbeResult) -> None:
        """For the prober: more is known of a model. A new mapping, since others may be reading the old one."""
        self.results = {**self.results, model_id: (taken_at, result)}

    def end(self) -> None:
        """For the prober: nothing will change any more, and nothing but results is held on to; no key either."""
        self.current = self.step = self.reply = self._stop = None
        without_key = self.order.endpoint.with_key(None)
        self.order = replace(self.order, endpoint=without_key, price_of=None)
        self._ended.set()
