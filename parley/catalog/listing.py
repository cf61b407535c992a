"""The model list of an endpoint as last fetched, kept a few minutes per address, key and project.

A list that cannot be fetched again is shown with its age and a notice; it is never taken for a fresh one. What the
service's public catalog says is put to it whenever that comes.
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
from parley.catalog.parsing import ModelList, parse_models
from parley.catalog.service_catalog import ServiceCatalog
from parley.catalog.service_fetch import CatalogState, PublicCatalog
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import Notice, ParleyError, TimedOut

WAIT_EXTRA_S = 5.0
"""On top of the limit that the gateway keeps itself: its loop may be busy with replies."""
CATALOG_WAIT_S = 1.5
"""For the service's public catalog, while there is none at all."""


@dataclass(frozen=True)
class Listing:
    """What is known of an endpoint's models, and how fresh that is."""

    models: tuple[Model, ...]
    fetched_at: datetime | None
    """`None` = never fetched; the models are from the service's public catalog or come with Parley."""
    notice: Notice | None = None
    """Why the last fetch failed, if it did."""
    unreadable: int = 0
    duplicates: int = 0
    truncated: bool = False
    catalog: CatalogState | None = None
    """Whether and from when the service's public catalog is part of it; `None` where the service has none."""


@dataclass(frozen=True)
class _Kept:
    """A listing, and what it was made of."""

    at: float
    listing: Listing
    own: ModelList | None = None
    service: ServiceCatalog | None = None


class CatalogCache:
    """Listings by endpoint, fetched when asked for and old."""

    def __init__(self, engine: Engine, public: PublicCatalog | None = None) -> None:
        """Without `public` nothing but the endpoint itself is ever asked."""
        self._engine = engine
        self._public = public
        self._entries: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[tuple[object, ...], threading.Lock] = WeakValueDictionary()
        """One at a time per identity, so that a silent endpoint holds up nobody else's list."""
        self._meanwhile: dict[tuple[object, ...], tuple[Future[Listing], float]] = {}
        """The fetches in the background that are under way, and when each began."""

    def peek(self, endpoint: Endpoint) -> Listing | None:
        """The listing at hand, however old; `None` when none was ever fetched."""
        kept = self._kept(endpoint)
        return self._as_of_now(endpoint, kept).listing if kept else None

    def get(self, endpoint: Endpoint, *, refresh: bool = False) -> Listing:
        """A fresh listing; blocks while it is fetched. Never raises: a failure is its `notice`."""
        self._look(endpoint)
        kept = None if refresh else self._fresh(endpoint)
        if kept is None:
            with self._turn(endpoint):
                kept = None if refresh else self._fresh(endpoint)
                if kept is None:
                    kept = self._fetch(endpoint)
                    self._keep(endpoint, kept)
        self._wait_for_catalog(endpoint, CATALOG_WAIT_S)
        return self._as_of_now(endpoint, kept).listing

    def at_hand(self, endpoint: Endpoint, *, wait_s: float = 0.0) -> Listing:
        """What is known now; an old or missing list is fetched meanwhile.

        `wait_s` gives the fetch this long from its beginning, however many ask while it is under way.
        """
        self._look(endpoint)
        kept = self._fresh(endpoint)
        if kept is None:
            fetch, began = self._fetch_meanwhile(endpoint)
            wait([fetch], max(0.0, began + wait_s - time.monotonic()))
            kept = self._kept(endpoint)
        self._wait_for_catalog(endpoint, min(wait_s, CATALOG_WAIT_S))
        return self._as_of_now(endpoint, kept or self._made(endpoint)).listing

    def service_catalog(self, endpoint: Endpoint) -> ServiceCatalog | None:
        """The public catalog of this endpoint's service as last fetched, however old."""
        return self._public.at_hand(endpoint) if self._public else None

    def _look(self, endpoint: Endpoint) -> None:
        if self._public is not None:
            self._public.look(endpoint)

    def _wait_for_catalog(self, endpoint: Endpoint, wait_s: float) -> None:
        if self._public is not None:
            self._public.wait(endpoint, wait_s)

    def _kept(self, endpoint: Endpoint) -> _Kept | None:
        with self._lock:
            return self._entries.get(_identity(endpoint))

    def _as_of_now(self, endpoint: Endpoint, kept: _Kept) -> _Kept:
        """The same with the service's catalog as it stands by now; unchanged models stay the same tuple."""
        service, state = self._public.known(endpoint) if self._public else (None, None)
        if service is kept.service and state == kept.listing.catalog:
            return kept
        models = kept.listing.models
        if service is not kept.service:
            models = catalog_for(endpoint, kept.own, service)
        now = replace(
            kept, service=service, listing=replace(kept.listing, models=models, catalog=state)
        )
        with self._lock:
            if self._entries.get(_identity(endpoint)) is kept:
                self._entries[_identity(endpoint)] = now
        return now

    def _made(self, endpoint: Endpoint, error: ParleyError | None = None) -> _Kept:
        """A listing without a list."""
        service = self.service_catalog(endpoint)
        models = catalog_for(endpoint, None, service)
        listing = Listing(models, None, error.notice if error else None)
        return _Kept(time.monotonic(), listing, None, service)

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

    def _fresh(self, endpoint: Endpoint) -> _Kept | None:
        kept = self._kept(endpoint)
        if kept is None:
            return None
        limits = self._engine.limits
        good_for_s = limits.catalog_failed_s if kept.listing.notice else limits.catalog_fresh_s
        return kept if time.monotonic() - kept.at <= good_for_s else None

    def _fetch(self, endpoint: Endpoint) -> _Kept:
        try:
            connected = endpoint if endpoint.base_url else self._engine.connect(endpoint)
            limit_s = self._engine.limits.model_list_s
            payload = self._engine.call(
                self._engine.gateway.list_models(connected), limit_s + WAIT_EXTRA_S
            )
            listed = parse_models(payload, host=httpx2.URL(connected.base_url).host)
        except (ParleyError, TimeoutError) as error:
            return self._failed(endpoint, error if isinstance(error, ParleyError) else TimedOut())
        service = self.service_catalog(endpoint)
        listing = Listing(
            models=catalog_for(endpoint, listed, service),
            fetched_at=datetime.now(UTC),
            unreadable=listed.unreadable,
            duplicates=listed.duplicates,
            truncated=listed.truncated,
        )
        return _Kept(time.monotonic(), listing, listed, service)

    def _failed(self, endpoint: Endpoint, error: ParleyError) -> _Kept:
        before = self._kept(endpoint)
        if before is None or before.listing.fetched_at is None:
            return self._made(endpoint, error)
        listing = replace(before.listing, notice=error.notice)
        return replace(before, at=time.monotonic(), listing=listing)

    def _keep(self, endpoint: Endpoint, kept: _Kept) -> None:
        with self._lock:
            self._entries[_identity(endpoint)] = kept
            self._entries.move_to_end(_identity(endpoint))
            while len(self._entries) > self._engine.limits.catalog_entries:
                self._entries.popitem(last=False)


def _identity(endpoint: Endpoint) -> tuple[object, ...]:
    """Two people with two keys may see two lists: the key is part of what a listing belongs to."""
    fingerprint = endpoint.key.fingerprint if endpoint.key else None
    return endpoint.name, endpoint.base_url, fingerprint, endpoint.project
