"""Model lists for tests: what an upstream lists, and what a listing came to hold."""

from __future__ import annotations

from parley.catalog.listing import CatalogCache, Listing
from parley.engine import Engine
from parley.limits import Limits
from parley.store import Store
from tests.upstream import Upstream


def ids(listing: Listing | None) -> list[str]:
    return [] if listing is None else [model.id for model in listing.models]


def lists(upstream: Upstream, *model_ids: str) -> None:
    upstream.models = {"data": [{"id": model_id} for model_id in model_ids]}


def with_limits(store: Store, limits: Limits) -> tuple[Engine, CatalogCache]:
    engine = Engine(store, limits=limits)
    return engine, CatalogCache(engine)
