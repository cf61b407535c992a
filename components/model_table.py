"""The models as a table, page by page: a click on a head sorts all of them, a click on a row picks its model.

The picked model is named in the address by its id; a row's number means another model under other filters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st

from components import table_columns
from components.filter_widgets import PAGE, SEARCH, ask
from components.state import Session
from parley.frames import Frame
from parley.model_query.controls import CONTROLS
from parley.model_query.query import ModelQuery

TABLE = "model-table"
STAR = "model-star"
PAGE_ROWS = 150
"""So many lines are sent at once: all of ten thousand would be megabytes for every click."""

Star = Callable[[str], object]
"""Makes a favourite of a model, or takes it back."""


@dataclass(frozen=True)
class Drawn:
    """What a click on the table means, as the table was when it was drawn."""

    session: Session
    query: ModelQuery
    ids: tuple[str, ...]
    star: Star


def show(session: Session, query: ModelQuery, found: Frame, star: Star) -> None:
    """Draw a page of the table; a click on a row opens the details of its model, one on its star keeps it."""
    lines = found.iloc[_page(session, len(found))]
    drawn = Drawn(session, query, tuple(lines["id"]), star)
    cells = table_columns.cells_of(lines, datetime.now(UTC).date())
    shown = table_columns.shown(session, cells)
    _mark(session, drawn.ids)
    with st.container(key=TABLE):
        st.dataframe(
            cells[shown],
            key=session.field(TABLE),
            hide_index=True,
            column_config=table_columns.config(
                shown, query, key=STAR, on_click=starred, args=(drawn,)
            ),
            on_select=partial(clicked, drawn),
            # With columns to pick, the browser does not sort by itself: it would sort this page alone.
            selection_mode=("single-row", "single-cell", "single-column"),
            placeholder="–",
            alt="Models of the endpoint",
        )
    _page_picker(session, len(found))
    if session.inspected_model is None:
        st.caption(
            "Click a row to see everything that is known about that model. "
            "Prices are US dollars per million tokens."
        )


def _page(session: Session, rows: int) -> slice:
    """The lines of the page that was chosen; another question may have fewer pages."""
    number = session.widget(PAGE) or 1
    if not 1 <= number <= _pages(rows):
        number = 1
        session.set_widget(PAGE, number)
    return slice((number - 1) * PAGE_ROWS, number * PAGE_ROWS)


def _pages(rows: int) -> int:
    return max(1, -(-rows // PAGE_ROWS))


def _page_picker(session: Session, rows: int) -> None:
    if _pages(rows) > 1:
        part = _page(session, rows)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{part.start + 1:,} to {min(part.stop, rows):,} of {rows:,}")
            st.pagination(_pages(rows), key=PAGE)


def clicked(drawn: Drawn) -> None:
    """A head or a part of a row was clicked, or a row's tick taken away."""
    selection = _selection(drawn.session)
    if selection["columns"]:
        _sort(drawn, selection["columns"][0])
        return
    if any(column == table_columns.FAVOURITE for _, column in selection["cells"]):
        return
    # A click on any cell picks its row; the tick box alone would be a small thing to hit.
    rows = [row for row, _ in selection["cells"]] or selection["rows"]
    picked = drawn.ids[rows[0]] if rows and rows[0] < len(drawn.ids) else None
    drawn.session.inspected_model = picked


def starred(drawn: Drawn) -> None:
    """The star of a row was clicked."""
    click = drawn.session.widget(STAR)
    if click and click["row"] < len(drawn.ids):
        drawn.star(drawn.ids[click["row"]])


def _sort(drawn: Drawn, column: str) -> None:
    # The browser would go on holding the head for picked, and the next click on it would tell nothing.
    drawn.session.renew(TABLE)
    order = table_columns.order_after_click(drawn.query, column)
    if order is not None:
        text = drawn.session.widget(SEARCH) or ""
        ask(drawn.session, CONTROLS["sort"].rewrite(text, order))


def _mark(session: Session, ids: tuple[str, ...]) -> None:
    """Mark the row of the model whose details are open, wherever the filters have moved it."""
    model_id = session.inspected_model
    rows = [ids.index(model_id)] if model_id in ids else []
    marked = {"rows": rows, "columns": [], "cells": []}
    if _selection(session) != marked:
        session.set_widget(session.field(TABLE), {"selection": marked})


def _selection(session: Session) -> dict[str, list[Any]]:
    state = session.widget(session.field(TABLE))
    chosen = state["selection"] if state else {}
    return {part: list(chosen.get(part, ())) for part in ("rows", "columns", "cells")}
