"""Which pages exist, in which order. Nothing else."""

import streamlit as st

from components import code_theme, notices, services
from parley.errors import ParleyError

WIDE = ("models", "usage")

# Before the pages are known: a page's own icon would be fetched from a font server.
st.set_page_config(page_title="Parley", page_icon="💬")
code_theme.apply()
page = st.navigation(
    [
        st.Page("chat.py", title="Chat", icon=":material/chat:", default=True),
        st.Page("models.py", title="Models", icon=":material/view_list:", url_path="models"),
        st.Page("usage.py", title="Usage", icon=":material/payments:", url_path="usage"),
        st.Page("settings.py", title="Settings", icon=":material/settings:", url_path="settings"),
    ]
)
# Said once a run and for every page: one that was left to the page before would come and go.
st.set_page_config(layout="wide" if page.url_path in WIDE else "centered")
try:
    services.get()
except ParleyError as cannot_run:
    notices.show(cannot_run.notice)
    st.stop()
page.run()
