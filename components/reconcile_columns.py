"""What the columns of a usage file mean: guessed, corrected here, and remembered for files of the same header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.pricing.wording import UNKNOWN_FIGURE
from parley.reconcile.columns import (
    COMMA,
    MOST_PAIRED,
    POINT,
    PREFERENCE,
    Columns,
    Field,
    from_json,
    to_json,
)
from parley.reconcile.reconciling import Reconciliation
from parley.reconcile.usage_file import UsageFile

UTC = "UTC"
MOST_UNMATCHED = 20
NOT_IN_FILE = ""
LABELS: Mapping[Field, str] = {
    Field.DAY: "Day",
    Field.MODEL: "Model",
    Field.REQUESTS: "Requests",
    Field.INPUT: "Input tokens",
    Field.CACHED: "Cached tokens",
    Field.OUTPUT: "Output tokens",
    Field.COST: "Cost",
    Field.CURRENCY: "Currency",
}
SWITCHES: Mapping[str, str] = {
    "input_has_cached": "Input counts cached tokens as well",
    "line_is_call": "Each line is one call",
    "in_cents": "Costs are in cents",
    "day_first": "03/04 is the 3rd of April",
}
SIGNS: Mapping[str, str] = {POINT: "1,234.5", COMMA: "1.234,5"}


class _At:
    """The file whose columns are said, and where what is said is kept."""

    def __init__(
        self, services: Services, owner: str, session: Session, file: UsageFile, now: Columns
    ) -> None:
        self.services, self.owner, self.session = services, owner, session
        self.file, self.now = file, now

    def key(self, name: str) -> str:
        """Each header has its own boxes."""
        return f"reconcile-{name}-{self.file.signature}"

    def put(self, name: str, value: object) -> str:
        """The key of a box that shows `value`."""
        key = self.key(name)
        if self.session.widget(key) != value:
            self.session.set_widget(key, value)
        return key

    def keep(self, columns: Columns) -> None:
        self.services.store.set_preference(
            self.owner, f"{PREFERENCE}{self.file.signature}", to_json(columns)
        )


def known(services: Services, owner: str, file: UsageFile, guess: Columns) -> Columns:
    """What was said for this header before, else the guess."""
    kept = services.store.preference(owner, f"{PREFERENCE}{file.signature}")
    return from_json(kept, file.header) or guess


def show(
    services: Services, owner: str, session: Session, file: UsageFile, guess: Columns
) -> Columns:
    """Draw the boxes; what they say holds."""
    now = known(services, owner, file, guess)
    at = _At(services, owner, session, file, now)
    is_guess = now is guess
    head = (
        "Columns, as guessed by their names" if is_guess else "Columns, as you said for this header"
    )
    with st.expander(
        head,  # trusted: one of two sentences of ours
        expanded=is_guess,
        icon=":material/view_column:",
        key=at.key("columns"),
    ):
        fields = list(LABELS)
        for row in (fields[:4], fields[4:]):
            for column, field in zip(st.columns(4), row, strict=True):
                with column:
                    _column(at, field)
        _reading(at)
    return now


def _column(at: _At, field: Field) -> None:
    key = at.put(field, at.now.of.get(field, NOT_IN_FILE))
    st.selectbox(
        LABELS[field],  # trusted: ours
        [NOT_IN_FILE, *at.file.header],
        key=key,
        format_func=lambda name: plain(name) or UNKNOWN_FIGURE,
        on_change=_column_said,
        args=(at, field, key),
    )


def _column_said(at: _At, field: Field, key: str) -> None:
    of = {one: name for one, name in at.now.of.items() if one is not field}
    name = at.session.widget(key)
    at.keep(replace(at.now, of=of | {field: name} if name else of))


def _reading(at: _At) -> None:
    zone, sign = st.columns(2)
    with zone:
        # One that was kept on another machine may be unknown on this one.
        offered = dict.fromkeys([*zones(st.context.timezone), at.now.zone])
        _choice(at, "zone", "Their days are those of", list(offered))
    with sign:
        _choice(at, "decimal_sign", "Numbers are written", list(SIGNS))
    with st.container(horizontal=True, gap="medium"):
        for name, label in SWITCHES.items():
            key = at.put(name, getattr(at.now, name))
            st.checkbox(
                label,  # trusted: ours
                key=key,
                on_change=_said,
                args=(at, name, key),
            )


def _choice(at: _At, name: str, label: str, options: Sequence[str]) -> None:
    key = at.put(name, getattr(at.now, name))
    st.selectbox(
        label,  # trusted: ours
        options,
        key=key,
        format_func=lambda one: SIGNS.get(one, one),
        on_change=_said,
        args=(at, name, key),
    )


def _said(at: _At, name: str, key: str) -> None:
    changed: dict[str, Any] = {name: at.session.widget(key)}
    at.keep(replace(at.now, **changed))


def zones(own: str | None) -> list[str]:
    """UTC, by which most providers count, the reader's own, and all others."""
    every = available_timezones()
    return list(dict.fromkeys([UTC, *([own] if own in every else []), *sorted(every)]))


def pair_models(
    services: Services,
    owner: str,
    session: Session,
    file: UsageFile,
    columns: Columns,
    result: Reconciliation,
) -> None:
    """Draw a box for each name of theirs that is like none of ours, and for each that was paired before."""
    theirs = {model for _, model in result.theirs.stated}
    names = [*result.names.unmatched, *sorted(theirs & columns.models.keys())]
    if not names or not result.our_models:
        return
    at = _At(services, owner, session, file, columns)
    with st.expander("Models under other names", icon=":material/link:", key=at.key("models")):
        if len(names) > MOST_UNMATCHED:
            st.caption(f"The first {MOST_UNMATCHED} of {len(names):,}.")
        for name in names[:MOST_UNMATCHED]:
            _pair(at, name, result.our_models)


def _pair(at: _At, name: str, ours: Sequence[str]) -> None:
    said = at.now.models.get(name, NOT_IN_FILE)
    key = at.put(f"model-{name}", said)
    st.selectbox(
        safe_label(name),
        list(dict.fromkeys([NOT_IN_FILE, *ours, *([said] if said else [])])),
        key=key,
        format_func=lambda one: plain(one) or "No model of ours",
        on_change=_paired,
        args=(at, name, key),
    )


def _paired(at: _At, name: str, key: str) -> None:
    models = {theirs: ours for theirs, ours in at.now.models.items() if theirs != name}
    ours = at.session.widget(key)
    said = list((models | {name: ours} if ours else models).items())
    at.keep(replace(at.now, models=dict(said[-MOST_PAIRED:])))
