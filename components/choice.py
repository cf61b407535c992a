"""Which endpoint and model the page talks to: resolved from the tab, the conversation, and what was used last."""

from __future__ import annotations

from dataclasses import dataclass

from components import known_model
from components.services import Services
from components.state import Session
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.conversation import Conversation
from parley.endpoint import Endpoint

LAST_ENDPOINT = "last_endpoint"


@dataclass(frozen=True)
class Choice:
    """An endpoint and, when it is known which, a model."""

    endpoint: Endpoint
    model: Model | None


def last_model_key(endpoint_name: str) -> str:
    """The preference that holds the model last used on an endpoint."""
    return f"last_model:{endpoint_name}"


def endpoint_of(
    services: Services, owner: str, session: Session, conversation: Conversation | None
) -> Endpoint:
    """The tab's choice, else the conversation's, else the last one used, else the default."""
    names = [
        session.endpoint_name,
        conversation.endpoint if conversation else None,
        services.store.preference(owner, LAST_ENDPOINT),
    ]
    known = {endpoint.name: endpoint for endpoint in services.endpoints.all(owner)}
    chosen = next((known[name] for name in names if name in known), None)
    return chosen or services.endpoints.default(owner)


def model_of(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    endpoint: Endpoint,
    listing: Listing,
) -> Model | None:
    """The tab's choice, else the conversation's on this endpoint, else the last used, else the first listed."""
    talked_here = conversation is not None and conversation.endpoint == endpoint.name
    model_id = (
        session.model_id
        or (conversation.model if conversation and talked_here else None)
        or services.store.preference(owner, last_model_key(endpoint.name))
        or next((model.id for model in offered(listing)), None)
    )
    return known_model.shown(services, owner, endpoint, model_id) if model_id else None


def offered(listing: Listing) -> list[Model]:
    """Models to chat with: neither retired nor of another kind."""
    return [
        model
        for model in listing.models
        if model.is_chat and model.lifecycle not in ("retired", "delisted")
    ]


def choose_endpoint(services: Services, owner: str, session: Session, name: str) -> None:
    """The person picked another endpoint; its own last model comes with it."""
    session.endpoint_name = name
    session.model_id = None
    services.store.set_preference(owner, LAST_ENDPOINT, name)


def choose_model(
    services: Services, owner: str, session: Session, endpoint_name: str, model_id: str
) -> None:
    """The person picked a model on an endpoint."""
    session.endpoint_name = endpoint_name
    session.model_id = model_id
    services.store.set_preference(owner, LAST_ENDPOINT, endpoint_name)
    services.store.set_preference(owner, last_model_key(endpoint_name), model_id)
