"""The columns that the table of models can have: what each is called, what its cells say, which are shown at first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isnan
from typing import Any

import streamlit as st

from components.state import Session
from parley.catalog.retirement import days_left
from parley.frames import Frame
from parley.model_query.controls import order_word
from parley.model_query.fields import sort_fields
from parley.model_query.query import ModelQuery
from parley.pricing.wording import write_money

PARAMETER = "cols"
"""In the address: the columns, once for each, unless they are those that are shown at first."""
PICKER = "columns"
FAVOURITE = "favourite"
STARS = {True: "★", False: "☆"}

_PRICE = "US dollars per million tokens; – is unknown"
_TOKENS = "Tokens; – is unknown"
_Config = Callable[..., Any]


@dataclass(frozen=True)
class Column:
    """One column of the table."""

    label: str
    config: _Config
    at_first: bool = False
    quiet: bool = False
    """Left out of those that are shown at first while it has nothing to say."""
    options: Mapping[str, Any] | None = None


def _text(label: str, width: int, *, help: str | None = None, **shown: bool) -> Column:  # noqa: A002 Streamlit's word
    options = {"width": width, "help": help}
    return Column(label, st.column_config.TextColumn, options=options, **shown)


def _number(label: str, width: int, format: str, help: str, **shown: bool) -> Column:  # noqa: A002 Streamlit's words
    options = {"width": width, "format": format, "help": help}
    return Column(label, st.column_config.NumberColumn, options=options, **shown)


COLUMNS: Mapping[str, Column] = {
    FAVOURITE: Column(
        "★",
        st.column_config.ButtonColumn,
        at_first=True,
        options={"width": 45, "type": "tertiary", "help": "A click makes a favourite of the model"},
    ),
    "id": _text("Model id", 260, at_first=True),
    "name": _text("Name", 150, at_first=True, quiet=True),
    "publisher": _text("Publisher", 100, at_first=True),
    "family": _text("Family", 90),
    "context_window": _number("Context", 90, "localized", _TOKENS, at_first=True),
    "input_per_mtok": _number("Input $", 75, "$%g", _PRICE, at_first=True),
    "cached_input_per_mtok": _number(
        "Cached $", 80, "$%g", f"Input that the service has cached. {_PRICE}", at_first=True
    ),
    "output_per_mtok": _number("Output $", 80, "$%g", _PRICE, at_first=True),
    "monthly_cost": _text(
        "A month",
        95,
        help="What your use would cost in a month, by the tokens and requests that you gave",
        at_first=True,
        quiet=True,
    ),
    "differs": _text(
        "≠", 110, help="Sources say different things of these facts", at_first=True, quiet=True
    ),
    "price_note": _text("Price note", 90, at_first=True, quiet=True),
    "params_total": _number(
        "Params", 75, "compact", "Parameters; – is unknown", at_first=True, quiet=True
    ),
    "params_active": _number("Active", 75, "compact", "Active parameters; – is unknown"),
    "quantization": _text("Quantization", 100),
    "modalities": _text("Takes", 110, at_first=True),
    "capabilities": _text("Capabilities", 190, at_first=True),
    "variants": _text("Variants", 110, at_first=True, quiet=True),
    "kind": _text("Kind", 90, at_first=True, quiet=True),
    "lifecycle": _text("Lifecycle", 130, at_first=True),
    "days_left": _number(
        "Days left", 80, "localized", "Until its announced retirement", at_first=True, quiet=True
    ),
    "max_output_tokens": _number("Longest output", 110, "localized", _TOKENS),
    "released_on": Column("Released", st.column_config.DateColumn, options={"width": 95}),
    "version_date": Column("Dated by id", st.column_config.DateColumn, options={"width": 95}),
    "price_source": _text("Price from", 180),
    "price_as_of": Column("Price of", st.column_config.DateColumn, options={"width": 95}),
}
AT_FIRST = tuple(name for name, column in COLUMNS.items() if column.at_first)
SORTED_BY = {column: name for name, (column, _) in sort_fields().items()}
"""Column → the name to sort by it."""


def pick(session: Session) -> None:
    """Draw the choice of columns."""
    wanted = list(_wanted(session))
    if session.widget(PICKER) != wanted:
        session.set_widget(PICKER, wanted)
    with st.popover("Columns", icon=":material/view_column:", type="tertiary"):
        st.multiselect(
            "Columns in the table",
            list(COLUMNS),
            key=PICKER,
            format_func=lambda name: COLUMNS[name].label,
            placeholder="As at first",
            on_change=_picked,
            args=(session,),
        )


def _picked(session: Session) -> None:
    chosen = session.widget(PICKER) or []
    if chosen and tuple(chosen) != AT_FIRST:
        session.ask_all(PARAMETER, chosen)
    else:
        session.ask(PARAMETER, None)


def _wanted(session: Session) -> tuple[str, ...]:
    """What the address names, else what is shown at first; a column that does not exist is left out."""
    named = dict.fromkeys(name for name in session.asked_all(PARAMETER) if name in COLUMNS)
    return tuple(named) or AT_FIRST


def shown(session: Session, cells: Frame) -> list[str]:
    """The columns of the table; of those that nobody picked, the ones that would say nothing are left out."""
    wanted = _wanted(session)
    if wanted != AT_FIRST:
        return list(wanted)
    return [name for name in wanted if not (COLUMNS[name].quiet and _says_nothing(cells, name))]


def _says_nothing(cells: Frame, name: str) -> bool:
    column = cells[name].fillna("chat").eq("chat") if name == "kind" else cells[name].isna()
    return bool(column.all())


def config(names: Iterable[str], query: ModelQuery, **star: Any) -> dict[str, Any]:
    """How Streamlit draws these columns; the one that the list is sorted by has an arrow.

    `star`: key and callback of the buttons that make a favourite.
    """
    arrows = {order.column: " ↓" if order.descending else " ↑" for order in query.orders[:1]}
    return {
        name: COLUMNS[name].config(
            f"{COLUMNS[name].label}{arrows.get(name, '')}",
            **(COLUMNS[name].options or {}),
            **(star if name == FAVOURITE else {}),
        )
        for name in names
    }


def order_after_click(query: ModelQuery, column: str) -> str | None:
    """What to sort by after a click on a column's head: by it, and with another click the other way round."""
    name = SORTED_BY.get(column)
    now = order_word(query.orders[0]) if query.orders else None
    return f"-{name}" if name and now == name else name


def cells_of(found: Frame, today: date) -> Frame:
    """What the reader sees: lists as text, so that unknown is "–" there too."""
    shown = found.reset_index(drop=True)
    texts: dict[str, Any] = {
        FAVOURITE: [STARS[bool(starred)] for starred in found["favourite"]],
        "modalities": [_listed(names) for names in found["modalities"]],
        "capabilities": [_listed(names) for names in found["capabilities"]],
        "variants": [_listed(names) for names in found["variants"]],
        "differs": [f"≠ {listed}" if (listed := _listed(n)) else None for n in found["differs"]],
        "lifecycle": [
            _lifecycle(stage, day)
            for stage, day in zip(found["lifecycle"], found["retired_on"], strict=True)
        ],
        "days_left": shown["retired_on"]
        .map(lambda day: days_left(day, today) if isinstance(day, date) else None)
        .astype("Int64"),
        "monthly_cost": [_monthly(cost) for cost in found["monthly_cost"]],
        "price_note": [
            _price_note(refused, is_priced)
            for refused, is_priced in zip(
                found["price_refused"], found["output_per_mtok"].notna(), strict=True
            )
        ],
    }
    return shown.assign(**texts)


def _listed(names: list[str]) -> str | None:
    return ", ".join(names).replace("_", " ") or None


def _price_note(refused: bool, is_priced: bool) -> str | None:
    """A price that cannot be true is said, though another source gives one that can."""
    if not refused:
        return None
    return "another refused" if is_priced else "refused"


def _monthly(cost: float) -> str | None:
    """An assumption, and so not certain. A cost below a cent is not nothing, so it is not cut to two places."""
    return None if isnan(cost) else f"≈{write_money(Decimal(str(cost)))}"


def _lifecycle(stage: object, day: object) -> str | None:
    if not isinstance(stage, str):
        return None
    return f"{stage} {day.isoformat()}" if isinstance(day, date) else stage
