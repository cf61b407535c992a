"""A table of models with what they cost, page by page: a click on a head sorts all of it, the order is in the address.

The browser does not sort by itself: it would sort one page alone, and amounts of money as the texts that they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Generic, TypeVar

import streamlit as st

from components.model_table import PAGE_ROWS
from components.safe_text import plain
from components.state import Session
from parley.pricing.wording import UNKNOWN_FIGURE, write_money

ORDER = "order"

Line = TypeVar("Line")


@dataclass(frozen=True)
class Column(Generic[Line]):
    """One column."""

    label: str
    width: int
    written: Callable[[Line], str]
    """Plain text; what is unknown is "–"."""
    figure: Callable[[Line], Decimal | None] | None = None
    """What a click on its head sorts by; without one it cannot be sorted by."""
    help: str | None = None


Columns = Mapping[str, Column[Line]]


def show(
    session: Session, name: str, columns: Columns[Line], lines: Sequence[Line], *, alt: str
) -> None:
    """Draw a page of the table, in the order of the address, else in that of `lines`. `name`: its key."""
    order = asked_order(session, columns)
    part = _page(session, f"{name}-page", len(lines))
    shown = in_order(lines, columns, order)[part]
    st.dataframe(
        {column: [plain(one.written(line)) for line in shown] for column, one in columns.items()},
        key=session.field(name),
        hide_index=True,
        column_config={
            column: st.column_config.TextColumn(
                f"{one.label}{_arrow(column, order)}",
                width=one.width,
                help=one.help,  # trusted: a sentence of ours
                alignment="right" if one.figure else "left",
            )
            for column, one in columns.items()
        },
        on_select=partial(_clicked, session, name, columns),
        selection_mode="single-column",
        placeholder=UNKNOWN_FIGURE,
        alt=alt,
    )
    _page_picker(f"{name}-page", part, len(lines))


def asked_order(session: Session, columns: Columns[Line]) -> str | None:
    """The column that the address sorts by, with "-" before it where the largest figure comes first."""
    asked = session.asked(ORDER)
    column = columns.get((asked or "").removeprefix("-"))
    return asked if column is not None and column.figure is not None else None


def in_order(lines: Sequence[Line], columns: Columns[Line], order: str | None) -> list[Line]:
    """The lines sorted by that column; those whose figure is not known come last, whichever way."""
    figure = columns[order.removeprefix("-")].figure if order else None
    if figure is None or order is None:
        return list(lines)
    each = [(figure(line), number) for number, line in enumerate(lines)]
    known = sorted((found, number) for found, number in each if found is not None)
    if order.startswith("-"):
        known.reverse()
    unknown = [lines[number] for found, number in each if found is None]
    return [*(lines[number] for _, number in known), *unknown]


def _arrow(column: str, order: str | None) -> str:
    return {column: " ↑", f"-{column}": " ↓"}.get(order or "", "")


def _clicked(session: Session, name: str, columns: Columns[Line]) -> None:
    state: Any = session.widget(session.field(name))
    heads = state["selection"]["columns"] if state else []
    # The browser would go on holding the head for picked, and the next click on it would tell nothing.
    session.renew(name)
    if heads and heads[0] in columns and columns[heads[0]].figure is not None:
        now = asked_order(session, columns)
        session.ask(ORDER, f"-{heads[0]}" if now == heads[0] else heads[0])


def _page(session: Session, key: str, rows: int) -> slice:
    """The lines of the page that was chosen; another list may have fewer pages."""
    number = session.widget(key) or 1
    if not 1 <= number <= _pages(rows):
        number = 1
        session.set_widget(key, number)
    return slice((number - 1) * PAGE_ROWS, number * PAGE_ROWS)


def _pages(rows: int) -> int:
    return max(1, -(-rows // PAGE_ROWS))


def _page_picker(key: str, part: slice, rows: int) -> None:
    if _pages(rows) > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{part.start + 1:,} to {min(part.stop, rows):,} of {rows:,}")
            st.pagination(_pages(rows), key=key)


def range_words(least: Decimal | None, most: Decimal | None) -> str:
    """
    >>> range_words(Decimal("0.5"), Decimal(1)), range_words(Decimal("0.5"), None), range_words(Decimal(1), Decimal(1))
    ('$0.50 to $1.00', 'from $0.50', '–')
    """
    if least is None or least == most:
        return UNKNOWN_FIGURE
    if most is None:
        return f"from {write_money(least)}"
    ends = write_money(least), write_money(most)
    return f"≈{ends[0]}" if ends[0] == ends[1] else " to ".join(ends)


def holds_words(too_long_from: int | None, holds_all: bool | None) -> str:
    """
    >>> holds_words(7, False), holds_words(None, True), holds_words(None, None)
    ('not from turn 7 on', 'every turn', '–')
    """
    if too_long_from is not None:
        return f"not from turn {too_long_from:,} on"
    return "every turn" if holds_all else UNKNOWN_FIGURE
