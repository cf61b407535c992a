"""The messages of a conversation that are on the page, each reply with its receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from components import (
    attachments,
    currency,
    imported_receipt,
    message_actions,
    message_panels,
    notices,
    receipt,
    reply_check,
    ways_out,
)
from components.painter import paint
from components.safe_text import plain, safe_label
from components.sending import contents_of
from components.services import Services
from components.state import Session
from components.thread import Thread
from parley.attachment import AttachedFile
from parley.budget_note import as_sent
from parley.context import carried_along
from parley.conversation import LedgerEntry, Message, MessageState, Request, Role, leaves_nothing
from parley.endpoint import PRESETS, THIS_MACHINE, Endpoint, Service, service_at
from parley.request_messages import composition_of, sendable, wire_messages

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MORE = 30
NEAR = 4
NOT_SENT_ABOVE = (
    "What stands above is not sent any more: this conversation sends its last messages alone."
)
USER_AVATAR = ":material/person:"
ASSISTANT_AVATAR = ":material/smart_toy:"

STATE_WORDS = {
    MessageState.STOPPED: "Stopped; what had arrived is kept.",
    MessageState.INTERRUPTED: "The app ended while this reply was being written; what had arrived is kept.",
}

NOT_SENT_ALONG = (
    "No answer came, so this question is left out of what is sent next. Send it again to ask it."
)

NOTHING_CAME = {
    MessageState.STOPPED: "Stopped before the first word.",
    MessageState.INTERRUPTED: "The app ended before the first word came.",
}


def sheet(number: int) -> DeltaGenerator:
    """One of two places for the transcript; the other is emptied.

    What was drawn at a place stays there, faded, until the script has run, and a reply may take minutes. So another
    conversation is drawn at the other place, while the same one is drawn over itself, which is quicker.
    """
    places = [st.container() if number == place else st.empty() for place in (0, 1)]
    return places[number]


@dataclass(frozen=True)
class Place:
    """A message and the bubble on the page that it will be drawn into."""

    message: Message
    bubble: DeltaGenerator


def lay_out(session: Session, thread: Thread) -> list[Place]:
    """Make the places of the last messages, oldest first; the bubbles keep what an earlier run drew into them."""
    with st.container():
        if thread.left_out:
            st.button(
                f"Show earlier messages ({thread.left_out:,})",
                key="show-earlier",
                on_click=_show_earlier,
                args=(session,),
                width="stretch",
            )
    _system_prompt(thread)
    first_sent = _first_sent(thread)
    places = []
    for message in thread.messages:
        if message.id == first_sent:
            st.caption(NOT_SENT_ABOVE, text_alignment="center")
        by_model = message.role is Role.ASSISTANT
        name, avatar = ("assistant", ASSISTANT_AVATAR) if by_model else ("user", USER_AVATAR)
        places.append(Place(message, st.chat_message(name, avatar=avatar)))
    if first_sent == NOTHING and thread.running is None:
        st.caption(NOT_SENT_ABOVE, text_alignment="center")
    return places


def by_nearness(places: list[Place]) -> tuple[list[Place], list[Place]]:
    """The last messages, which a reader sees beside a growing reply, and the rest."""
    return places[-NEAR:], places[:-NEAR]


def fill(
    services: Services,
    owner: str,
    session: Session,
    thread: Thread,
    places: list[Place],
    meanwhile: Callable[[], None],
) -> None:
    """Draw the messages, the newest first, which is what a reader looks at; `meanwhile` is called in between."""
    for place in reversed(places):
        with place.bubble:
            if place.message.role is Role.ASSISTANT:
                reply(services, owner, session, thread, place.message)
            else:
                user(services, owner, place.message)
            message_actions.show(services, owner, session, thread, place.message)
            message_panels.show(services, owner, session, thread, place.message)
        meanwhile()


def _system_prompt(thread: Thread) -> None:
    """Open until something was sent: an import may bring one along that nobody here has written."""
    prompt = thread.conversation.settings.system_prompt
    if prompt:
        with st.expander("System prompt", type="compact", expanded=not thread.is_sent):
            st.text(plain(prompt))


NOTHING = ""


def _first_sent(thread: Thread) -> str | None:
    """The message from which on the conversation goes along, when it was told to leave out earlier ones.

    `None` = all of it does, `NOTHING` = none of it.
    """
    limit = thread.conversation.settings.sent_messages
    if limit is None or not thread.messages:
        return None
    along = carried_along(thread.messages, limit)
    if not along:
        return NOTHING
    return None if along[0].id == thread.messages[0].id else along[0].id


def user(services: Services, owner: str, message: Message) -> None:
    """A person's own words, exactly as typed, and the files beside them."""
    if message.text or not message.attachments:
        st.text(plain(message.text))
    if message.attachments:
        attachments.show(message.attachments, _loader(services, owner, message))


def _loader(
    services: Services, owner: str, message: Message
) -> Callable[[str], AttachedFile | None]:
    def load(attachment_id: str) -> AttachedFile | None:
        return services.store.files(owner, message.conversation_id, [attachment_id]).get(
            attachment_id
        )

    return load


def reply(
    services: Services, owner: str, session: Session, thread: Thread, message: Message
) -> None:
    """A stored reply: who answered, reasoning, text, how it ended, receipt."""
    st.caption(safe_label(message.model))
    if message.reasoning:
        with st.expander("Thinking", type="compact"):
            st.text(plain(message.reasoning))
    paint(message.text)
    ending(services, owner, session, message, thread.calls_of(message))


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
    reply_check.show(message, entries)
    if message.notice is not None:
        notices.show(message.notice, key=f"notice-{message.id}")
        ways_out.show(services, owner, session, message, entries)
    if leaves_nothing(message):
        st.caption(NOT_SENT_ALONG)
    if message.imported is not None:
        imported_receipt.show(message)
        return
    receipt.show(
        message,
        entries,
        lambda: _same_call(services, owner, message, entries),
        lambda amount: currency.second_figure(services, owner, amount),
    )


def _same_call(
    services: Services, owner: str, message: Message, entries: list[LedgerEntry]
) -> receipt.SameCall | None:
    """Made from the conversation as it is now; `None` when that is not what was sent, since settings changed."""
    path = services.store.messages_to(owner, message.conversation_id, message.parent_id or "")
    held = services.store.conversation(owner, message.conversation_id)
    if not path or held is None:
        return None
    request = entries[-1].request
    contents = contents_of(services, owner, held.id, path)
    prompt, at_most = held.settings.system_prompt, held.settings.sent_messages
    sent = wire_messages(path, system_prompt=prompt, contents=contents, at_most=at_most)
    before = sendable(path, at_most)[:-1]
    if request.composition and request.composition != composition_of(
        sent, before, path[-1], system_prompt=prompt, contents=contents
    ):
        return None
    endpoint = _asked(services, owner, request)
    return receipt.SameCall(endpoint, [dict(one) for one in sent], as_sent(request.parameters))


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


def _show_earlier(session: Session) -> None:
    session.shown_messages += MORE
