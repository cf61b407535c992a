"""The two boxes that say who is talked to: endpoint and model. A model id may be typed."""

from __future__ import annotations

import streamlit as st

from components import model_changes, notices, this_machine
from components.choice import (
    Choice,
    choose_endpoint,
    choose_model,
    endpoint_of,
    model_of,
    offered,
)
from components.safe_text import plain, safe_label
from components.services import A_MOMENT_S, Services
from components.state import Session
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.conversation import Conversation
from parley.endpoint import Endpoint, Service
from parley.pricing.wording import write_price

ENDPOINT_BOX = "endpoint-box"
LOOK_AGAIN_S = 1.0
"""While the first list of an endpoint has not come."""


def show(
    services: Services, owner: str, session: Session, conversation: Conversation | None
) -> Choice:
    """Draw the picker and return what is chosen; both are kept in the session for the next message."""
    endpoint = endpoint_of(services, owner, session, conversation)
    with st.container(key="model-picker", horizontal=True, vertical_alignment="bottom"):
        _endpoint_box(services, owner, session, endpoint)
        listing = _listing(services, endpoint)
        asked = session.asked_model()
        if asked:
            session.model_id = asked
        model = model_of(services, owner, session, conversation, endpoint, listing)
        _model_box(services, owner, session, endpoint, listing, model)
    session.endpoint_name = endpoint.name
    session.model_id = model.id if model else None
    _explain(services, endpoint, listing, model)
    model_changes.remember(services, owner, endpoint, listing)
    return Choice(endpoint, model)


def _listing(services: Services, endpoint: Endpoint) -> Listing:
    """Only the very first list is waited for, and not long: the message box is drawn after these boxes."""
    if services.catalog.peek(endpoint) is not None or endpoint.service is Service.LOCAL:
        return services.listing(endpoint, at_most_s=0.0)
    with st.spinner("Fetching the model list…"):
        return services.listing(endpoint, at_most_s=A_MOMENT_S)


def _endpoint_box(services: Services, owner: str, session: Session, endpoint: Endpoint) -> None:
    names = [known.name for known in services.endpoints.all(owner)]
    session.set_widget(ENDPOINT_BOX, endpoint.name)
    st.selectbox(
        "Endpoint",
        names,
        key=ENDPOINT_BOX,
        format_func=plain,
        on_change=_endpoint_picked,
        args=(services, owner, session),
        width=240,
    )


def _model_box(
    services: Services,
    owner: str,
    session: Session,
    endpoint: Endpoint,
    listing: Listing,
    model: Model | None,
) -> None:
    ids = [known.id for known in offered(listing)]
    if model is not None and model.id not in ids:
        ids.insert(0, model.id)
    key = f"model-box-{endpoint.name}"
    if model is not None:
        session.set_widget(key, model.id)
    st.selectbox(
        "Model",
        ids,
        index=0 if ids else None,
        key=key,
        format_func=_offered_as,
        placeholder="Choose a model, or type its id",
        accept_new_options=True,
        on_change=_model_picked,
        args=(services, owner, session, endpoint.name, key),
        width=420,
    )


def _offered_as(model_id: str) -> str:
    """The id with a space behind it.

    Streamlit's box takes what begins like the chosen label for an addition to it: with `gpt-4o` chosen, a typed
    `gpt-4o-mini` became `-mini`. No id that a person types begins with this label.
    """
    return f"{plain(model_id)} "


def _endpoint_picked(services: Services, owner: str, session: Session) -> None:
    choose_endpoint(services, owner, session, session.widget(ENDPOINT_BOX))


def _model_picked(
    services: Services, owner: str, session: Session, endpoint_name: str, key: str
) -> None:
    model_id = session.widget(key)
    if model_id:
        choose_model(services, owner, session, endpoint_name, model_id.strip())


def _explain(services: Services, endpoint: Endpoint, listing: Listing, model: Model | None) -> None:
    """One quiet line about the model, and whatever stands in the way."""
    if endpoint.service is Service.LOCAL:
        st.caption(
            safe_label(
                f"{this_machine.words(services)}{this_machine.hint(services)}. Free, runs here."
            )
        )
    elif endpoint.needs_key and endpoint.key is None:
        st.warning(
            safe_label(
                f"{endpoint.name} needs an API key. Add it in Settings; it is sent to this endpoint only."
            ),
            icon=":material/key:",
        )
    elif listing.notice is not None:
        notices.show(listing.notice, key="list-notice")
    elif listing.fetched_at is None:
        _awaited(services, endpoint, drawn=[])
    if model is not None and endpoint.service is not Service.LOCAL:
        st.caption(safe_label(_model_words(model)))


@st.fragment(run_every=LOOK_AGAIN_S)
def _awaited(services: Services, endpoint: Endpoint, *, drawn: list[bool]) -> None:
    """Say that the list is still to come, and draw the page again when it has.

    `drawn` is empty in the run of the whole page, which is never cut short for a list.
    """
    st.caption("The model list is still being fetched.")
    if drawn and services.catalog.peek(endpoint) is not None:
        st.rerun()
    drawn.append(True)


def _model_words(model: Model) -> str:
    window = f"{model.context_window:,} tokens of context" if model.context_window else "context –"
    return " · ".join([write_price(model.price) if model.price else "price –", window])
