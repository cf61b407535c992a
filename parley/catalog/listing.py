"""The model list of an endpoint as last fetched, kept a few minutes per address, key and project.

A list that cannot be fetched again is shown with its age and a notice; it is never taken for a fresh one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

import httpx2

from parley.catalog.enrich import catalog_for
from parley.catalog.model import Model
from parley.catalog.parsing import parse_models
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import Notice, ParleyError, TimedOut

WAIT_EXTRA_S = 5.0
"""On top of the limit that the gateway keeps itself: its loop may be busy with replies."""


@dataclass(frozen=True)
class Listing:
    """What is known of an endpoint's models, and how fresh that is."""

    models: tuple[Model, ...]
    fetched_at: datetime | None
    """`None` = never fetched; the models are from bundled facts alone."""
    notice: Notice | None = None
    """Why the last fetch failed, if it did."""
    unreadable: int = 0
    duplicates: int = 0
    truncated: bool = False


class CatalogCache:
    """Listings by endpoint, fetched when asked for and old."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._entries: OrderedDict[tuple[object, ...], tuple[float, Listing]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[tuple[object, ...], threading.Lock] = WeakValueDictionary()
        """One at a time per identity, so that a silent endpoint holds up nobody else's list."""
        self._meanwhile: dict[tuple[object, ...], tuple[Future[Listing], float]] = {}
        """The fetches in the background that are under way, and when each began."""

    def peek(self, endpoint: Endpoint) -> Listing | None:
        """The listing at hand, however old; `None` when none was ever fetched."""
        with self._lock:
            entry = self._entries.get(_identity(endpoint))
        return entry[1] if entry else None

    def get(self, endpoint: Endpoint, *, refresh: bool = False) -> Listing:
        """A fresh listing; blocks while it is fetched. Never raises: a failure is its `notice`."""
        if not refresh and (fresh := self._fresh(endpoint)):
            return fresh
        with self._turn(endpoint):
            if not refresh and (fresh := self._fresh(endpoint)):
                return fresh
            listing = self._fetch(endpoint)
            self._keep(endpoint, listing)
        return listing

    def at_hand(self, endpoint: Endpoint, *, wait_s: float = 0.0) -> Listing:
        """What is known now; an old or missing list is fetched meanwhile.

        `wait_s` gives the fetch this long from its beginning, however many ask while it is under way.
        """
        if (fresh := self._fresh(endpoint)) is not None:
            return fresh
        fetch, began = self._fetch_meanwhile(endpoint)
        wait([fetch], max(0.0, began + wait_s - time.monotonic()))
        return self.peek(endpoint) or Listing(catalog_for(endpoint, None), None)

    def _fetch_meanwhile(self, endpoint: Endpoint) -> tuple[Future[Listing], float]:
        """The one fetch of this identity in the background; its pool also starts the local model."""
        with self._lock:
            under_way = self._meanwhile.get(_identity(endpoint))
            if under_way is None:
                fetch = self._engine.connecting.submit(self._get_meanwhile, endpoint)
                under_way = self._meanwhile[_identity(endpoint)] = fetch, time.monotonic()
        return under_way

    def _get_meanwhile(self, endpoint: Endpoint) -> Listing:
        try:
            return self.get(endpoint)
        finally:
            with self._lock:
                del self._meanwhile[_identity(endpoint)]

    def _turn(self, endpoint: Endpoint) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(_identity(endpoint), threading.Lock())

    def _fresh(self, endpoint: Endpoint) -> Listing | None:
        with self._lock:
            entry = self._entries.get(_identity(endpoint))
        if entry is None:
            return None
        fetched_at, listing = entry
        limits = self._engine.limits
        good_for_s = limits.catalog_failed_s if listing.notice else limits.catalog_fresh_s
        return listing if time.monotonic() - fetched_at <= good_for_s else None

    def _fetch(self, endpoint: Endpoint) -> Listing:
        try:
            connected = endpoint if endpoint.base_url else self._engine.connect(endpoint)
            limit_s = self._engine.limits.model_list_s
            payload = self._engine.call(
                self._engine.gateway.list_models(connected), limit_s + WAIT_EXTRA_S
            )
            listed = parse_models(payload, host=httpx2.URL(connected.base_url).host)
        except (ParleyError, TimeoutError) as error:
            return self._failed(endpoint, error if isinstance(error, ParleyError) else TimedOut())
        return Listing(
            models=catalog_for(endpoint, listed),
            fetched_at=datetime.now(UTC),
            unreadable=listed.unreadable,
            duplicates=listed.duplicates,
            truncated=listed.truncated,
        )

    def _failed(self, endpoint: Endpoint, error: ParleyError) -> Listing:
        before = self.peek(endpoint)
        if before is not None and before.fetched_at is not None:
            return replace(before, notice=error.notice)
        return Listing(catalog_for(endpoint, None), None, error.notice)

    def _keep(self, endpoint: Endpoint, listing: Listing) -> None:
        with self._lock:
            self._entries[_identity(endpoint)] = (time.monotonic(), listing)
            self._entries.move_to_end(_identity(endpoint))
            while len(self._entries) > self._engine.limits.catalog_entries:
                self._entries.popitem(last=False)


def _identity(endpoint: Endpoint) -> tuple[object, ...]:
    """Two people with two keys may see two lists: the key is part of what a listing belongs to."""
    fingerprint = endpoint.key.fingerprint if endpoint.key else None
    return endpoint.name, endpoint.base_url, fingerprint, endpoint.project
