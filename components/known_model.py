"""What is known of a model to one owner: what the sources say, and before it the price that the owner set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from components.services import Services
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.catalog.own_facts import OwnPricesCache, with_own_price
from parley.endpoint import Endpoint
from parley.errors import StoreError

_PRICED = OwnPricesCache()


def known_model(services: Services, owner: str, endpoint: Endpoint, model_id: str) -> Model:
    """What is known of a model right now, without asking anybody.

    Raises:
        StoreError: the owner's prices could not be read.
    """
    return lookup(services, owner, endpoint)(model_id)


def shown(services: Services, owner: str, endpoint: Endpoint, model_id: str) -> Model:
    """The same for a page that is drawn on whatever the store does: without the owner's price in that case."""
    try:
        return known_model(services, owner, endpoint, model_id)
    except StoreError:
        return services.model(endpoint, model_id)


def lookup(services: Services, owner: str, endpoint: Endpoint) -> Callable[[str], Model]:
    """From an id to `known_model`, by the prices as they are set now.

    Raises:
        StoreError: they could not be read.
    """
    prices = services.store.own_prices(owner, endpoint.name)

    def known(model_id: str) -> Model:
        return with_own_price(services.model(endpoint, model_id), prices.get(model_id))

    return known


def with_prices(services: Services, owner: str, endpoint: Endpoint, listing: Listing) -> Listing:
    """The listing with the owner's prices before all others; its models are the same tuple while neither changes.

    Raises:
        StoreError: they could not be read.
    """
    prices = services.store.own_prices(owner, endpoint.name)
    models = _PRICED.models(listing.models, prices)
    return listing if models is listing.models else replace(listing, models=models)
