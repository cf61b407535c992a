"""Browse, filter, inspect, compare and pick a model."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from components import (
    cheapest_model,
    favourite,
    filter_words,
    known_listing,
    model_changes,
    model_charts,
    model_comparison,
    model_detail,
    model_export,
    model_filters,
    model_probe,
    model_source,
    model_table,
    model_views,
    my_use,
    services,
    table_columns,
    typed_model,
)
from components.safe_text import safe_label
from components.state import Session
from parley.conversation import LOCAL_OWNER as OWNER
from parley.matching import matching

everything = services.get()
session = Session()

st.title("Models", anchor=False)
toolbar = st.container(key="model-toolbar", horizontal=True, vertical_alignment="bottom")
endpoint, listed = model_source.show(toolbar, everything, OWNER, session)
model_changes.remember(everything, OWNER, endpoint, listed)
listing = known_listing.with_own(everything, OWNER, endpoint, listed)

if listing.models:
    frame = known_listing.frame_of(everything, OWNER, session, endpoint, listing)
    query = model_filters.show(toolbar, session, frame)
    found = matching(frame, query)
    count = model_source.counted(len(found), listing, datetime.now(UTC))
    model_filters.show_asked(session, query, count, hides=len(found) < len(listing.models))
    if found.empty:
        st.info(safe_label(filter_words.way_out(frame, query), 400))

    fetched_on = listing.fetched_at.date() if listing.fetched_at else None
    bar = st.container(key="model-views", horizontal=True, horizontal_alignment="distribute")
    with bar:
        view = model_views.choose(session)
    match view:
        case "chart":
            model_charts.show(session, frame, found)
        case "compare":
            ids, use = list(found["id"]), my_use.asked_use(session)
            model_comparison.show(session, listing.models, ids, use=use, fetched_on=fetched_on)
        case "cost":
            my_use.show(everything, OWNER, session)
            cheapest_model.show(everything, OWNER, session, listing.models, fetched_on)
        case "changes":
            model_changes.show(everything, OWNER, session, endpoint, listed)
        case "probe":
            shown = set(found["id"])
            models_found = [model for model in listing.models if model.id in shown]
            model_probe.show(everything, OWNER, session, endpoint, models_found)
    if view in model_views.WITH_TABLE and not found.empty:
        with bar, st.container(horizontal=True, width="content"):
            table_columns.pick(session)
            model_export.show(model_export.Shown(endpoint, listing, query, found))
        favourite.show_fault(session)
        star = partial(favourite.toggle, everything, OWNER, session, endpoint)
        model_table.show(session, query, found, star)
elif listing.notice is None:
    st.info("The endpoint's list is empty. Type a model id below if you know one.")

model_detail.show(everything, OWNER, session, endpoint, listing)
typed_model.show(everything, OWNER, session, endpoint)
