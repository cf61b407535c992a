"""The settings of a conversation as a form: nothing counts until it is applied, and an empty field sets nothing.

The fields are named after the settings they were filled from, so they are drawn anew whenever those change
elsewhere, while what was typed and refused stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import notices
from components.mailbox import Interruption
from components.safe_text import plain
from components.services import Services
from components.state import Session
from parley.chat_settings import ChatSettings
from parley.conversation import Conversation
from parley.endpoint import Endpoint
from parley.errors import Notice, ParleyError
from parley.reasoning import EFFORTS
from parley.reply_format import SCHEMA_FIELD
from parley.setting_checks import EXTRA_BODY_FIELD, checked
from parley.typed_json import as_lines, typed_lines, typed_object

NOTICE = "chat-settings-notice"
APPLIED = "chat-settings-applied"

NOT_SET = "Not set"
FORMAT_WORDS = {"text": "Text", "json_object": "JSON object", "json_schema": "JSON schema"}
REASONING_WORDS = {True: "On", False: "Off"}
EMPTY_WORDS = "Only what is set here is sent. An empty field leaves it to the model."
STOP_HELP = "One text per line, four at most; \\n stands for the end of a line."
EXTRA_HELP = "A JSON object that is sent as it is, over everything above. No keys: it is stored."


def show(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    endpoint: Endpoint,
) -> bool:
    """Draw the panel. True in the run in which settings were applied: a dialog is then closed with `st.rerun()`."""
    kept = current(session, conversation)
    name = _name_of(conversation, kept)
    _fill(session, name, kept)
    with st.form(f"{name}-form", border=False):
        st.caption(EMPTY_WORDS)
        _sampling(name)
        _format(name, kept)
        _reasoning(name)
        st.form_submit_button(
            "Apply settings",
            type="primary",
            icon=":material/check:",
            on_click=_apply,
            args=(services, owner, session, conversation, endpoint, name),
        )
    _refusal(session, name)
    _preview(kept, endpoint)
    applied = bool(session.widget(APPLIED))
    session.set_widget(APPLIED, False)
    return applied


def forget(session: Session) -> None:
    """What was said of the last click no longer matters: the panel is opened anew."""
    session.set_widget(NOTICE, None)


def current(session: Session, conversation: Conversation | None) -> ChatSettings:
    """The settings that the next message is sent with."""
    return conversation.settings if conversation else session.draft_settings


def keep(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    settings: ChatSettings,
) -> None:
    """Use these settings from the next message on.

    Raises:
        StoreError: they could not be stored.
    """
    if conversation is None:
        session.draft_settings = settings
    else:
        services.store.set_settings(owner, conversation.id, settings)


def _name_of(conversation: Conversation | None, kept: ChatSettings) -> str:
    known = json.dumps([conversation.id if conversation else "", kept.to_dict()], default=str)
    return f"chat-settings-{hashlib.sha256(known.encode()).hexdigest()[:12]}"


def _fill(session: Session, name: str, kept: ChatSettings) -> None:
    """Fill the fields when they are drawn first. A number given to a field itself could not be emptied again."""
    if session.widget(f"{name}-system_prompt") is not None:
        return
    schema = None if kept.json_schema is None else dict(kept.json_schema)
    filled = {
        **vars(kept),
        "temperature": _as_float(kept.temperature),
        "top_p": _as_float(kept.top_p),
        "stop": as_lines(kept.stop),
        "json_schema": _as_typed(schema),
        "extra_body": _as_typed(kept.extra_body or None),
    }
    for setting, value in filled.items():
        session.set_widget(f"{name}-{setting}", value)


def _as_float(number: float | None) -> float | None:
    """A field of fractions refuses a whole number."""
    return None if number is None else float(number)


def _sampling(name: str) -> None:
    st.text_area("System prompt", key=f"{name}-system_prompt", placeholder=NOT_SET)
    left, right = st.columns(2)
    with left:
        _number(name, "Temperature", "temperature", 0.1, "From 0 to 2.")
        _number(name, "Max tokens", "max_tokens", 1, "At least 1.")
        limit = "How many of the last messages go along at most; all of them when empty."
        _number(name, "Messages sent along", "sent_messages", 1, limit)
    with right:
        _number(name, "Top-p", "top_p", 0.05, "From 0 to 1.")
        _number(name, "Seed", "seed", 1, "A whole number.")
        st.text_area("Stop", key=f"{name}-stop", placeholder=NOT_SET, help=STOP_HELP, height=80)


def _number(name: str, label: str, setting: str, step: float, bounds: str) -> None:
    """Without bounds of its own: the browser would quietly keep the last good number instead of saying why."""
    st.number_input(
        label,  # trusted: one of the names above
        value=None,
        step=step,
        format="%g" if isinstance(step, float) else "%d",
        key=f"{name}-{setting}",
        placeholder=NOT_SET,
        help=bounds,  # trusted: one of the sentences above
    )


def _format(name: str, kept: ChatSettings) -> None:
    _choice(name, "Response format", "response_format", FORMAT_WORDS)
    with st.expander("JSON schema", expanded=kept.json_schema is not None):
        st.text_area(
            "JSON schema of the reply",
            key=f"{name}-json_schema",
            placeholder='{"type": "object", "properties": {…}}',
            help="Sent with the format JSON schema; each reply is checked against it.",
            height=160,
        )
        st.checkbox("Strict", key=f"{name}-json_schema_strict")


def _reasoning(name: str) -> None:
    left, right = st.columns(2)
    with left:
        _choice(name, "Reasoning", "reasoning", REASONING_WORDS)
    with right:
        _choice(
            name, "Reasoning effort", "reasoning_effort", {effort: effort for effort in EFFORTS}
        )
    st.text_area(
        "Extra body (JSON)",
        key=f"{name}-extra_body",
        placeholder='{"top_k": 20}',
        help=EXTRA_HELP,
        height=100,
    )


def _choice(name: str, label: str, setting: str, words: Mapping[Any, str]) -> None:
    st.selectbox(
        label,  # trusted: one of the names above
        [None, *words],
        format_func=lambda option: words.get(option, NOT_SET),
        key=f"{name}-{setting}",
    )


def _as_typed(value: Mapping[str, Any] | None) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def _refusal(session: Session, name: str) -> None:
    """What stood against the last click, as long as these are still its fields."""
    refused: tuple[str, Notice] | None = session.widget(NOTICE)
    if refused is not None and refused[0] == name:
        notices.show(refused[1], key=NOTICE)


def _preview(kept: ChatSettings, endpoint: Endpoint) -> None:
    sent = kept.parameters(endpoint)
    if sent:
        with st.expander("What is sent besides the messages"):
            st.code(plain(_as_typed(sent)), language="json", wrap_lines=True)


def _apply(
    services: Services,
    owner: str,
    session: Session,
    conversation: Conversation | None,
    endpoint: Endpoint,
    name: str,
) -> None:
    interruption = Interruption()
    typed = interruption.do(lambda: {each: session.widget(f"{name}-{each}") for each in _FIELDS})
    refused: tuple[str, Notice] | None = None
    try:
        settings = checked(_settings_of(typed), endpoint)
        interruption.do(lambda: keep(services, owner, session, conversation, settings))
    except ParleyError as error:
        refused = name, error.notice
    interruption.do(lambda: session.set_widget(NOTICE, refused))
    interruption.do(lambda: session.set_widget(APPLIED, refused is None))
    interruption.resume()


_FIELDS = tuple(vars(ChatSettings()))


def _settings_of(typed: Mapping[str, Any]) -> ChatSettings:
    """What stands in the fields, not judged yet but for its JSON.

    Raises:
        SettingRefused: text that is no JSON object.
    """
    return ChatSettings(
        **{
            **typed,
            "system_prompt": typed["system_prompt"] or "",
            "stop": typed_lines(typed["stop"] or ""),
            "json_schema": typed_object(typed["json_schema"] or "", SCHEMA_FIELD),
            "json_schema_strict": bool(typed["json_schema_strict"]),
            "extra_body": typed_object(typed["extra_body"] or "", EXTRA_BODY_FIELD) or {},
        }
    )
