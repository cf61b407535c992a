"""Two to six models side by side, compactly: what differs is marked, the best value bold, the rest in percent.

Which ones are compared stands in the address, so that a comparison can be sent to somebody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from components.model_facts import DIFFERS, LABELS, breakable, fact_lines, origin, write_fact
from components.safe_text import safe_label
from components.state import Session
from parley.catalog.model import MAX_ID_CHARS, Fact, Model
from parley.comparing import FEWEST, MONTHLY, MOST, RATES, Cell, Row, compare, write_percent
from parley.pricing.monthly import Use
from parley.pricing.wording import UNKNOWN_FIGURE, write_money, write_rate

PARAMETER = "with"
PICKER = "compare-picker"
DIFFERENCES_ONLY = "compare-differences"
MOST_OFFERED = 500
"""More choices than this nobody reads, and each of them is sent to the browser."""
NOTE_MAX_CHARS = 1_000

_DISPUTED = "†"
_ROW_LABELS = {
    **LABELS,
    MONTHLY: "Your use, a month",
    "input_per_mtok": "Input, per million tokens",
    "cached_input_per_mtok": "Cached input, per million",
    "output_per_mtok": "Output, per million tokens",
}
_LEGEND = (
    f"{DIFFERS} the models differ · bold is the best of the row · percentages are against the first · "
    f"{UNKNOWN_FIGURE} unknown · {_DISPUTED} the sources of this model disagree"
)


def asked(session: Session) -> list[str]:
    """The ids that the address names, each once and no more than can be compared."""
    ids = dict.fromkeys(session.asked_all(PARAMETER))
    return [model_id for model_id in ids if 0 < len(model_id) <= MAX_ID_CHARS][:MOST]


def show(
    session: Session,
    models: Sequence[Model],
    offered: Sequence[str],
    *,
    use: Use | None = None,
    fetched_on: date | None = None,
) -> None:
    """Draw the picker and the table.

    `offered`: ids of those of `models` that the filters leave; they can be picked, besides the ones that already are.
    `fetched_on`: the day of the endpoint's own list, which dates what that says.
    """
    wanted = asked(session)
    by_id = {model.id: model for model in models if model.id in wanted}
    chosen = [by_id[model_id] for model_id in wanted if model_id in by_id]
    _picker(session, [model.id for model in chosen], offered)
    _explain([model_id for model_id in wanted if model_id not in by_id])
    if len(chosen) < FEWEST:
        st.caption(f"Choose {FEWEST} to {MOST} models to see where they differ.")
        return
    _table(chosen, compare(chosen, use))
    _footnotes(chosen, use, fetched_on)


def toggle(session: Session, model_id: str) -> None:
    """Draw the button that puts a model into the comparison or takes it out."""
    ids = asked(session)
    is_in, is_full = model_id in ids, len(ids) >= MOST
    st.button(
        "Leave the comparison" if is_in else "Compare",
        icon=":material/compare_arrows:",
        key="compare-model",
        disabled=is_full and not is_in,
        help=f"{MOST} models are being compared already." if is_full and not is_in else None,
        on_click=_toggled,
        args=(session, model_id),
    )


def _toggled(session: Session, model_id: str) -> None:
    ids = asked(session)
    others = [other for other in ids if other != model_id]
    session.ask_all(PARAMETER, others if model_id in ids else [*ids, model_id][:MOST])


def _picker(session: Session, chosen: list[str], offered: Sequence[str]) -> None:
    """The address is what counts: the box is set to it before it is drawn."""
    if session.widget(PICKER) != chosen:
        session.set_widget(PICKER, chosen)
    st.multiselect(
        "Models to compare",
        list(dict.fromkeys([*chosen, *offered[:MOST_OFFERED]])),
        key=PICKER,
        max_selections=MOST,
        placeholder="Choose models",
        on_change=_picked,
        args=(session,),
    )
    if len(offered) > MOST_OFFERED:
        st.caption(
            f"The first {MOST_OFFERED:,} of {len(offered):,} models can be chosen here. "
            "Filter the list to find others."
        )


def _picked(session: Session) -> None:
    session.ask_all(PARAMETER, list(session.widget(PICKER) or []))


def _explain(missing: list[str]) -> None:
    if missing:
        names = ", ".join(missing)
        st.info(safe_label(f"Not known on this endpoint, so left out: {names}.", NOTE_MAX_CHARS))


def _table(models: Sequence[Model], rows: Sequence[Row]) -> None:
    only = st.toggle("Differences only", key=DIFFERENCES_ONLY)
    shown = [row for row in rows if row.differs or not only]
    if not shown:
        st.caption("Nothing that is known of all of them differs.")
        return
    st.table(
        table_columns(models, shown),
        border="horizontal",
        hide_index=True,
        alt="The models side by side",
    )
    st.caption(_LEGEND)


def table_columns(models: Sequence[Model], rows: Sequence[Row]) -> dict[str, list[str]]:
    """Head → cells, in Markdown. A number before each id keeps two heads apart that look alike."""
    facts = [f"{DIFFERS} {_label(row)}" if row.differs else _label(row) for row in rows]
    columns = {"Fact": facts}
    for index, model in enumerate(models):
        head = safe_label(breakable(f"{index + 1} · {model.id}"), NOTE_MAX_CHARS)
        columns[head] = [_written(model, row.name, row.cells[index]) for row in rows]
    return columns


def _label(row: Row) -> str:
    return _ROW_LABELS[row.name]


def _written(model: Model, name: str, cell: Cell) -> str:
    value = safe_label(breakable(_value(model, name, cell)))
    strong = f"**{value}**" if cell.is_best else value
    marks = (write_percent(cell.percent), _DISPUTED if cell.is_disputed else "")
    return " ".join([strong, *(safe_label(mark) for mark in marks if mark)])


def _value(model: Model, name: str, cell: Cell) -> str:
    if cell.value is None:
        priced = name in RATES and name != "cached_input_per_mtok"
        return "refused" if priced and model.fact("price_refused") else UNKNOWN_FIGURE
    if name in (MONTHLY, *RATES) and model.price is not None and model.price.free:
        return "free"
    if name == MONTHLY:
        return f"≈{write_money(cell.value)}"
    return write_rate(cell.value) if name in RATES else write_fact(Fact(name, cell.value, ""))


def _footnotes(models: Sequence[Model], use: Use | None, fetched_on: date | None) -> None:
    """Where the prices come from and of when, in full: tiers and refusals have no room in a cell."""
    for number, model in enumerate(models, start=1):
        notes = price_notes(model, fetched_on) or [f"price {UNKNOWN_FIGURE}"]
        st.caption(safe_label(f"{number} · {model.id}: {'; '.join(notes)}", NOTE_MAX_CHARS))
    if use is not None:
        st.caption(
            f"A month is {use.requests_per_month:,} requests of {use.input_tokens:,} tokens in, "
            f"{use.cached_tokens:,} of them cached, and {use.output_tokens:,} out."
        )


def price_notes(model: Model, fetched_on: date | None) -> list[str]:
    """Every price that a source gives, refused ones too, with source and date; plain text."""
    labels = {LABELS["price"], LABELS["price_refused"]}
    no_notes: Mapping[str, int] = {}
    return [
        f"{line.value} ({origin(line, no_notes)})"
        for line in fact_lines(model, fetched_on)
        if line.label.partition(" (")[0] in labels
    ]
