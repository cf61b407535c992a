"""The table of what models cost: a click on a head sorts all of it, and what is unknown comes last."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components import usage_table
from components.usage_table import Column, in_order


def test_unknown_figures_come_last_whichever_way_it_is_sorted() -> None:
    columns: dict[str, Column[Decimal | None]] = {"n": Column("N", 10, str, lambda n: n)}
    one, two = Decimal(1), Decimal(2)

    each = [in_order([two, None, one], columns, order) for order in (None, "n", "-n")]

    assert each == [[two, None, one], [one, two, None], [two, one, None]]


def clicking(head: str, order: str | None) -> None:

    from components import usage_table
    from components.state import Session
    from components.usage_table import Column

    session = Session()
    session.ask("order", order)
    session.set_widget("t-0", {"selection": {"columns": [head] if head else []}})
    columns: dict[str, Column[Decimal]] = {
        "m": Column("M", 10, str),
        "n": Column("N", 10, str, lambda n: n),
    }
    usage_table._clicked(session, "t", columns)


@pytest.mark.parametrize(
    ("head", "before", "after"),
    [
        ("n", None, "n"),
        ("n", "n", "-n"),
        ("n", "-n", "n"),
        ("m", "n", "n"),
        ("gone", None, None),
        ("", "n", "n"),
    ],
)
def test_a_click_on_a_head_writes_the_order_into_the_address(
    head: str, before: str | None, after: str | None
) -> None:
    app = AppTest.from_function(clicking, args=(head, before)).run()

    assert not app.exception
    assert app.query_params.get("order") == after


def test_the_examples_of_the_table_are_true() -> None:
    assert doctest.testmod(usage_table).failed == 0
