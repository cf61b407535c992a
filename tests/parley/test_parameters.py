"""How many parameters a written figure means."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import parameters
from parley.parameters import parameters_of


@pytest.mark.parametrize(
    ("written", "parameters"),
    [
        ("30B", 30 * 10**9),
        ("0.6b", 6 * 10**8),
        (" 135 M ", 135 * 10**6),
        ("≈1T", 10**12),
        ("1.1K", 1100),
        ("0B", None),
        ("8x7B", None),
        ("30", None),
        ("B", None),
        ("٣B", None),
        ("", None),
        (None, None),
        (30, None),
    ],
)
def test_a_written_figure_is_read_or_unknown(written: object, parameters: int | None) -> None:
    assert parameters_of(written) == parameters


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert (parameters_of(text) or Decimal(1)) > 0


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(parameters).failed == 0
