"""Numbers that stand in the address, each under its own name: what is typed goes there, and a link fills the boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from components.state import Session

Number = int | float


@dataclass(frozen=True)
class Field:
    """One number. Whole where its bounds are."""

    label: str
    least: Number
    most: Number
    assumed: Number | None = None
    """What holds where the address says nothing; `None` = nothing does."""
    step: Number = 1
    placeholder: str | None = None
    help: str | None = None

    def read(self, said: str | None) -> Number | None:
        """The number that a text says; `None` for no number, or one out of bounds."""
        try:
            number = type(self.least)(said or "")
        except ValueError:
            return None
        return number if self.least <= number <= self.most else None


def value(session: Session, name: str, field: Field) -> Number | None:
    """The number of the address, else what is assumed."""
    found = field.read(session.asked(name))
    return field.assumed if found is None else found


def unreadable(session: Session, fields: Mapping[str, Field]) -> list[str]:
    """The labels of the numbers that stand in the address and cannot be used."""
    return [
        field.label
        for name, field in fields.items()
        if (said := session.asked(name)) and field.read(said) is None
    ]


def show(session: Session, fields: Mapping[str, Field]) -> None:
    """Draw the boxes side by side."""
    for column, (name, field) in zip(st.columns(len(fields)), fields.items(), strict=True):
        with column:
            _box(session, name, field)


def key_of(name: str) -> str:
    """The key of a number's box."""
    return f"number-{name}"


def _box(session: Session, name: str, field: Field) -> None:
    """The address is what counts: the box is set to it before it is drawn."""
    now = value(session, name, field)
    if session.widget(key_of(name)) != now:
        session.set_widget(key_of(name), now)
    st.number_input(
        field.label,  # trusted: ours
        min_value=field.least,
        max_value=field.most,
        value=None,
        step=field.step,
        format="%d" if isinstance(field.least, int) else "%g",
        key=key_of(name),
        placeholder=field.placeholder,
        help=field.help,  # trusted: ours
        on_change=_typed,
        args=(session, name, field),
    )


def _typed(session: Session, name: str, field: Field) -> None:
    number = session.widget(key_of(name))
    is_as_assumed = number is None or number == field.assumed
    session.ask(name, None if is_as_assumed else str(number).removesuffix(".0"))
