"""The models of an endpoint as one owner knows them: with own prices, and with what probes observed."""

from __future__ import annotations

from dataclasses import replace

from components import favourite, model_probe, my_use
from components.known_model import with_prices
from components.services import Services
from components.state import Session
from parley.catalog.listing import Listing
from parley.endpoint import Endpoint
from parley.errors import StoreError
from parley.frames import FRAMES, Frame, with_favourites


def with_own(services: Services, owner: str, endpoint: Endpoint, listing: Listing) -> Listing:
    """The listing with all that the owner added; where that cannot be read, as it is.

    Its models are the same tuple while nothing changes: frames are kept by it.
    """
    try:
        priced = with_prices(services, owner, endpoint, listing)
    except StoreError:
        priced = listing
    models = model_probe.observed(services, owner, endpoint, priced.models)
    return priced if models is priced.models else replace(priced, models=models)


def frame_of(
    services: Services, owner: str, session: Session, endpoint: Endpoint, listing: Listing
) -> Frame:
    """The frame of these models, with the cost of the use in the address and the owner's favourites."""
    frame = FRAMES.frame(listing.models, my_use.asked_use(session))
    return with_favourites(frame, favourite.favourites(services, owner, endpoint))
