"""Endpoints and their keys; budgets; a currency; export and import; what Parley calls and where it keeps data."""

import streamlit as st

from components import (
    budget_settings,
    catalog_switch,
    currency_settings,
    endpoint_card,
    endpoint_form,
    first_steps,
    promises,
    services,
    store_notices,
    transfer_panel,
)
from components.state import Session
from parley.conversation import LOCAL_OWNER as OWNER

everything = services.get()
session = Session()

with st.container(width=760):
    st.title("Settings", anchor=False)
    store_notices.show(everything)
    first_steps.show(everything, OWNER)

    st.header("Endpoints", anchor=False)
    endpoint = endpoint_card.choose(everything, OWNER, session)
    endpoint_card.show(everything, OWNER, session, endpoint)
    endpoint_form.show(everything, OWNER, session)

    st.header("Budgets", anchor=False)
    budget_settings.show(everything, OWNER, session)

    st.header("Your currency", anchor=False)
    currency_settings.show(everything, OWNER, session)

    st.header("My data", anchor=False)
    transfer_panel.show(everything, OWNER, session)

    catalog_switch.show(everything, OWNER, session)
    promises.show(everything)
