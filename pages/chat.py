"""Talk to a model; each reply shows what it used."""

import streamlit as st

from components import (
    composer,
    conversation_head,
    history,
    live_reply,
    model_picker,
    notices,
    services,
    transcript,
    welcome,
)
from components.state import Session
from parley.conversation import LOCAL_OWNER as OWNER

everything = services.get()
session = Session()
session.follow_url()
if welcome.needs_key(everything, OWNER, session):
    st.switch_page("settings.py")

history.show(everything, OWNER, session)
conversation = history.opened(everything, OWNER, session)
choice = model_picker.show(everything, OWNER, session, conversation)
head = st.empty()

# Not inside `st.bottom`: a message box that finds its own way there makes the page follow the reply.
stop_place = st.bottom.empty()
composer.show(everything, OWNER, session)

# Another conversation begins on a clean page; the same one is drawn over itself, which is quicker.
with st.empty().container() if session.has_switched() else st.container():
    if conversation is None:
        welcome.show(choice)
    else:
        # The running reply is read before the messages: one that ends in between is then among them.
        running = everything.engine.running(OWNER, conversation.id)
        conversation_head.show(head, everything, OWNER, conversation)
        transcript.show(everything, OWNER, session, conversation, except_for=running)
        if running is not None:
            live_reply.show(everything, OWNER, session, running, stop_place)
            conversation_head.show(head, everything, OWNER, conversation)

if session.flash is not None:
    notices.show(session.flash)
