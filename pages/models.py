"""Browse, filter, inspect and pick a model."""

from datetime import UTC, datetime

import streamlit as st

from components import (
    filter_words,
    model_detail,
    model_filters,
    model_source,
    model_table,
    services,
    typed_model,
)
from components.safe_text import safe_label
from components.state import Session
from parley.conversation import LOCAL_OWNER as OWNER
from parley.frames import FRAMES, filter_models

st.set_page_config(layout="wide")
everything = services.get()
session = Session()

st.title("Models", anchor=False)
toolbar = st.container(key="model-toolbar", horizontal=True, vertical_alignment="bottom")
endpoint, listing = model_source.show(toolbar, everything, OWNER, session)

if listing.models:
    frame = FRAMES.frame(listing.models)
    wanted = model_filters.show(toolbar, session, frame)
    found = filter_models(frame, wanted)
    count = model_source.counted(len(found), listing, datetime.now(UTC))
    model_filters.show_asked(session, wanted, count, hides=len(found) < len(listing.models))
    if len(found):
        model_table.show(session, found)
    else:
        st.info(safe_label(filter_words.way_out(frame, wanted)))
elif listing.notice is None:
    st.info("The endpoint's list is empty. Type a model id below if you know one.")

model_detail.show(everything, OWNER, session, endpoint, listing)
typed_model.show(everything, OWNER, session, endpoint)
