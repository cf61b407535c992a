"""Whose models are shown: the endpoint, a fresh list of it on demand, and what stands in the way of one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from components import catalog_words, notices, this_machine
from components.choice import choose_endpoint, endpoint_of
from components.safe_text import plain, safe_label
from components.services import A_MOMENT_S, Services
from components.state import Session
from parley.catalog.listing import Listing
from parley.catalog.wandb_models import newest_bundled
from parley.endpoint import Endpoint, Service

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

ENDPOINT_BOX = "models-endpoint"
LOOK_AGAIN_S = 1.0
"""While the service's public catalog has not come."""


def show(
    toolbar: DeltaGenerator, services: Services, owner: str, session: Session
) -> tuple[Endpoint, Listing]:
    """Draw the endpoint's box and the refresh button; return the endpoint and what is known of its models."""
    endpoint = _endpoint(services, owner, session)
    with toolbar:
        _endpoint_box(services, owner, session, endpoint)
        refresh = st.button("Refresh", icon=":material/refresh:", key="refresh-models")
    starts = refresh and endpoint.service is Service.LOCAL
    with st.spinner(
        "Starting the model on this machine…" if starts else "Fetching the model list…"
    ):
        listing = services.listing(
            endpoint, refresh=refresh, at_most_s=_patience(services, endpoint)
        )
    _explain(services, endpoint, listing)
    if listing.catalog is not None and listing.catalog.is_fetching:
        _awaited(services, drawn=[])
    return endpoint, listing


def _patience(services: Services, endpoint: Endpoint) -> float | None:
    """Whoever has just seen a list fail is not made to wait for its whole limit at each click."""
    kept = services.catalog.peek(endpoint)
    return A_MOMENT_S if kept is not None and kept.notice is not None else None


def _endpoint(services: Services, owner: str, session: Session) -> Endpoint:
    """The endpoint that the address names, else the one that Chat would take; the address then names it."""
    asked = services.endpoints.named(owner, session.asked_endpoint)
    if asked is not None and asked.name != session.endpoint_name:
        session.endpoint_name = asked.name
        session.model_id = None
    endpoint = endpoint_of(services, owner, session, None)
    session.asked_endpoint = endpoint.name
    return endpoint


def _endpoint_box(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    session.set_widget(ENDPOINT_BOX, endpoint.name)
    st.selectbox(
        "Endpoint",
        [known.name for known in services.endpoints.all(owner)],
        key=ENDPOINT_BOX,
        format_func=plain,
        on_change=_endpoint_picked,
        args=(services, owner, session),
        width=240,
    )


def _endpoint_picked(services: Services, owner: str, session: Session) -> None:
    name = session.widget(ENDPOINT_BOX)
    choose_endpoint(services, owner, session, name)
    session.asked_endpoint = name
    session.inspected_model = None


@st.fragment(run_every=LOOK_AGAIN_S)
def _awaited(services: Services, *, drawn: list[bool]) -> None:
    """Draw the page again when the public catalog has come, or will not.

    `drawn` is empty in the run of the whole page.
    """
    if drawn and not services.public_catalog.state().is_fetching:
        st.rerun()
    drawn.append(True)


def _explain(services: Services, endpoint: Endpoint, listing: Listing) -> None:
    if endpoint.needs_key and endpoint.key is None:
        st.warning(
            safe_label(
                f"{endpoint.name} needs an API key to list its models. Add it in Settings; "
                "it is sent to this endpoint only."
            ),
            icon=":material/key:",
        )
        _settings_link()
    elif listing.notice is not None:
        notices.show(listing.notice, key="list-notice")
        _settings_link()
    elif endpoint.service is Service.LOCAL and listing.fetched_at is None:
        st.caption(
            safe_label(
                f"{this_machine.words(services)}. It starts with the first message, or with Refresh; "
                "add a key in Settings for other models."
            )
        )
    elif endpoint.service is Service.WANDB and _is_without_own(listing):
        st.warning(safe_label(empty_words(listing)), icon=":material/playlist_remove:")


def _is_without_own(listing: Listing) -> bool:
    """A list came, and not one model that can be used was in it."""
    return listing.fetched_at is not None and not any(model.listed for model in listing.models)


def empty_words(listing: Listing) -> str:
    """That the list says nothing just now, and what is shown in its place."""
    fault = "holds no entry that can be read" if listing.unreadable else "is empty just now"
    if listing.catalog is not None and listing.catalog.fetched_at is not None:
        return (
            f"The endpoint's list {fault}; the catalog of {listing.catalog.host} stands in for it."
        )
    newest = newest_bundled(listing.models)
    dated = f", the newest of {newest.isoformat()}" if newest else ""
    return f"The endpoint's list {fault}; the facts that come with Parley{dated}, stand in for it."


def _settings_link() -> None:
    st.page_link("settings.py", label="Open Settings", icon=":material/settings:")


def counted(shown: int, listing: Listing, now: datetime) -> str:
    """How many models are on the page, how old the list is, and what of it could not be used."""
    words = [
        f"{shown:,} of {_number(len(listing.models), 'model')}",
        _listed(listing),
        _age(listing, now),
        _catalog(listing, now),
    ]
    if listing.unreadable:
        words.append(f"{_number(listing.unreadable, 'entry', 'entries')} could not be read")
    if listing.duplicates:
        words.append(f"{_number(listing.duplicates, 'duplicate')} left out")
    if listing.truncated:
        words.append("the list was longer than Parley reads")
    return " · ".join(word for word in words if word)


def _listed(listing: Listing) -> str:
    """How many of the models the endpoint itself names, where others stand beside them."""
    own = sum(model.listed for model in listing.models)
    if listing.fetched_at is None or own == len(listing.models):
        return ""
    return f"the endpoint lists {own:,}"


def _age(listing: Listing, now: datetime) -> str:
    if listing.fetched_at is not None:
        return f"list fetched {catalog_words.ago((now - listing.fetched_at).total_seconds())}"
    newest = newest_bundled(listing.models)
    if listing.catalog is None and newest is not None:
        return f"list not fetched; these facts come with Parley, the newest of {newest.isoformat()}"
    return "list not fetched" if listing.notice else ""


def _catalog(listing: Listing, now: datetime) -> str:
    if listing.catalog is None:
        return ""
    newest = newest_bundled(listing.models)
    return catalog_words.age(listing.catalog, now, newest_bundled=newest)


def _number(count: int, one: str, many: str | None = None) -> str:
    """
    >>> _number(1, "model"), _number(2000, "model"), _number(3, "entry", "entries")
    ('1 model', '2,000 models', '3 entries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
