"""Which pages exist, in which order. Nothing else."""

import streamlit as st

from components import code_theme, notices, services
from parley.errors import ParleyError

# The layout is named, because a page that widens it would otherwise leave it wide for the next one.
st.set_page_config(page_title="Parley", page_icon="💬", layout="centered")
code_theme.apply()
page = st.navigation(
    [
        st.Page("chat.py", title="Chat", icon=":material/chat:", default=True),
        st.Page("models.py", title="Models", icon=":material/view_list:", url_path="models"),
        st.Page("settings.py", title="Settings", icon=":material/settings:", url_path="settings"),
    ]
)
try:
    services.get()
except ParleyError as cannot_run:
    notices.show(cannot_run.notice)
    st.stop()
page.run()
