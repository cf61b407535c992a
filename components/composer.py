"""The message box. What is typed is stored and on its way before the page is drawn again, or given back."""

from __future__ import annotations

import streamlit as st

from components.services import Services
from components.state import COMPOSER, Interruption, Session
from parley.errors import CredentialMissing, ModelNotFound, Refused, StoreError
from parley.pricing.price import Price
from parley.reply import Reply
from parley.turns import leaves_nothing, next_turn

STOP_WAIT_S = 10.0
"""How long a new message waits for the running reply to be stored."""


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the box; its label never changes, because Streamlit would drop what is being typed."""
    if session.arrives():
        _return_unanswered(services, owner, session)
    session.fill_composer()
    st.chat_input(
        "Message",
        key=COMPOSER,
        on_submit=_submitted,
        args=(services, owner, session),
    )


def give_back(services: Services, owner: str, session: Session) -> None:
    """Put the question that this tab waits for back into the box when nothing arrived; only a new run can.

    Called when all is drawn: a reply may fail before the page has had a look at it.
    """
    if session.awaited_reply is None:
        return
    reply = services.store.message(owner, session.awaited_reply)
    session.awaited_reply = None
    if reply is None or not leaves_nothing(reply):
        return
    question = services.store.message(owner, reply.parent_id or "")
    if question is not None:
        session.give_back(question.text)
        st.rerun()


def will_give_back(session: Session, reply: Reply) -> bool:
    """Whether `give_back` will draw the page anew for this reply, which has ended."""
    is_awaited = session.awaited_reply == reply.id and reply.unsaved is None
    return is_awaited and leaves_nothing(reply.message)


def _return_unanswered(services: Services, owner: str, session: Session) -> None:
    """The page was loaded anew, so the box is empty: what stood in it after a reply failed is put there again."""
    last = services.store.messages(owner, session.conversation_id or "", limit=2)
    if len(last) == 2 and leaves_nothing(last[1]):
        session.give_back(last[0].text)


def _submitted(services: Services, owner: str, session: Session) -> None:
    """Everything is read first; from there on nothing can interrupt until it is known what became of the message."""
    interruption = Interruption()
    text = interruption.do(lambda: session.widget(COMPOSER))
    endpoint_name = interruption.do(lambda: session.endpoint_name)
    model_id = interruption.do(lambda: session.model_id)
    box = interruption.do(lambda: session.mailbox)
    if not text:
        return
    with box.lock:
        # One that was sent a moment ago by a run that was stopped since has its conversation in the mailbox.
        open_now = interruption.do(lambda: session.conversation_id)
        conversation_id = box.opened[0] if box.opened else open_now
        try:
            sent = send(services, owner, conversation_id, endpoint_name, model_id, text)
            box.opened = sent.conversation_id, sent.id
        except (StoreError, Refused, CredentialMissing, ModelNotFound) as refusal:
            box.refused = text, refusal.notice
    interruption.resume()


def send(
    services: Services,
    owner: str,
    conversation_id: str | None,
    endpoint_name: str | None,
    model_id: str | None,
    text: str,
) -> Reply:
    """Stop and store the running reply, store the message, start its reply.

    Raises:
        StoreError, Refused, CredentialMissing, ModelNotFound: nothing was stored or sent.
    """
    endpoint = services.endpoints.named(owner, endpoint_name)
    if endpoint is None or not model_id:
        raise ModelNotFound(
            "No model is chosen.", advice="Choose a model above, then send the message."
        )
    if endpoint.needs_key and endpoint.key is None:
        raise CredentialMissing
    model = services.model(endpoint, model_id)

    def price_of(answered: str) -> Price | None:
        return services.model(endpoint, answered).price

    conversation = services.store.conversation(owner, conversation_id) if conversation_id else None
    if conversation is None:
        return services.engine.begin(next_turn(owner, None, [], text, endpoint, model, price_of))
    with services.engine.turns_of(conversation.id):
        services.engine.settle(owner, conversation.id, STOP_WAIT_S)
        history = services.store.messages(owner, conversation.id)
        turn = next_turn(owner, conversation, history, text, endpoint, model, price_of)
        return services.engine.begin(turn)
