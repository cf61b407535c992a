"""The process-wide objects: settings, store, engine, endpoints, catalog, the model on this machine.

The only reader of `st.secrets`. One instance per process, in a module-level variable: a cache entry would be
dropped by "Clear cache", and with it every running reply.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from parley.catalog.enrich import find_model, nearest_id
from parley.catalog.listing import CatalogCache, Listing
from parley.catalog.model import Fact, Model
from parley.catalog.service_fetch import ADDRESS, PublicCatalog
from parley.conversation import LOCAL_OWNER
from parley.endpoint import THIS_MACHINE, Endpoint, Service, from_mapping
from parley.endpoint_book import EndpointBook
from parley.engine import Engine
from parley.errors import ParleyError, Refused, SettingsRefused
from parley.local_model import LocalModel, Phase, find_weights
from parley.local_model_server import WINDOW_TOKENS
from parley.settings import Settings
from parley.store import Store

LOG = logging.getLogger(__name__)

CATALOG_PREFERENCE = "service_catalog"
"""Preference: `off` = W&B's public catalog is not fetched."""
CATALOG_ADDRESS = ADDRESS

A_MOMENT_S = 1.5
"""What a quick endpoint needs for its model list: a page may wait so long before it draws on without one."""


@dataclass(frozen=True)
class Services:
    """Everything that outlives a script run."""

    settings: Settings
    store: Store
    engine: Engine
    endpoints: EndpointBook
    catalog: CatalogCache
    public_catalog: PublicCatalog
    local_model: LocalModel

    def listing(
        self, endpoint: Endpoint, *, refresh: bool = False, at_most_s: float | None = None
    ) -> Listing:
        """The models of an endpoint; fetched when there is no fresh list.

        This machine is not started for its list alone: what it will serve is known beforehand.
        `at_most_s` waits no longer than that, takes what is at hand then, and lets the fetching go on.
        """
        if endpoint.service is Service.LOCAL:
            if refresh:
                self.catalog.get(endpoint, refresh=True)
            return self._local_listing(endpoint)
        if at_most_s is None or refresh:
            return self.catalog.get(endpoint, refresh=refresh)
        return self.catalog.at_hand(endpoint, wait_s=at_most_s)

    def model(self, endpoint: Endpoint, model_id: str) -> Model:
        """What is known of a model right now, without asking anybody."""
        is_local = endpoint.service is Service.LOCAL
        known = self._local_listing(endpoint) if is_local else self.catalog.peek(endpoint)
        public = self.public_catalog.at_hand(endpoint)
        return find_model(known.models if known else (), model_id, endpoint, public)

    def nearest_id(self, endpoint: Endpoint, model_id: str) -> str | None:
        """The id to use instead of one that the endpoint does not know."""
        known = self.catalog.peek(endpoint)
        return nearest_id(known.models, model_id) if known else None

    def wants_catalog(self) -> bool:
        """Whether W&B's public catalog may be fetched.

        Raises:
            StoreError: the preference could not be read.
        """
        return _wants_catalog(self.store)

    def _local_listing(self, endpoint: Endpoint) -> Listing:
        """Its own list, else what it will serve: one that could not be started now may start later."""
        kept = self.catalog.peek(endpoint) or Listing((), None)
        return kept if kept.models else replace(kept, models=self._local_models())

    def _local_models(self) -> tuple[Model, ...]:
        known = find_model((), self.local_model.model_id, THIS_MACHINE)
        window = Fact("context_window", WINDOW_TOKENS, "how the server is started")
        return (replace(known, facts=(*known.facts, window)),)

    def close(self) -> None:
        self.engine.close()
        self.local_model.stop()
        self.store.close()


_services: Services | None = None
_lock = threading.Lock()


def get() -> Services:
    """The services of this process, started when first asked for.

    Raises:
        SettingsRefused, StoreError: the app cannot run; the sentence says why.
    """
    global _services
    with _lock:
        if _services is None:
            _services = _start(Settings.from_environ())
        return _services


def start() -> None:
    """Start before the first visitor comes. A fault is logged here and shown by every page."""
    try:
        get()
    except ParleyError as cannot_run:
        LOG.error("%s %s", cannot_run.title, cannot_run.advice)


def stop() -> None:
    """End every reply, the model on this machine, and the store."""
    global _services
    with _lock:
        if _services is not None:
            _services.close()
        _services = None


def is_healthy() -> bool:
    """The store is open and can be read."""
    return _services is not None and _services.store.is_reachable()


def _start(settings: Settings) -> Services:
    weights = (settings.weights or find_weights()) if settings.local_model else None
    local_model = LocalModel(weights)
    store = Store.open_or_stand_in(settings.data_dir, settings.database_url)
    engine = Engine(
        store,
        connect=lambda endpoint: endpoint if endpoint.base_url else local_model.endpoint(),
        is_ready=lambda endpoint: bool(endpoint.base_url) or local_model.phase is Phase.READY,
    )
    book = EndpointBook(
        settings, store, secrets=_endpoints_of_secrets(), local_model=local_model.available
    )
    public = PublicCatalog(
        engine,
        settings.data_dir,
        address=CATALOG_ADDRESS,
        is_wanted=lambda: _wants_catalog(store),
    )
    catalog = CatalogCache(engine, public)
    return Services(settings, store, engine, book, catalog, public, local_model)


def _wants_catalog(store: Store) -> bool:
    return store.preference(LOCAL_OWNER, CATALOG_PREFERENCE) != "off"


def _endpoints_of_secrets() -> list[Endpoint]:
    try:
        section: Any = st.secrets.get("endpoints", {})
    except (StreamlitSecretNotFoundError, FileNotFoundError):
        return []
    if not isinstance(section, Mapping):
        raise SettingsRefused("[endpoints] in secrets.toml is not a table.")
    return [_endpoint_of_secrets(name, entry) for name, entry in section.items()]


def _endpoint_of_secrets(name: str, entry: object) -> Endpoint:
    if not isinstance(entry, Mapping):
        raise SettingsRefused(f"[endpoints.{name}] in secrets.toml is not a table.")
    try:
        return from_mapping(name, entry)
    except Refused as refused:
        raise SettingsRefused(
            f"[endpoints.{name}] in secrets.toml: {refused.title}", advice=refused.advice
        ) from None
