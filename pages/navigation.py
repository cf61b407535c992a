"""Which pages exist, in which order. Nothing else."""

import streamlit as st

from components import code_theme

st.set_page_config(page_title="Parley", page_icon="💬", layout="wide")
code_theme.apply()
st.navigation(
    [
        st.Page("chat.py", title="Chat", icon=":material/chat:", default=True),
        st.Page("models.py", title="Models", icon=":material/view_list:", url_path="models"),
        st.Page("settings.py", title="Settings", icon=":material/settings:", url_path="settings"),
    ]
).run()
