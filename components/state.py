"""The one typed view of `st.session_state` and the query parameters. Nothing else touches either."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.chat_state import COMPOSER as COMPOSER
from components.chat_state import ChatState
from components.history_view import HistoryView
from components.mailbox import Mailbox, Opened, Refusal
from parley.catalog.model import MAX_ID_CHARS
from parley.chat_settings import ChatSettings
from parley.errors import Notice

CONVERSATION = "conversation_id"
CONVERSATION_PARAMETER = "c"
MODEL_PARAMETER = "model"
ENDPOINT_PARAMETER = "endpoint"
LAST_MESSAGES = 10
"""So many are drawn at first. With three times as many the first word of a reply takes nearly twice as long."""


class Session(ChatState):
    """What one browser tab has chosen. Fetched once at the top of a page and passed down."""

    def __init__(self) -> None:
        super().__init__(st.session_state)

    @property
    def mailbox(self) -> Mailbox:
        box: Mailbox = self._values.setdefault("mailbox", Mailbox())
        return box

    @property
    def conversation_id(self) -> str | None:
        """The open conversation; `None` = a new chat."""
        return self._text(CONVERSATION)

    @property
    def endpoint_name(self) -> str | None:
        return self._text("endpoint_name")

    @endpoint_name.setter
    def endpoint_name(self, name: str | None) -> None:
        self._values["endpoint_name"] = name

    @property
    def model_id(self) -> str | None:
        return self._text("model_id")

    @model_id.setter
    def model_id(self, model_id: str | None) -> None:
        self._values["model_id"] = model_id

    @property
    def shown_messages(self) -> int:
        """How many of the last messages are on the page; grows by "Show earlier"."""
        shown: int = self._values.get("shown_messages", LAST_MESSAGES)
        return shown

    @shown_messages.setter
    def shown_messages(self, count: int) -> None:
        self._values["shown_messages"] = count

    @property
    def flash(self) -> Notice | None:
        """A notice about what was just tried; it stays until something else is tried."""
        notice: Notice | None = self._values.get("flash")
        return notice

    @flash.setter
    def flash(self, notice: Notice | None) -> None:
        self._values["flash"] = notice

    def is_first_visit(self) -> bool:
        """True the first time that a tab asks."""
        return not self._once("visited")

    def arrives(self) -> bool:
        """True once, when Chat is first drawn after the page was loaded."""
        return not self._once("arrived")

    def _once(self, name: str) -> bool:
        """Whether this was asked before."""
        seen = bool(self._values.get(name))
        self._values[name] = True
        return seen

    def follow_url(self) -> None:
        """Open what was sent for or what the address says. Navigation clears the address, so it is written back."""
        self._take_mail()
        asked = st.query_params.get(CONVERSATION_PARAMETER)
        if asked and asked != self.conversation_id:
            self.open_existing(asked)
        elif self.conversation_id and not asked:
            st.query_params[CONVERSATION_PARAMETER] = self.conversation_id

    def _take_mail(self) -> None:
        """Each is forgotten only when it is kept, since a newer run may cut in before any line."""
        box = self.mailbox
        with box.lock:
            if box.opened is not None:
                self._remember_opened(box.opened)
                box.opened = None
            if box.refused is not None:
                self._take_back(box.refused)
                box.refused = None

    def open(self, conversation_id: str | None) -> None:
        """Open a conversation, or a new chat with `None`."""
        box = self.mailbox
        with box.lock:
            box.opened = None
        self._values[CONVERSATION] = conversation_id
        self._values["draft_settings"] = ChatSettings()
        self._values["panel"] = None
        self._values["undo_delete"] = ()
        self._values["shown_messages"] = LAST_MESSAGES
        self._values["flash"] = None
        if conversation_id:
            st.query_params[CONVERSATION_PARAMETER] = conversation_id
        else:
            st.query_params.pop(CONVERSATION_PARAMETER, None)

    def open_existing(self, conversation_id: str) -> None:
        """Open another conversation with the endpoint and model that it was last held with."""
        self.open(conversation_id)
        self.endpoint_name = None
        self.model_id = None

    def sheet(self, first_shown: int) -> int:
        """0 or 1, and the other one as soon as another conversation, or another part of it, is to be drawn."""
        before, sheet = self._values.get("drawn", (None, 0))
        now = (self.conversation_id, first_shown)
        if before != now:
            sheet = 1 - sheet
        self._values["drawn"] = (now, sheet)
        return int(sheet)

    def _remember_opened(self, opened: Opened) -> None:
        """A message went out; its conversation's address is written when the page is drawn."""
        self._values[CONVERSATION] = opened.conversation_id
        self._values["flash"] = None
        self._values["panel"] = None
        self._values["undo_delete"] = ()
        if opened.took_files:
            self._values["pending_files"] = ()
        self._values["awaited_reply"] = opened.reply_id

    @property
    def awaited_reply(self) -> str | None:
        """The reply that this tab sent for or watched last, until it is known how it ended."""
        return self._text("awaited_reply")

    @awaited_reply.setter
    def awaited_reply(self, reply_id: str | None) -> None:
        self._values["awaited_reply"] = reply_id

    def asked_model(self) -> str | None:
        """The model that the address preselects, once."""
        model_id: str | None = st.query_params.get(MODEL_PARAMETER)
        if model_id:
            st.query_params.pop(MODEL_PARAMETER, None)
        return model_id

    @property
    def inspected_model(self) -> str | None:
        """The model whose details are open on the models page; kept in the address alone."""
        model_id: str = st.query_params.get(MODEL_PARAMETER, "")
        return model_id if 0 < len(model_id) <= MAX_ID_CHARS else None

    @inspected_model.setter
    def inspected_model(self, model_id: str | None) -> None:
        self._set_parameter(MODEL_PARAMETER, model_id)

    @property
    def asked_endpoint(self) -> str | None:
        """The endpoint that the address of the models page names."""
        return st.query_params.get(ENDPOINT_PARAMETER) or None

    @asked_endpoint.setter
    def asked_endpoint(self, name: str) -> None:
        self._set_parameter(ENDPOINT_PARAMETER, name)

    def asked(self, name: str) -> str | None:
        """What the address says under this name."""
        return st.query_params.get(name) or None

    def ask(self, name: str, value: str | None) -> None:
        """Write into the address what a page is to show; `None` takes it out."""
        self._set_parameter(name, value)

    def asked_all(self, name: str) -> list[str]:
        """Every value of a name that the address may hold several times."""
        return list(st.query_params.get_all(name))

    def ask_all(self, name: str, values: list[str]) -> None:
        if st.query_params.get_all(name) != values:
            st.query_params[name] = values

    def _set_parameter(self, name: str, value: str | None) -> None:
        """Written only when it changes: every write is a message to the browser."""
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != value:
            st.query_params[name] = value

    def give_back(self, text: str) -> None:
        """Put text into the message box at the next run; a box on the page cannot be written to."""
        self._values["given_back"] = text

    def _take_back(self, refusal: Refusal) -> None:
        """Nothing was sent: the text goes back into the box, the files beside it, the notice onto the page."""
        if refusal.text:
            self.give_back(refusal.text)
        if refusal.files:
            self.pending_files = refusal.files
        self.flash = refusal.notice

    def fill_composer(self) -> None:
        """Write what was given back, before the message box is drawn."""
        text = self._values.get("given_back")
        if text:
            self._values["given_back"] = None
            self._values[COMPOSER] = text

    def widget(self, key: str) -> Any:
        """The value of a widget, for its callback."""
        return self._values.get(key)

    def set_widget(self, key: str, value: Any) -> None:
        """Set a widget's value, before it is drawn."""
        self._values[key] = value

    def field(self, name: str) -> str:
        """The key under which a text field is drawn now."""
        return f"{name}-{self._values.get(f'{name}-number', 0)}"

    def renew(self, name: str) -> None:
        """Draw a text field anew: set to nothing, one that has the focus would go on showing its text."""
        self._values[f"{name}-number"] = self._values.get(f"{name}-number", 0) + 1

    def yield_to_streamlit(self) -> None:
        """Let a click, a stop or a rerun take over here; nothing is sent."""
        self._values.get(CONVERSATION)

    @property
    def history(self) -> HistoryView:
        view: HistoryView = self._values.get("history", HistoryView())
        return view

    @history.setter
    def history(self, view: HistoryView) -> None:
        self._values["history"] = view
