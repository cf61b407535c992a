"""The verdict on a usage file, and both sides of every day and model, those that differ first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import streamlit as st

from components import usage_table
from components.model_export import BYTE_ORDER_MARK
from components.safe_text import plain, safe_label
from components.state import Session
from components.usage_table import Column, Columns
from parley.pricing.wording import UNKNOWN_FIGURE, sign_of, write_money
from parley.reconcile.columns import Field
from parley.reconcile.explaining import Explained
from parley.reconcile.exporting import as_csv
from parley.reconcile.pairs import Pair
from parley.reconcile.reconciling import Reconciliation
from parley.reconcile.wording import left_out_words, total_words, uncompared_words

VIEW = "reconcile"
WORDS_MAX_CHARS = 2_000
ALL_MODELS = "all models"
MOST_REASONS = 30
_HEADS = {
    Field.REQUESTS: "Calls",
    Field.INPUT: "Input",
    Field.CACHED: "Cached",
    Field.OUTPUT: "Output",
    Field.COST: "Cost",
}
_WIDTHS = {Field.REQUESTS: 70}
_HELP = "One figure where both sides agree, else here → in the file; – is unknown"


def show(session: Session, result: Reconciliation) -> None:
    """Draw it, with the button for the file."""
    st.markdown(f"**{safe_label(result.verdict, WORDS_MAX_CHARS)}**")
    for words in notes(result):
        st.caption(safe_label(words, WORDS_MAX_CHARS))
    lines = sorted(result.pairs, key=lambda one: not one.why)
    alt = f"{len(lines):,} days and models, here and in the file"
    usage_table.show(session, VIEW, columns_of(result), lines, alt=alt)
    _reasons([one for one in lines if one.why])
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
    sums = (total_words(result.pairs), uncompared_words(result.pairs))
    return [*words, *(one for one in sums if one), *left_out_words(result.theirs)]


def why_words(one: Explained) -> str:
    return " ".join(why.words for why in one.why)


def _reasons(differing: Sequence[Explained]) -> None:
    """In full, where a cell of the table would cut them."""
    if not differing:
        return
    with st.expander("Why, line by line", icon=":material/troubleshoot:", key="reconcile-why"):
        for one in differing[:MOST_REASONS]:
            words = f"{one.pair.day} {one.pair.model or ALL_MODELS}: {why_words(one)}"
            st.text(plain(words)[:WORDS_MAX_CHARS])
        if len(differing) > MOST_REASONS:
            st.caption(f"The first {MOST_REASONS} of {len(differing):,}; the CSV has all.")


def columns_of(result: Reconciliation) -> Columns[Explained]:
    """The columns: figures only where the file tells them."""
    figures = {
        str(one): Column[Explained](
            _HEADS[one], _WIDTHS.get(one, 130), partial(_sides, one), help=_HELP
        )
        for one in result.columns.compared
    }
    return {
        "day": Column("Day", 100, lambda one: one.pair.day.isoformat(), _day),
        "model": Column("Model", 230, lambda one: one.pair.model or ALL_MODELS),
        "result": Column("Result", 95, lambda one: one.pair.side),
        "cost_difference": Column(
            "Difference", 100, _cost_difference, _cost_delta, help="US dollars"
        ),
        **figures,
        "why": Column("Why", 520, why_words),
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
