"""The rows of the ledger themselves: a table of calls in pages, the receipt of a chosen one, and all of them as files.

The chosen call is named in the address by its id; a row's number means another call as soon as one more is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import streamlit as st

from components import notices, usage_calls_export, usage_calls_pages, usage_calls_words
from components.receipt import show as show_receipt
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import CONVERSATION_PARAMETER, Session
from components.usage_calls_pages import Shown
from parley.conversation import LedgerEntry, Message, Request, Role
from parley.errors import StoreError
from parley.wanted_calls import Wanted

TABLE = "usage-calls"
PARAMETER = "call"
NOTHING_HERE = "No call is within these filters."
HOW_TO_CHOOSE = "Choose a row to see its receipt."
ELSEWHERE = f"The call that was chosen is not among these rows. {HOW_TO_CHOOSE}"
ALONE = "This call belongs to no conversation."
GONE = "The conversation of this call is not here any more; what it cost stays in the ledger."
TITLE_MAX_CHARS = 60


@dataclass(frozen=True)
class Column:
    """One column of the table."""

    label: str
    width: int
    written: Callable[[LedgerEntry], str]
    """Plain text; what is unknown is "–"."""
    is_figure: bool = False


COLUMNS = {
    "cost": Column("Cost", 90, usage_calls_words.cost, True),
    "model": Column("Model", 210, usage_calls_words.model),
    "in": Column("In", 75, lambda call: usage_calls_words.tokens(call, "input"), True),
    "cached": Column("Cached", 75, lambda call: usage_calls_words.tokens(call, "cached"), True),
    "out": Column("Out", 75, lambda call: usage_calls_words.tokens(call, "output"), True),
    "reasoning": Column(
        "Reasoning", 85, lambda call: usage_calls_words.tokens(call, "reasoning"), True
    ),
    "ended": Column("How it ended", 200, usage_calls_words.ended),
    "kind": Column("Kind", 90, usage_calls_words.kind),
    "endpoint": Column("Endpoint", 130, lambda call: call.request.endpoint),
    "first": Column("To first token", 110, usage_calls_words.first_token, True),
}


def show(services: Services, owner: str, session: Session, wanted: Wanted) -> None:
    """Draw the calls that are wanted."""
    try:
        _view(services, owner, session, wanted)
    except StoreError as unreadable:
        notices.show(unreadable.notice, key="usage-calls-notice")


def _view(services: Services, owner: str, session: Session, wanted: Wanted) -> None:
    shown = usage_calls_pages.read(services.store, owner, session, wanted)
    if not shown.calls:
        st.info(NOTHING_HERE)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(safe_label(shown.words), width="content")
        usage_calls_export.show(services.store, owner, wanted)
    _table(session, shown, wanted)
    usage_calls_pages.show_moves(session, shown)
    chosen = _chosen(session, shown.calls)
    if chosen is None:
        st.caption(ELSEWHERE if session.asked(PARAMETER) else HOW_TO_CHOOSE)
        return
    _receipt(services, owner, chosen)


def _table(session: Session, shown: Shown, wanted: Wanted) -> None:
    zone = timezone(timedelta(minutes=wanted.utc_offset_min))
    columns = {"time": Column("Sent", 150, partial(_time, zone)), **COLUMNS}
    _mark(session, shown.calls)
    st.dataframe(
        {name: [plain(one.written(call)) for call in shown.calls] for name, one in columns.items()},
        key=session.field(TABLE),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(
                one.label, width=one.width, alignment="right" if one.is_figure else "left"
            )
            for name, one in columns.items()
        },
        on_select=partial(_clicked, session, shown.calls),
        # With columns to pick, the browser does not sort by itself: it would sort this page alone.
        selection_mode=("single-row", "single-cell", "single-column"),
        alt=f"Calls, {shown.words}",
    )


def _time(zone: timezone, call: LedgerEntry) -> str:
    """By the clock that the days of the filters are told by."""
    sent_at: datetime = call.request.sent_at.astimezone(zone)
    return f"{sent_at:%Y-%m-%d %H:%M:%S}"


def _chosen(session: Session, calls: Sequence[LedgerEntry]) -> LedgerEntry | None:
    asked = session.asked(PARAMETER)
    return next((call for call in calls if call.request.attempt_id == asked), None)


def _mark(session: Session, calls: Sequence[LedgerEntry]) -> None:
    """Mark the row of the chosen call, wherever newer ones have moved it."""
    rows = [row for row, call in enumerate(calls) if call is _chosen(session, calls)]
    marked = {"rows": rows, "columns": [], "cells": []}
    if _selection(session) != marked:
        session.set_widget(session.field(TABLE), {"selection": marked})


def _selection(session: Session) -> dict[str, list[Any]]:
    state = session.widget(session.field(TABLE))
    chosen = state["selection"] if state else {}
    return {part: list(chosen.get(part, ())) for part in ("rows", "columns", "cells")}


def _clicked(session: Session, calls: Sequence[LedgerEntry]) -> None:
    """A cell of a row was clicked, or a row's tick set or taken away; a head does nothing."""
    selection = _selection(session)
    if selection["columns"]:
        session.renew(TABLE)
        return
    rows = [row for row, _ in selection["cells"]] or selection["rows"]
    picked = calls[rows[0]].request.attempt_id if rows and rows[0] < len(calls) else None
    session.ask(PARAMETER, picked)
    if picked is not None:
        session.set_widget(f"receipt-{picked}", True)


def _receipt(services: Services, owner: str, call: LedgerEntry) -> None:
    """With the other attempts at the same reply, as far as they count for it."""
    request = call.request
    alike = services.store.ledger(owner, reply_ids=[request.reply_id])
    others = [one for one in alike if one.request.attempt_id != request.attempt_id]
    show_receipt(_message_of(services, owner, request), [*others, call], lambda: None)
    _way_to_conversation(services, owner, request)


def _message_of(services: Services, owner: str, request: Request) -> Message:
    """What it wrote; of a probe, or once that was deleted, an empty one. Each attempt has a receipt of its own."""
    kept = services.store.message(owner, request.reply_id)
    return Message(
        id=request.attempt_id,
        conversation_id=request.conversation_id,
        parent_id=None,
        role=Role.ASSISTANT,
        text="",
        tool_calls=kept.tool_calls if kept else (),
    )


def _way_to_conversation(services: Services, owner: str, request: Request) -> None:
    if not request.conversation_id:
        st.caption(ALONE)
        return
    conversation = services.store.conversation(owner, request.conversation_id)
    if conversation is None:
        st.caption(GONE)
        return
    st.page_link(
        "chat.py",
        label=f"Open “{safe_label(conversation.title, TITLE_MAX_CHARS)}” in Chat",
        icon=":material/chat:",
        query_params={CONVERSATION_PARAMETER: conversation.id},
    )
