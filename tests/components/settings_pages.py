"""The panel and the presets as pages of their own, and what a person does there."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER, Conversation
from tests.pages.chat_page import shown


def script(conversation_id: str | None) -> None:
    import streamlit as st

    from components import chat_settings_panel, presets, services
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    everything, session = services.get(), Session()
    endpoint = everything.endpoints.default(LOCAL_OWNER)
    held = everything.store.conversation(LOCAL_OWNER, conversation_id) if conversation_id else None

    def forget() -> None:
        chat_settings_panel.forget(session)
        presets.forget(session)

    open_it = st.checkbox("Open", value=True, on_change=forget)
    if open_it and chat_settings_panel.show(everything, LOCAL_OWNER, session, held, endpoint):
        st.text("applied")
    model = session.model_id or "big"
    presets.show(everything, LOCAL_OWNER, session, held, endpoint, model)
    st.text(f"model {session.model_id}")
    st.json(chat_settings_panel.current(session, held).to_dict())


def opened(held: Conversation | None = None) -> AppTest:
    app = AppTest.from_function(script, args=(held.id if held else None,), default_timeout=20).run()
    assert not app.exception
    return app


def stored_conversation() -> Conversation:
    store = services.get().store
    return store.create_conversation(LOCAL_OWNER, title="A chat", endpoint="Custom", model="big")


def press(app: AppTest, label: str) -> AppTest:
    """The button of exactly this label."""
    next(button for button in app.button if shown(button.label) == label).click().run()
    assert not app.exception
    return app


def successes(app: AppTest) -> str:
    return " ".join(shown(success.value) for success in app.success)


def warnings(app: AppTest) -> str:
    return " ".join(shown(warning.value) for warning in app.warning)


def fill(app: AppTest, label: str, value: object) -> AppTest:
    """Type into a field; a form keeps that to itself until its button is pressed."""
    fields = (*app.text_area, *app.number_input, *app.selectbox, *app.text_input, *app.checkbox)
    field: Any = next(field for field in fields if field.label == label)
    field.set_value(value)
    return app


def field(app: AppTest, label: str) -> object:
    fields = (*app.text_area, *app.number_input, *app.selectbox, *app.text_input, *app.checkbox)
    value: object = next(field.value for field in fields if field.label == label)
    return value


def in_use(app: AppTest) -> dict[str, Any]:
    """What the next message would be sent with."""
    settings: dict[str, Any] = json.loads(app.json[0].value)
    return settings
