"""Fetches W&B's public catalog: in the background, without a key, seldom, and only while a W&B endpoint is looked at.

What was fetched last is kept on disk and counts until something newer comes; nobody waits long for either.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from parley import transport
from parley.catalog import catalog_file
from parley.catalog.service_catalog import ServiceCatalog, parse_catalog
from parley.endpoint import Endpoint, Service
from parley.engine import Engine
from parley.errors import CannotConnect, EndpointError, MalformedReply, ParleyError, TimedOut

LOG = logging.getLogger(__name__)

ADDRESS = "https://trace.wandb.ai/inference/catalog/models"
FRESH_S = 6 * 3600.0
FAILED_S = 600.0
"""After a failure it is asked for again so much later."""
WAIT_EXTRA_S = 5.0
"""On top of the limit that the transport keeps itself: its loop may be busy with replies."""


@dataclass(frozen=True)
class CatalogState:
    """How it stands with the public catalog of an endpoint's service."""

    host: str
    fetched_at: datetime | None = None
    """When the one in use was fetched; `None` = none is at hand, so what comes with Parley stands in."""
    is_fetching: bool = False
    trouble: str = ""
    """Why the last fetch brought nothing, such as "could not be reached"; empty when it did."""
    is_off: bool = False
    """Fetching is switched off; what was fetched before still counts."""
    unreadable: int = 0
    """Entries of the one in use that could not be read."""


class PublicCatalog:
    """The catalog of W&B as last fetched. Of no other service is anything asked."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        *,
        address: str = ADDRESS,
        is_wanted: Callable[[], bool] = lambda: True,
        fresh_s: float = FRESH_S,
        failed_s: float = FAILED_S,
    ) -> None:
        """`folder` keeps what was fetched; `is_wanted` says whether fetching is switched on."""
        self._engine = engine
        self._folder = folder
        self.address = address
        self._host = httpx2.URL(address).host
        self._is_wanted = is_wanted
        self._fresh_s = fresh_s
        self._failed_s = failed_s
        self._lock = threading.Lock()
        self._is_off = False
        self._is_read = False
        self._catalog: ServiceCatalog | None = None
        self._trouble = ""
        self._failed_at = 0.0
        self._under_way: tuple[Future[None], float] | None = None

    def at_hand(self, endpoint: Endpoint) -> ServiceCatalog | None:
        """The catalog of this endpoint's service, however old. Nothing is fetched."""
        return self.known(endpoint)[0]

    def known(self, endpoint: Endpoint) -> tuple[ServiceCatalog | None, CatalogState | None]:
        """The same, and how it stands with it; neither for a service without such a catalog."""
        if endpoint.service is not Service.WANDB:
            return None, None
        with self._lock:
            return self._read_once(), self._state()

    def state(self) -> CatalogState:
        """How it stands with it, whichever endpoint is looked at."""
        with self._lock:
            return self._state()

    def _state(self) -> CatalogState:
        catalog = self._read_once()
        return CatalogState(
            self._host,
            fetched_at=catalog.fetched_at if catalog else None,
            is_fetching=self._under_way is not None,
            trouble=self._trouble,
            is_off=self._is_off,
            unreadable=catalog.unreadable if catalog else 0,
        )

    def look(self, endpoint: Endpoint) -> None:
        """Fetch the catalog meanwhile, if it is old and this endpoint's service has one."""
        if endpoint.service is not Service.WANDB:
            return
        self._is_off = not self._is_on()
        with self._lock:
            if self._under_way is None and not self._is_off and self._is_due():
                fetch = self._engine.connecting.submit(self._fetch)
                self._under_way = fetch, time.monotonic()

    def wait(self, endpoint: Endpoint, wait_s: float) -> None:
        """While there is none at all, give a fetch this long from its beginning, however many ask."""
        catalog, state = self.known(endpoint)
        under_way = self._under_way
        if state is not None and catalog is None and under_way is not None:
            fetch, began = under_way
            wait([fetch], max(0.0, began + wait_s - time.monotonic()))

    def _read_once(self) -> ServiceCatalog | None:
        if not self._is_read:
            self._is_read = True
            self._catalog = self._kept()
        return self._catalog

    def _kept(self) -> ServiceCatalog | None:
        kept = catalog_file.read(self._folder, self.address, self._engine.limits.model_list_bytes)
        try:
            return read_catalog(kept[1], kept[0]) if kept else None
        except MalformedReply:
            return None

    def _is_due(self) -> bool:
        catalog = self._read_once()
        if self._trouble and time.monotonic() - self._failed_at < self._failed_s:
            return False
        if catalog is None:
            return True
        # An age below nothing is that of a clock which was set back: it would be fresh for ever.
        return not 0 <= (datetime.now(UTC) - catalog.fetched_at).total_seconds() < self._fresh_s

    def _is_on(self) -> bool:
        try:
            return self._is_wanted()
        except ParleyError:
            # What a person chose cannot be read: nothing is asked behind their back.
            return False

    def _fetch(self) -> None:
        limits = self._engine.limits
        fetching = transport.fetch_public(self.address, limits)
        try:
            body = self._engine.call(fetching, limits.model_list_s + WAIT_EXTRA_S)
            catalog = read_catalog(body, datetime.now(UTC))
        except (EndpointError, TimeoutError) as fault:
            self._end(None, _trouble_of(fault))
        except Exception:  # whatever it is, the fetch must end, or its page looks for it for ever
            LOG.error("the public catalog failed in our own code", exc_info=True)
            self._end(None, _trouble_of(MalformedReply()))
        else:
            catalog_file.write(self._folder, self.address, catalog.fetched_at, body)
            self._end(catalog, "")

    def _end(self, catalog: ServiceCatalog | None, trouble: str) -> None:
        with self._lock:
            self._catalog = catalog or self._catalog
            self._trouble = trouble
            self._failed_at = time.monotonic()
            self._under_way = None


def read_catalog(body: bytes, fetched_at: datetime) -> ServiceCatalog:
    """
    Raises:
        MalformedReply: it is no JSON, or holds no model that can be used.
    """
    try:
        catalog = parse_catalog(json.loads(body), fetched_at)
    except (ValueError, RecursionError):
        raise MalformedReply from None
    if not catalog.models:
        raise MalformedReply
    return catalog


def _trouble_of(fault: Exception) -> str:
    LOG.info("the public catalog: %s", type(fault).__name__)
    unreached = isinstance(fault, CannotConnect | TimedOut | TimeoutError)
    return "could not be reached" if unreached else "gave no answer that can be read"
