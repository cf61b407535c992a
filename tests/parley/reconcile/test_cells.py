"""Days, counts and money in the forms that people and exports write; nothing wrong is taken for something right."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.reconcile.cells import read_amount, read_count, read_day

DAY = date(2026, 11, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-04",
        "20261104",
        "2026/11/04",
        "2026-11-04T23:59:59Z",
        "2026-11-04 10:11:12.123456",
        "2026-11-04 10:11:12 UTC",
        "2026-11-05T01:00:00+02:00",
        "1793750400",
        "1793836799",
        "1793750400000",
        "1793750400.5",
        "11/04/2026",
        "11/4/2026 10:30",
        "4 Nov 2026",
        "04 November 2026",
        "Nov 4, 2026",
        "November 4, 2026",
        " 4-Nov-2026 ",
    ],
)
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    assert read_day(text, UTC, day_first=False) == DAY


@pytest.mark.parametrize("text", ["04/11/2026", "4.11.2026", "04-11-2026"])
def test_a_day_may_come_before_its_month(text: str) -> None:
    assert read_day(text, UTC, day_first=True) == DAY


def test_a_time_belongs_to_the_day_of_the_zone_and_a_day_stays_what_it_is() -> None:
    vienna = ZoneInfo("Europe/Vienna")

    assert read_day("2026-11-03T23:30:00Z", vienna, day_first=False) == DAY
    assert read_day("1793748600", vienna, day_first=False) == DAY
    assert read_day("2026-11-04", vienna, day_first=False) == DAY
    assert read_day("2026-11-04 23:30", vienna, day_first=False) == DAY


@pytest.mark.parametrize(
    "text",
    ["", "Total", "13/13/2026", "2026-02-30", "=1+1", "9" * 13, "9" * 10_000, "31/02/2026", "1e10"],
)
def test_what_is_no_day_is_told(text: str) -> None:
    if text == "9" * 13:
        assert read_day(text, UTC, day_first=False) == date(2286, 11, 20)
        return

    with pytest.raises(ValueError, match="is no day"):
        read_day(text, UTC, day_first=False)


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("1234", ".", 1234),
        ("1,234", ".", 1234),
        ("1.234", ",", 1234),
        ("1 234 567", ".", 1_234_567),
        ("1\u202f234", ",", 1234),
        ("1'234", ".", 1234),
        ("1234.0", ".", 1234),
        ("+5", ".", 5),
        ("0", ".", 0),
        ("", ".", None),
        (" – ", ".", None),
        ("N/A", ".", None),
    ],
)
def test_a_count_is_read_with_its_groups_and_nothing_is_unknown(
    text: str, sign: str, value: int | None
) -> None:
    assert read_count(text, sign) == value


@pytest.mark.parametrize(
    "text", ["-5", "1.5", "12x", "1e30", "NaN5", "lots", "=1+1", "1,23", "9" * 30, "9" * 100, "∞"]
)
def test_u37_what_is_no_count_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no count"):
        read_count(text, ".")


@pytest.mark.parametrize(
    ("text", "sign", "value", "currency", "step"),
    [
        ("0.5", ".", "0.5", "", "0.1"),
        ("$1,234.56", ".", "1234.56", "$", "0.01"),
        ("1.234,56", ",", "1234.56", "", "0.01"),
        ("USD 0.10", ".", "0.10", "USD", "0.01"),
        ("0,5 EUR", ",", "0.5", "EUR", "0.1"),
        ("5.1e-05", ".", "0.000051", "", "0.000001"),
        ("-0.25", ".", "-0.25", "", "0.01"),
        ("−$0.25", ".", "-0.25", "$", "0.01"),
        ("12¢", ".", "12", "¢", "1"),
        (".5", ".", "0.5", "", "0.1"),
        ("0", ".", "0", "", "1"),
    ],
)
def test_money_is_read_with_its_currency_and_its_last_place(
    text: str, sign: str, value: str, currency: str, step: str
) -> None:
    amount = read_amount(text, sign)

    assert amount is not None
    assert (amount.value, amount.currency) == (Decimal(value), currency)
    assert amount.step == Decimal(step)


@pytest.mark.parametrize("text", ["", "-", "null"])
def test_an_empty_cell_is_unknown_money(text: str) -> None:
    assert read_amount(text, ".") is None


@pytest.mark.parametrize("text", ["free", "$", "1e50", "1e-50", "0.1.2", "$$5", "9" * 25])
def test_u37_what_is_no_money_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount of money"):
        read_amount(text, ".")


@given(st.text(max_size=80), st.sampled_from(".,"), st.booleans())
def test_any_cell_at_all_is_read_or_refused_with_words(
    text: str, sign: str, day_first: bool
) -> None:
    for read in (
        lambda: read_count(text, sign),
        lambda: read_amount(text, sign),
        lambda: read_day(text, UTC, day_first=day_first),
    ):
        try:
            read()
        except ValueError as refused:
            assert "” is no " in str(refused)
