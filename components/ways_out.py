"""Under a notice, what mends it: Settings, another model, a setting less, fewer messages."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import sending
from components.choice import choose_model, offered
from components.mailbox import Interruption, Refusal
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.catalog.model import Model
from parley.chat_settings import ChatSettings
from parley.context import messages_that_fit
from parley.conversation import Conversation, LedgerEntry, Message
from parley.endpoint import Endpoint
from parley.errors import (
    CannotConnect,
    CredentialMissing,
    CredentialRejected,
    ModelNotFound,
    ParameterRejected,
    PromptTooLong,
    UntrustedServer,
    WrongBaseUrl,
)
from parley.reply import Reply
from parley.request_messages import sendable
from parley.retry_without import without
from parley.usage import CHARS_PER_TOKEN

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

RESERVED_SHARE = 4
"""One part in so many of the window is left for the answer."""


def show(
    services: Services,
    owner: str,
    session: Session,
    message: Message,
    entries: list[LedgerEntry],
) -> None:
    """Draw the ways out of what the notice of a reply says."""
    kind = message.notice.kind if message.notice is not None else ""
    if kind in MENDED_IN_SETTINGS:
        st.page_link("settings.py", label="Open Settings", icon=":material/settings:")
    if kind == ModelNotFound.__name__:
        _offer_another(services, owner, session, message)
    if kind == ParameterRejected.__name__:
        _offer_without(services, owner, session, message, entries)
    if kind == PromptTooLong.__name__:
        offer_less(services, owner, session, message)


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


def _offer_without(
    services: Services,
    owner: str,
    session: Session,
    message: Message,
    entries: list[LedgerEntry],
) -> None:
    """The same question without the setting that the endpoint refused; the conversation loses it too."""
    held = services.store.conversation(owner, message.conversation_id)
    endpoint = services.endpoints.named(owner, message.endpoint)
    parameter = message.notice.suggestion if message.notice is not None else ""
    if held is None or endpoint is None or not parameter or not entries:
        return
    lighter = without(held.settings, parameter, endpoint)
    if lighter is None:
        return
    st.button(
        safe_label(f"Retry without {parameter}"),
        key=f"without-{message.id}",
        on_click=_retry,
        args=(services, owner, session, message, endpoint.name, entries[-1].request.model, lighter),
    )


def _retry(
    services: Services,
    owner: str,
    session: Session,
    message: Message,
    endpoint_name: str,
    model_id: str,
    settings: ChatSettings,
) -> None:
    """Ask again with other settings, which the conversation keeps: the next message would fail the same way."""
    interruption = Interruption()

    def begin(_: str | None) -> Reply:
        target = sending.target_of(services, owner, endpoint_name, model_id, settings)
        sent = sending.answer_again(services, owner, message, target, lambda _: settings)
        services.store.set_settings(owner, message.conversation_id, settings)
        return sent

    # The question was given back to the box; it is on its way now.
    if interruption.do(lambda: session.returned_question) == message.parent_id:
        interruption.do(session.clear_box)
    sending.deliver(interruption, session, begin, Refusal())


def offer_less(services: Services, owner: str, session: Session, message: Message) -> None:
    """What does not fit may go to a model with a larger window, or without its oldest messages."""
    held = services.store.conversation(owner, message.conversation_id)
    endpoint = services.endpoints.named(owner, message.endpoint)
    if held is None or endpoint is None:
        return
    asked = services.model(endpoint, message.model)
    with st.container(horizontal=True):
        _offer_oldest_out(services, owner, session, message, held, asked)
        _offer_larger(services, owner, session, endpoint, asked)


def _offer_oldest_out(
    services: Services,
    owner: str,
    session: Session,
    message: Message,
    held: Conversation,
    asked: Model,
) -> None:
    path = services.store.messages_to_send(owner, held.id, message.parent_id or "")
    now = sendable(path, held.settings.sent_messages)
    kept = _fewer(now, asked.context_window)
    if kept is None:
        return
    lighter = replace(held.settings, sent_messages=kept)
    st.button(
        f"Leave out the {len(now) - len(sendable(path, kept)):,} oldest messages and send again",
        key=f"less-{message.id}",
        on_click=_retry,
        args=(services, owner, session, message, message.endpoint, asked.id, lighter),
    )


def _fewer(now: list[Message], window: int | None) -> int | None:
    """How many messages to send instead of these: what fits, else half; `None` = there are no fewer."""
    most = len(now) // 2
    if window:
        reserve = window // RESERVED_SHARE
        most = messages_that_fit(now, window, CHARS_PER_TOKEN, reserve)
    fewer = (count for count in range(min(most, len(now) - 1), 0, -1))
    return next((count for count in fewer if len(sendable(now, count)) < len(now)), None)


def _offer_larger(
    services: Services, owner: str, session: Session, endpoint: Endpoint, asked: Model
) -> None:
    """The model with the next larger window on the same endpoint."""
    window = asked.context_window or 0
    larger = [
        known
        for known in offered(services.listing(endpoint, at_most_s=0.0))
        if (known.context_window or 0) > window
    ]
    if not larger:
        return
    other = min(larger, key=lambda known: known.context_window or 0)
    st.button(
        safe_label(f"Use {other.id} ({other.context_window:,} tokens)"),
        key=f"larger-{other.id}",
        on_click=choose_model,
        args=(services, owner, session, endpoint.name, other.id),
    )
