"""Talk to a model; each reply shows what it used."""

import streamlit as st

from components import (
    budget_line,
    budget_override,
    chat_settings,
    composer,
    conversation_head,
    foot,
    history,
    live_reply,
    message_actions,
    model_picker,
    notices,
    retirement_notice,
    services,
    store_notices,
    thread,
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

store_notices.show_end(everything)
conversation = history.opened(everything, OWNER, session)
choice = model_picker.show(everything, OWNER, session, conversation)
retirement_notice.show(everything, OWNER, session, choice.endpoint, choice.model)
chat_settings.show(everything, OWNER, session, conversation, choice)

# Not inside `st.bottom`: a message box that finds its own way there makes the page follow the reply.
stop_place = st.bottom.empty()
foot_place = st.bottom.container()
composer.show(everything, OWNER, session)

left_out = thread.left_out(everything, OWNER, session, conversation)
opened = thread.read(everything, OWNER, conversation, left_out) if conversation else None
with foot_place:
    context_place = foot.show(everything, OWNER, session, opened, choice)
    budget_place = st.empty()
    budget_line.show(budget_place, everything, OWNER, session, opened, choice)
with transcript.sheet(session.sheet(left_out)):
    if opened is None:
        history.show(everything, OWNER, session)
        welcome.show(choice)
    else:
        totals = conversation_head.show(everything, OWNER, opened.conversation)
        places = transcript.lay_out(session, opened)
        if opened.running is None:
            history.show(everything, OWNER, session)
            transcript.fill(everything, OWNER, session, opened, places, lambda: None)
            message_actions.show_undo(everything, OWNER, session, opened)
            live_reply.tell_of_another(everything, OWNER, opened)
        else:
            near, far = transcript.by_nearness(places)
            # First the place where the reply before this one grew: until then it would stand there as it was, twice.
            transcript.fill(everything, OWNER, session, opened, near, lambda: None)
            bubble = live_reply.Bubble(everything, OWNER, session, opened, stop_place)
            bubble.await_first_word()
            history.show(everything, OWNER, session)
            transcript.fill(everything, OWNER, session, opened, far, bubble.glance)
            ended = bubble.watch()
            conversation_head.show_totals(totals, everything, OWNER, opened.conversation)
            foot.show_context(context_place, session, ended, choice)
            budget_line.show(budget_place, everything, OWNER, session, ended, choice)

composer.give_back(everything, OWNER, session)
if session.flash is not None:
    notices.show(session.flash)
    budget_override.offer(session, session.flash)
