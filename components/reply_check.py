"""Under a reply that was asked for as JSON: whether it is that."""

from __future__ import annotations

import streamlit as st

from components.safe_text import safe_label
from parley.conversation import LedgerEntry, Message, MessageState
from parley.reply_format import asked_format, check_reply


def show(message: Message, entries: list[LedgerEntry]) -> None:
    """One line: it keeps the format that was asked for, or the first reason why not."""
    if not entries or message.state is not MessageState.COMPLETE or not message.text:
        return
    parameters = entries[-1].request.parameters
    kind = asked_format(parameters)
    if kind is None:
        return
    name = "the JSON schema" if kind == "json_schema" else "JSON"
    checked = check_reply(parameters, message.text)
    if not checked.checked:
        st.caption(safe_label(checked.problem))
    elif checked.ok:
        st.caption(safe_label(f"Checked: the reply keeps to {name} that was asked for."))
    else:
        st.caption(safe_label(f"Checked: the reply does not keep to {name}: {checked.problem}"))
