"""The model list of an endpoint as last fetched, kept a few minutes per address, key and project.

A list that cannot be fetched again is shown with its age and a notice; it is never taken for a fresh one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx2

from parley.catalog.enrich import catalog_for
from parley.catalog.model import Model
from parley.catalog.parsing import parse_models
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import Notice, ParleyError, TimedOut

WAIT_EXTRA_S = 65.0
"""On top of the list's own limit: the model on this machine may have to be started first."""


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
        self._fetching = threading.Lock()

    def peek(self, endpoint: Endpoint) -> Listing | None:
        """The listing at hand, however old; `None` when none was ever fetched."""
        with self._lock:
            entry = self._entries.get(_identity(endpoint))
        return entry[1] if entry else None

    def get(self, endpoint: Endpoint, *, refresh: bool = False) -> Listing:
        """A fresh listing; blocks while it is fetched. Never raises: a failure is its `notice`."""
        if not refresh and (fresh := self._fresh(endpoint)):
            return fresh
        with self._fetching:
            if not refresh and (fresh := self._fresh(endpoint)):
                return fresh
            listing = self._fetch(endpoint)
            self._keep(endpoint, listing)
        return listing

    def at_hand(self, endpoint: Endpoint) -> Listing:
        """What is known now, without waiting; an old or missing list is fetched meanwhile."""
        if (fresh := self._fresh(endpoint)) is not None:
            return fresh
        self._engine.connecting.submit(self.get, endpoint)
        return self.peek(endpoint) or Listing(catalog_for(endpoint, None), None)

    def _fresh(self, endpoint: Endpoint) -> Listing | None:
        with self._lock:
            entry = self._entries.get(_identity(endpoint))
        if entry is None or time.monotonic() - entry[0] > self._engine.limits.catalog_fresh_s:
            return None
        return entry[1]

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
