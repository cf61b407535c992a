"""The models as a table: one line each, sorted by a click on a column's head, one row picked at a time.

The picked model is named in the address by its id; a row's number means another model under other filters.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from components.state import Session
from parley.frames import Frame

TABLE = "model-table"

_PRICE_HELP = "US dollars per million tokens; – is unknown"
_COLUMNS = {
    "id": st.column_config.TextColumn("Model id", width=260),
    "name": st.column_config.TextColumn("Name", width=150),
    "publisher": st.column_config.TextColumn("Publisher", width=100),
    "context_window": st.column_config.NumberColumn(
        "Context", format="localized", help="Tokens; – is unknown", width=90
    ),
    "input_per_mtok": st.column_config.NumberColumn(
        "Input $", format="$%g", help=_PRICE_HELP, width=75
    ),
    "cached_input_per_mtok": st.column_config.NumberColumn(
        "Cached $",
        format="$%g",
        help=f"Input that the service has cached. {_PRICE_HELP}",
        width=80,
    ),
    "output_per_mtok": st.column_config.NumberColumn(
        "Output $", format="$%g", help=_PRICE_HELP, width=80
    ),
    "kind": st.column_config.TextColumn("Kind", width=90),
    "modalities": st.column_config.TextColumn("Takes", width=110),
    "capabilities": st.column_config.TextColumn("Capabilities", width=190),
    "lifecycle": st.column_config.TextColumn("Lifecycle", width=130),
    "price_note": st.column_config.TextColumn("Price note", width=90),
}


def show(session: Session, found: Frame) -> None:
    """Draw the table; a click on a row opens the details of its model."""
    ids = tuple(found["id"])
    _mark(session, ids)
    st.dataframe(
        displayed(found),
        key=TABLE,
        hide_index=True,
        column_config=_COLUMNS,
        on_select=partial(row_picked, session, ids),
        selection_mode=("single-row", "single-cell"),
        placeholder="–",
        alt="Models of the endpoint",
    )


def displayed(found: Frame) -> Frame:
    """What the reader sees: lists as text, so that unknown is "–" there too; columns that say nothing left out."""
    texts: dict[str, Any] = {
        "modalities": [", ".join(names) or None for names in found["modalities"]],
        "capabilities": [
            ", ".join(names).replace("_", " ") or None for names in found["capabilities"]
        ],
        "lifecycle": [
            f"{stage} {day.isoformat()}" if stage and day else stage or None
            for stage, day in zip(found["lifecycle"], found["retired_on"], strict=True)
        ],
        "price_note": ["refused" if refused else None for refused in found["price_refused"]],
    }
    shown = found.reset_index(drop=True).assign(**texts)
    silent = {
        "name": shown["name"].isna().all(),
        "price_note": shown["price_note"].isna().all(),
        "kind": shown["kind"].fillna("chat").eq("chat").all(),
    }
    return shown[[column for column in _COLUMNS if not silent.get(column, False)]]


def row_picked(session: Session, ids: tuple[str, ...]) -> None:
    """A row was clicked, or its tick taken away. `ids` are the rows as they were then."""
    rows = _rows(session)
    session.inspected_model = ids[rows[0]] if rows and rows[0] < len(ids) else None


def _mark(session: Session, ids: tuple[str, ...]) -> None:
    """Mark the row of the model whose details are open, wherever the filters have moved it."""
    model_id = session.inspected_model
    rows = [ids.index(model_id)] if model_id in ids else []
    marked = {"rows": rows, "columns": [], "cells": []}
    if _selection(session) != marked:
        session.set_widget(TABLE, {"selection": marked})


def _rows(session: Session) -> list[int]:
    """A click on any cell picks its row; the tick box alone would be a small thing to hit."""
    selection = _selection(session)
    return [row for row, _ in selection["cells"]] or selection["rows"]


def _selection(session: Session) -> dict[str, list[Any]]:
    state = session.widget(TABLE)
    chosen = state["selection"] if state else {}
    return {part: list(chosen.get(part, ())) for part in ("rows", "columns", "cells")}
