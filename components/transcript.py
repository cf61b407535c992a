"""The messages of a conversation that are on the page, each reply with its receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from components import notices, receipt
from components.choice import choose_model
from components.painter import paint
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.conversation import (
    Conversation,
    LedgerEntry,
    Message,
    MessageState,
    Request,
    Role,
)
from parley.endpoint import PRESETS, THIS_MACHINE, Endpoint, Service, service_at
from parley.errors import (
    CannotConnect,
    CredentialMissing,
    CredentialRejected,
    ModelNotFound,
    UntrustedServer,
    WrongBaseUrl,
)
from parley.reply import Reply
from parley.turns import leaves_nothing, wire_messages

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MORE = 30
STEP = 10
"""The earliest message on the page changes by so many at once."""
USER_AVATAR = ":material/person:"
ASSISTANT_AVATAR = ":material/smart_toy:"

STATE_WORDS = {
    MessageState.STOPPED: "Stopped; what had arrived is kept.",
    MessageState.INTERRUPTED: "The app ended while this reply was being written; what had arrived is kept.",
}

MENDED_IN_SETTINGS = {
    error.__name__
    for error in (
        CannotConnect,
        CredentialMissing,
        CredentialRejected,
        UntrustedServer,
        WrongBaseUrl,
    )
}

NOT_SENT_ALONG = (
    "No answer came, so this question is left out of what is sent next. Send it again to ask it."
)

NOTHING_CAME = {
    MessageState.STOPPED: "Stopped before the first word.",
    MessageState.INTERRUPTED: "The app ended before the first word came.",
}


def hidden(
    services: Services, owner: str, session: Session, conversation: Conversation | None
) -> int:
    """How many of the earliest messages are left out.

    In steps, so that a message keeps its place on the page from turn to turn: the browser then has nothing to do
    for it, and nothing of another message shines through while a reply is being written.
    """
    if conversation is None:
        return 0
    count = services.store.message_count(owner, conversation.id)
    return max(0, count - session.shown_messages) // STEP * STEP


def sheet(number: int) -> DeltaGenerator:
    """One of two places for the transcript; the other is emptied.

    What was drawn at a place stays there, faded, until the script has run, and a reply may take minutes. So another
    conversation is drawn at the other place, while the same one is drawn over itself, which is quicker.
    """
    places = [st.container() if number == place else st.empty() for place in (0, 1)]
    return places[number]


def show(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation,
    *,
    left_out: int,
    except_for: Reply | None,
) -> None:
    """Draw the last messages of the active path, oldest first; not the reply that is being written."""
    messages = services.store.messages(owner, conversation.id, skip=left_out)
    with st.container():
        if left_out:
            st.button(
                f"Show earlier messages ({left_out:,})",
                key="show-earlier",
                on_click=_show_earlier,
                args=(session,),
                width="stretch",
            )
    shown = [known for known in messages if except_for is None or known.id != except_for.id]
    replies = [message.id for message in shown if message.role is Role.ASSISTANT]
    entries = _by_reply(services.store.ledger(owner, reply_ids=replies)) if replies else {}
    for message in shown:
        if message.role is Role.USER:
            user(message)
        else:
            with st.chat_message("assistant", avatar=ASSISTANT_AVATAR):
                reply(services, owner, session, message, entries.get(message.id, []))


def user(message: Message) -> None:
    """A person's own words, exactly as typed."""
    with st.chat_message("user", avatar=USER_AVATAR):
        st.text(plain(message.text))


def reply(
    services: Services,
    owner: str,
    session: Session,
    message: Message,
    entries: list[LedgerEntry],
) -> None:
    """A stored reply: who answered, reasoning, text, how it ended, receipt."""
    st.caption(safe_label(message.model))
    if message.reasoning:
        with st.expander("Thinking", type="compact"):
            st.text(plain(message.reasoning))
    paint(message.text)
    ending(services, owner, session, message, entries)


def ending(
    services: Services,
    owner: str,
    session: Session,
    message: Message,
    entries: list[LedgerEntry],
) -> None:
    """What stands under a reply: a note, a notice, the receipt."""
    if message.state in STATE_WORDS:
        words = STATE_WORDS[message.state]
        st.caption(safe_label(words if message.text else NOTHING_CAME[message.state]))
    if message.tool_calls:
        names = ", ".join(message.tool_calls)
        st.caption(safe_label(f"The model asked to call a tool ({names}); this app runs none."))
    if message.notice is not None:
        notices.show(message.notice, key=f"notice-{message.id}")
        if message.notice.kind in MENDED_IN_SETTINGS:
            st.page_link("settings.py", label="Open Settings", icon=":material/settings:")
        if message.notice.kind == ModelNotFound.__name__:
            _offer_another(services, owner, session, message)
    if leaves_nothing(message):
        st.caption(NOT_SENT_ALONG)
    receipt.show(message, entries, lambda: _same_call(services, owner, message, entries))


def _offer_another(services: Services, owner: str, session: Session, message: Message) -> None:
    """The replacement of a retired model, or the nearest id that the endpoint has."""
    endpoint = services.endpoints.named(owner, message.endpoint)
    other = endpoint and services.nearest_id(endpoint, message.model)
    if endpoint is None or not other:
        return
    st.button(
        safe_label(f"Use {other} instead"),
        key=f"instead-{message.id}",
        on_click=choose_model,
        args=(services, owner, session, endpoint.name, other),
    )


def _same_call(
    services: Services, owner: str, message: Message, entries: list[LedgerEntry]
) -> receipt.SameCall | None:
    path = services.store.messages(owner, message.conversation_id)
    before = [known.id for known in path]
    if message.id not in before:
        return None
    request = entries[-1].request
    sent = wire_messages(path[: before.index(message.id)])
    endpoint = _asked(services, owner, request)
    return receipt.SameCall(endpoint, [dict(one) for one in sent], request.parameters)


def _asked(services: Services, owner: str, request: Request) -> Endpoint:
    """The endpoint at the address that was asked, though it may have moved or been removed since."""
    known = services.endpoints.named(owner, request.endpoint)
    if known is None and request.endpoint == THIS_MACHINE.name:
        known = THIS_MACHINE
    if known is not None and known.service is Service.LOCAL:
        return known
    service = service_at(request.base_url)
    once = Endpoint(request.endpoint, request.base_url, service=service)
    if known is None or known.origin != once.origin:
        return replace(once, needs_key=any(p.needs_key for p in PRESETS if p.service is service))
    return replace(known, base_url=request.base_url)


def _by_reply(entries: list[LedgerEntry]) -> dict[str, list[LedgerEntry]]:
    grouped: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        grouped.setdefault(entry.request.reply_id, []).append(entry)
    return grouped


def _show_earlier(session: Session) -> None:
    session.shown_messages += MORE
