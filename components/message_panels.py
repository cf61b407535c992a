"""What opens under a message: the editor, the text to copy, another model, one changed setting, versions compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import message_actions, sending, versions
from components.choice import endpoint_of, offered
from components.mailbox import Interruption, Refusal
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from components.thread import Thread
from parley.chat_settings import ChatSettings
from parley.conversation import Message
from parley.endpoint import Endpoint
from parley.errors import NotThere
from parley.reasoning import EFFORTS
from parley.reply import Reply


@dataclass(frozen=True)
class At:
    """The message that a panel belongs to, and what it needs to act on it."""

    services: Services
    owner: str
    session: Session
    thread: Thread
    message: Message


def show(
    services: Services, owner: str, session: Session, thread: Thread, message: Message
) -> None:
    """Draw the open panel, if it belongs to this message."""
    if session.panel is None or session.panel[1] != message.id:
        return
    draw = PANELS.get(session.panel[0])
    if draw is None:
        return
    with st.container(border=True, key="message-panel"):
        draw(At(services, owner, session, thread, message))


def _close_button(session: Session, label: str = "Cancel") -> None:
    st.button(
        safe_label(label), key="close-panel", type="tertiary", on_click=_close, args=(session,)
    )


def _close(session: Session) -> None:
    session.panel = None


def _edit(at: At) -> None:
    question = at.services.store.message(at.owner, at.message.parent_id or "")
    if question is None:
        st.caption(safe_label(NotThere.title))
        return
    key = f"edit-{question.id}"
    # Kept though another panel is opened meanwhile.
    st.text_area(
        "Edit the question", plain(question.text), key=key, height=200, persist_state="session"
    )
    st.caption("It is sent anew beside the old one; both stay, and you can switch between them.")
    with st.container(horizontal=True):
        st.button(
            "Send",
            key="send-edit",
            type="primary",
            on_click=_send_edit,
            args=(at, question, key),
        )
        _close_button(at.session)


def _send_edit(at: At, question: Message, key: str) -> None:
    interruption = Interruption()
    typed = interruption.do(lambda: at.session.widget(key)) or ""
    # The field cannot show control characters; who changed nothing did not want to lose them.
    text = question.text if typed == plain(question.text) else typed
    asked = interruption.do(lambda: (at.session.endpoint_name, at.session.model_id))

    def begin(_: str | None) -> Reply:
        target = sending.target_of(at.services, at.owner, *asked, ChatSettings())
        return sending.send_instead(at.services, at.owner, question, text, target)

    sending.deliver(interruption, at.session, begin, Refusal())


def _copy(at: At) -> None:
    st.caption("The button in the corner copies the text, Markdown and all.")
    st.code(plain(at.message.text), language=None, wrap_lines=True)
    _close_button(at.session, "Close")


def _other_model(at: At) -> None:
    endpoint = endpoint_of(at.services, at.owner, at.session, at.thread.conversation)
    key = f"other-model-{at.message.id}"
    st.selectbox(
        "Answer with",
        _ids(at.services, endpoint),
        key=key,
        index=None,
        format_func=plain,
        placeholder="Choose a model",
    )
    with st.container(horizontal=True):
        st.button(
            "Answer",
            key="answer-other",
            type="primary",
            on_click=_answer_with,
            args=(at, endpoint.name, key),
        )
        _close_button(at.session)


def _ids(services: Services, endpoint: Endpoint) -> list[str]:
    return [known.id for known in offered(services.listing(endpoint, at_most_s=0.0))]


def _answer_with(
    at: At,
    endpoint_name: str,
    key: str,
) -> None:
    model_id = at.session.widget(key)
    if model_id:
        message_actions.again(
            at.services, at.owner, at.session, at.message, endpoint_name, model_id
        )


CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "temperature": ("Temperature", {"min_value": 0.0, "max_value": 2.0, "step": 0.1}),
    "top_p": ("Top-p", {"min_value": 0.0, "max_value": 1.0, "step": 0.05}),
    "max_tokens": ("Max tokens", {"min_value": 1, "step": 1}),
    "seed": ("Seed", {"step": 1}),
}
"""Settings that are a number, with how they are typed."""
CHOICES: dict[str, tuple[str, dict[str, Any]]] = {
    "reasoning": ("Reasoning", {"Model default": None, "On": True, "Off": False}),
    "reasoning_effort": (
        "Reasoning effort",
        {"Model default": None, **{effort.capitalize(): effort for effort in EFFORTS}},
    ),
}
PROMPT = "system_prompt"


def _change(at: At) -> None:
    st.caption(
        "The same question with one setting altered; the conversation keeps its own settings. "
        "“Compare versions” then shows what changed."
    )
    names = {
        **{name: label for name, (label, _) in (*CHANGES.items(), *CHOICES.items())},
        PROMPT: "System prompt",
    }
    which = st.selectbox(
        "Setting", list(names), key=f"change-{at.message.id}", format_func=names.__getitem__
    )
    key = f"changed-{which}-{at.message.id}"
    _value_field(which, key, at.thread.conversation.settings)
    with st.container(horizontal=True):
        st.button(
            "Answer again with this",
            key="answer-changed",
            type="primary",
            on_click=_answer_changed,
            args=(at, which, key),
        )
        _close_button(at.session)


def _value_field(which: str, key: str, settings: ChatSettings) -> None:
    now = getattr(settings, which)
    if which in CHANGES:
        label, bounds = CHANGES[which]
        st.number_input(
            safe_label(label), value=now, key=key, placeholder="Model default", **bounds
        )
    elif which in CHOICES:
        label, values = CHOICES[which]
        st.selectbox(
            safe_label(label), list(values), key=key, index=list(values.values()).index(now)
        )
    else:
        st.text_area("System prompt", plain(now), key=key)


def _answer_changed(
    at: At,
    which: str,
    key: str,
) -> None:
    value = at.session.widget(key)
    if which in CHOICES:
        value = CHOICES[which][1][value]
    new: dict[str, Any] = {which: value or "" if which == PROMPT else value}
    asked = message_actions.last_asked(at.session, at.thread, at.message)
    message_actions.again(
        at.services,
        at.owner,
        at.session,
        at.message,
        *asked,
        lambda settings: replace(settings, **new),
    )


def _versions(at: At) -> None:
    family = at.thread.siblings.get(at.message.id, [at.message.id])
    versions.show(at.services, at.owner, at.message, family)
    _close_button(at.session, "Close")


PANELS: dict[str, Callable[[At], None]] = {
    "edit": _edit,
    "copy": _copy,
    "model": _other_model,
    "change": _change,
    "versions": _versions,
}
