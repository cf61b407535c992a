"""What a conversation would cost elsewhere, and at a volume."""

import streamlit as st

from components import services, usage_elsewhere, usage_projection, view_choice
from components.state import Session
from parley.conversation import LOCAL_OWNER as OWNER

VIEWS = {
    "elsewhere": ":material/compare_arrows: :gray[On every model]",
    "projection": ":material/trending_up: :gray[At our volume]",
}

everything = services.get()
session = Session()

st.title("Usage", anchor=False)
match view_choice.choose(session, VIEWS, "usage-view"):
    case "projection":
        usage_projection.show(everything, OWNER, session)
    case _:
        usage_elsewhere.show(everything, OWNER, session)
