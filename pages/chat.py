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

# Not inside `st.bottom`: a message box that finds its own way there makes the page follow the reply.
stop_place = st.bottom.empty()
composer.show(everything, OWNER, session)

left_out = transcript.hidden(everything, OWNER, session, conversation)
with transcript.sheet(session.sheet(left_out)):
    if conversation is None:
        welcome.show(choice)
    else:
        # The running reply is read before the messages: one that ends in between is then among them.
        running = everything.engine.running(OWNER, conversation.id)
        totals = conversation_head.show(everything, OWNER, conversation)
        transcript.show(
            everything, OWNER, session, conversation, left_out=left_out, except_for=running
        )
        if running is not None:
            live_reply.show(everything, OWNER, session, running, stop_place)
            conversation_head.show_totals(totals, everything, OWNER, conversation)

composer.give_back(everything, OWNER, session)
if session.flash is not None:
    notices.show(session.flash)
