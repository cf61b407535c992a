"""The conversation that a view of costs is about, named in the address, and the models of its endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import known_listing, notices
from components.choice import endpoint_of
from components.my_use import counted, recent_conversations, titles_of
from components.safe_text import plain, safe_label
from components.services import A_MOMENT_S, Services
from components.state import Session
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.conversation import Conversation
from parley.cost_of_use import GONE
from parley.endpoint import Endpoint

PARAMETER = "of"
MOST_NAMED = 30
WORDS_MAX_CHARS = 1_000


def choose(services: Services, owner: str, session: Session, view: str) -> Conversation | None:
    """Draw the choice. The conversation that the address names, else the one that was written to last.

    `None` = there is none at all. `view` tells the boxes of two views apart.
    """
    asked = session.asked(PARAMETER)
    # An id is letters and digits; of other signs, a database may refuse to be asked.
    named = services.store.conversation(owner, asked) if asked and asked.isalnum() else None
    if asked and named is None:
        st.warning("The conversation that the address names is not here.")
    recent = recent_conversations(services, owner)
    is_recent = named is None or named.id in {one.id for one in recent}
    offered = recent if named is None or is_recent else [named, *recent]
    if not offered:
        st.caption(
            "There is no conversation yet. Once you have sent a message in Chat, it can be chosen here."
        )
        return None
    chosen = named or offered[0]
    _box(session, f"{view}-conversation", titles_of(offered), chosen.id)
    return chosen


def _box(session: Session, key: str, titles: Mapping[str, str], chosen: str) -> None:
    """The address is what counts: the box is set to it before it is drawn."""
    if session.widget(key) != chosen:
        session.set_widget(key, chosen)
    st.selectbox(
        "Conversation",
        list(titles),
        key=key,
        format_func=lambda one: plain(titles.get(one, "")),
        on_change=_chosen,
        args=(session, key),
    )


def _chosen(session: Session, key: str) -> None:
    session.ask(PARAMETER, session.widget(key))


def endpoint_for(
    services: Services, owner: str, session: Session, conversation: Conversation | None
) -> Endpoint | None:
    """The endpoint whose list is priced: the conversation's, else the one that Chat would take.

    `None` = the conversation's is not set up any more, which is said.
    """
    if conversation is None:
        return endpoint_of(services, owner, session, None)
    endpoint = services.endpoints.named(owner, conversation.endpoint)
    if endpoint is None:
        words = f"The endpoint {conversation.endpoint} is not set up any more, so there is no list."
        st.warning(safe_label(words))
    return endpoint


def listing_of(services: Services, owner: str, endpoint: Endpoint) -> Listing | None:
    """Its models as the owner knows them; `None` = there are none, and why is said."""
    listed = services.listing(endpoint, at_most_s=A_MOMENT_S)
    if listed.notice is not None:
        notices.show(listed.notice, key="list-notice")
    if not listed.models:
        st.caption(safe_label(f"Nothing is known of the models of {endpoint.name}."))
        return None
    return known_listing.with_own(services, owner, endpoint, listed)


def name_of(model: Model) -> str:
    """Its id, and whether it can be used at all; plain text."""
    if model.lifecycle in GONE:
        return f"{model.id} ({model.lifecycle})"
    return model.id if model.listed else f"{model.id} (not listed)"


def tell_unpriced(models: Sequence[Model]) -> None:
    """Name the models that stand apart because no source names a price for them."""
    if models:
        names = ", ".join(model.id for model in models[:MOST_NAMED])
        more = ", …" if len(models) > MOST_NAMED else ""
        words = f"Of unknown price (–): {counted(len(models), 'model', 'models')}: {names}{more}."
        st.caption(safe_label(words, WORDS_MAX_CHARS))
