"""What Parley is measured against: a plain chat page in the shape of Streamlit's own tutorial, 30 lines at most.

Frozen: it never changes, or figures of different dates cannot be compared. It runs with Streamlit's defaults.
"""

import streamlit as st
from openai import OpenAI

st.title("A plain chat")

client = OpenAI()

if "messages" not in st.session_state:
    st.session_state.messages = []

for message in st.session_state.messages:
    with st.chat_message(message["role"]):
        st.markdown(message["content"])

if prompt := st.chat_input("What is up?"):
    st.session_state.messages.append({"role": "user", "content": prompt})
    with st.chat_message("user"):
        st.markdown(prompt)
    with st.chat_message("assistant"):
        stream = client.chat.completions.create(
            model="test-model", messages=st.session_state.messages, stream=True
        )
        response = st.write_stream(stream)
    st.session_state.messages.append({"role": "assistant", "content": response})
