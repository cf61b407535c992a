"""Numbers of the address: whatever stands there, a number within its bounds or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.number_fields import Field

WHOLE = Field("Users", 1, 100, assumed=7)
FRACTION = Field("A day", 0.0, 10.0, assumed=1.0, step=0.5)


@given(st.text() | st.from_regex(r"[+-]?\d{1,5000}(\.\d+)?(e\d+)?", fullmatch=True))
def test_i8_any_text_is_a_number_within_its_bounds_or_none(said: str) -> None:
    for field in (WHOLE, FRACTION):
        number = field.read(said)

        assert number is None or field.least <= number <= field.most


@pytest.mark.parametrize("said", [None, "", "nan", "inf", "1e400", "-1", "101", "1.5"])
def test_what_is_no_whole_number_within_its_bounds_is_none(said: str | None) -> None:
    assert WHOLE.read(said) is None


def page() -> None:
    from components import number_fields
    from components.state import Session
    from tests.components.test_number_fields import FRACTION, WHOLE

    number_fields.show(Session(), {"users": WHOLE, "daily": FRACTION})


@pytest.mark.parametrize(
    ("name", "number", "asked"),
    [
        ("users", 30, "30"),
        ("users", 7, None),
        ("daily", 2.0, "2"),
        ("daily", 0.25, "0.25"),
        ("daily", 1.0, None),
        ("daily", None, None),
    ],
)
def test_what_is_typed_is_read_again_from_the_address(
    name: str, number: float | None, asked: str | None
) -> None:
    app = AppTest.from_function(page)
    app.query_params.update({"users": "8", "daily": "3"})
    app.run()

    app.number_input(key=f"number-{name}").set_value(number).run()

    assert not app.exception
    said = app.query_params.get(name)
    assert (said if said is None else str(said).strip("[]'")) == asked
    field = {"users": WHOLE, "daily": FRACTION}[name]
    expected = field.assumed if number is None else number
    assert app.number_input(key=f"number-{name}").value == expected
