"""Amounts in another currency, by a typed rate: exact underneath, always labelled, never taken for the record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import Refused
from parley.pricing.currency import (
    IS_DOLLAR,
    NO_CODE,
    NO_RATE,
    OwnRate,
    converted,
    kept_rate,
    kept_words,
    typed_rate,
    write_converted,
)

DAY = date(2026, 11, 24)
EURO = OwnRate("EUR", Decimal("0.92"), DAY)


@pytest.mark.parametrize(
    ("typed", "rate"),
    [
        (("EUR", "0.92"), EURO),
        ((" eur ", " 0.92 "), EURO),
        (("KWD", "0.3075"), OwnRate("KWD", Decimal("0.3075"), DAY)),
        (("LBP", "89500"), OwnRate("LBP", Decimal(89500), DAY)),
    ],
)
def test_a_typed_rate_is_read_exactly(typed: tuple[str, str], rate: OwnRate) -> None:
    assert typed_rate(*typed, today=DAY) == rate


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (("", "0.92"), NO_CODE),
        (("EU", "0.92"), NO_CODE),
        (("EURO", "0.92"), NO_CODE),
        (("E1R", "0.92"), NO_CODE),
        (("€€€", "0.92"), NO_CODE),
        (("ÄÖÜ", "0.92"), NO_CODE),
        (("usd", "1"), IS_DOLLAR),
        *(
            (("EUR", rate), NO_RATE)
            for rate in ("", "0", "-1", "0,92", "nan", "inf", "€0.92", "1e9", "0.0000001", "9" * 60)
        ),
    ],
)
def test_i8_what_can_be_no_rate_is_refused_with_the_reason(
    typed: tuple[str, str], reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        typed_rate(*typed, today=DAY)

    assert refused.value.title == reason


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0.0134", "≈€0.012 at your rate 0.92 of 2026-11-24"),
        ("1234.5", "≈€1,135.74 at your rate 0.92 of 2026-11-24"),
        ("0.000000001", "≈€0.00000000092 at your rate 0.92 of 2026-11-24"),
        ("0", "≈€0 at your rate 0.92 of 2026-11-24"),
        ("-1", "≈−€0.92 at your rate 0.92 of 2026-11-24"),
    ],
)
def test_the_second_figure_names_its_rate_and_day(amount: str, written: str) -> None:
    assert write_converted(Decimal(amount), EURO) == written


def test_u41_what_is_unknown_stays_unknown_in_every_currency() -> None:
    assert write_converted(None, EURO) == "–"


def test_a_currency_without_a_sign_of_its_own_is_named_by_its_code() -> None:
    franc = OwnRate("CHF", Decimal("0.80"), DAY)

    assert write_converted(Decimal(2), franc) == "≈CHF 1.60 at your rate 0.80 of 2026-11-24"


amounts = st.decimals("-1000000", "1000000", places=18)
some_rates = st.builds(
    OwnRate,
    st.sampled_from(["EUR", "JPY", "XYZ"]),
    st.decimals("0.000001", "10000000", places=6),
    st.dates(),
)


@given(amounts, some_rates)
def test_converting_is_exact_and_never_writes_nothing_for_something(
    amount: Decimal, rate: OwnRate
) -> None:
    assert Fraction(converted(amount, rate)) == Fraction(amount) * Fraction(rate.per_dollar)

    if amount:
        assert set(write_converted(amount, rate).partition(" at your")[0]) & set("123456789")


@given(some_rates)
def test_a_rate_comes_back_as_it_was_kept(rate: OwnRate) -> None:
    assert kept_rate(kept_words(rate)) == rate


@given(st.none() | st.text() | st.sampled_from(["EUR 0.92", "EUR 0 2026-11-24", "EUR 1 x"]))
def test_whatever_else_was_kept_is_no_rate(words: str | None) -> None:
    assert kept_rate(words) is None
