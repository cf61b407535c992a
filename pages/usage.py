"""What was spent, call by call if wanted; what it would cost elsewhere, today, and at a volume."""

import streamlit as st

from components import (
    services,
    usage_calls,
    usage_elsewhere,
    usage_filters,
    usage_overview,
    usage_projection,
    usage_reconcile,
    usage_today,
    view_choice,
)
from components.state import Session
from parley.conversation import LOCAL_OWNER as OWNER

VIEWS = {
    "overview": ":material/payments: :gray[What was spent]",
    "calls": ":material/receipt_long: :gray[Calls]",
    "elsewhere": ":material/compare_arrows: :gray[On every model]",
    "projection": ":material/trending_up: :gray[At our volume]",
    "today": ":material/update: :gray[At today's prices]",
    "reconcile": ":material/rule: :gray[Reconcile]",
}

everything = services.get()
session = Session()

st.title("Usage", anchor=False)
match view_choice.choose(session, VIEWS, "usage-view"):
    case "calls":
        wanted = usage_filters.show(everything, OWNER, session)
        if wanted is not None:
            usage_calls.show(everything, OWNER, session, wanted)
    case "elsewhere":
        usage_elsewhere.show(everything, OWNER, session)
    case "projection":
        usage_projection.show(everything, OWNER, session)
    case "today":
        usage_today.show(everything, OWNER, session)
    case "reconcile":
        usage_reconcile.show(everything, OWNER, session)
    case _:
        usage_overview.show(everything, OWNER, session)
