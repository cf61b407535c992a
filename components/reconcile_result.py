"""The verdict on a usage file, and both sides of every day and model, those that differ first."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import streamlit as st

from components import usage_table
from components.model_export import BYTE_ORDER_MARK
from components.safe_text import safe_label
from components.state import Session
from components.usage_table import Column, Columns
from parley.pricing.wording import UNKNOWN_FIGURE, sign_of, write_money
from parley.reconcile.columns import Field
from parley.reconcile.explaining import Explained
from parley.reconcile.exporting import as_csv
from parley.reconcile.pairs import Pair
from parley.reconcile.reconciling import Reconciliation
from parley.reconcile.wording import left_out_words, uncompared_words

VIEW = "reconcile"
WORDS_MAX_CHARS = 2_000
ALL_MODELS = "all models"
_HEADS = {
    Field.REQUESTS: "Calls",
    Field.INPUT: "Input",
    Field.CACHED: "Cached",
    Field.OUTPUT: "Output",
    Field.COST: "Cost",
}
_HELP = "One figure where both sides agree, else here → in the file; – is unknown"


def show(session: Session, result: Reconciliation) -> None:
    """Draw it, with the button for the file."""
    st.markdown(f"**{safe_label(result.verdict, WORDS_MAX_CHARS)}**")
    for words in notes(result):
        st.caption(safe_label(words, WORDS_MAX_CHARS))
    lines = sorted(result.pairs, key=lambda one: not one.why)
    alt = f"{len(lines):,} days and models, here and in the file"
    usage_table.show(session, VIEW, columns_of(result), lines, alt=alt)
    st.download_button(
        "CSV",
        lambda: f"{BYTE_ORDER_MARK}{as_csv(lines)}".encode("utf-8", "replace"),
        file_name="reconciled.csv",
        mime="text/csv",
        key="download-reconciled",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help="Both sides of every figure, with the difference and why",
    )


def notes(result: Reconciliation) -> list[str]:
    """What was compared and what was not; plain text."""
    first, last = result.theirs.first_day, result.theirs.last_day
    words = [
        f"Compared: {first} to {last}, the days of the file ({result.columns.zone}); "
        "the ledger of other days is not looked at."
    ]
    unknown = uncompared_words(result.pairs)
    return [*words, *([unknown] if unknown else []), *left_out_words(result.theirs)]


def columns_of(result: Reconciliation) -> Columns[Explained]:
    """The columns: figures only where the file tells them."""
    figures = {
        str(one): Column[Explained](_HEADS[one], 150, partial(_sides, one), help=_HELP)
        for one in result.columns.compared
    }
    return {
        "day": Column("Day", 100, lambda one: one.pair.day.isoformat(), _day),
        "model": Column("Model", 220, lambda one: one.pair.model or ALL_MODELS),
        "result": Column("Result", 110, lambda one: one.pair.side),
        "why": Column("Why", 520, lambda one: " ".join(why.words for why in one.why)),
        **figures,
        "cost_difference": Column(
            "Difference", 110, _cost_difference, _cost_delta, help="US dollars"
        ),
    }


def _day(one: Explained) -> Decimal:
    return Decimal(one.pair.day.toordinal())


def _cost_delta(one: Explained) -> Decimal | None:
    return one.pair.deltas.get(Field.COST)


def _cost_difference(one: Explained) -> str:
    delta = _cost_delta(one)
    if delta is None:
        return UNKNOWN_FIGURE
    is_rounding = delta and Field.COST not in one.pair.differing
    return "$0, rounded" if is_rounding else f"{'+' if delta > 0 else ''}{write_money(delta)}"


def _sides(figure: Field, one: Explained) -> str:
    """Here and there, or one figure where they agree."""
    pair = one.pair
    here, there = _here(figure, pair), pair.theirs.figures.get(figure)
    ours = pair.our_figures.get(figure) if pair.is_here else None
    if figure in pair.compared and figure not in pair.differing and pair.is_here and pair.is_there:
        return here
    written = _written(figure, there)
    if written == _written(figure, ours) and ours != there:
        # Both are rounded to the same text; the difference lies further behind.
        return f"{_exact(ours)} → {_exact(there)}"
    return f"{here} → {written}"


def _here(figure: Field, pair: Pair) -> str:
    if not pair.is_here:
        return UNKNOWN_FIGURE
    value = pair.our_figures.get(figure)
    sign = "" if value is None else sign_of(pair.ours.state(figure))
    return f"{sign}{_written(figure, value)}"


def _written(figure: Field, value: Decimal | None) -> str:
    if value is None:
        return UNKNOWN_FIGURE
    return write_money(value) if figure is Field.COST else f"{value:,}"


def _exact(value: Decimal | None) -> str:
    return UNKNOWN_FIGURE if value is None else f"${value:f}"
