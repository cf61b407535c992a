"""Amounts in a currency of the reader's, by a rate that the reader typed: a second figure, never the record.

US dollars stay what is stored and added up; what is converted is always marked ≈ and names the rate and its day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from parley.errors import Refused
from parley.pricing.costing import EXACT_DIGITS
from parley.pricing.wording import UNKNOWN_FIGURE, rounded_money

LOWEST_RATE, HIGHEST_RATE = Decimal("0.000001"), Decimal(10_000_000)
CODE_LETTERS = 3
DOLLAR = "USD"
NO_CODE = "A currency is named by three letters, such as EUR, GBP or JPY."
IS_DOLLAR = "Amounts are in US dollars already."
NO_RATE = "A rate is how many units of the currency one US dollar is, such as 0.92."

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_SIGNS = {"EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "PLN": "zł ", "CZK": "Kč "}


@dataclass(frozen=True)
class OwnRate:
    """What one US dollar is in another currency, as a reader typed it."""

    code: str
    """Three capital letters."""
    per_dollar: Decimal
    typed_on: date


def typed_rate(typed_code: str, typed_per_dollar: str, today: date) -> OwnRate:
    """The rate that a person typed.

    Raises:
        Refused: no such code or no such rate can be.
    """
    code = typed_code.strip().upper()
    if len(code) != CODE_LETTERS or not (code.isascii() and code.isalpha()):
        raise Refused(NO_CODE, advice="Type the code of the currency.")
    if code == DOLLAR:
        raise Refused(IS_DOLLAR, advice="Type another currency, or remove the rate.")
    typed = typed_per_dollar.strip()
    rate = Decimal(typed) if _NUMBER.fullmatch(typed) else Decimal(0)
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise Refused(NO_RATE, advice="Write it with a point, and no sign of a currency.")
    return OwnRate(code, rate, today)


def kept_words(rate: OwnRate) -> str:
    """As a preference keeps it.

    >>> kept_words(OwnRate("EUR", Decimal("0.92"), date(2026, 11, 24)))
    'EUR 0.92 2026-11-24'
    """
    return f"{rate.code} {rate.per_dollar:f} {rate.typed_on.isoformat()}"


def kept_rate(words: str | None) -> OwnRate | None:
    """What `kept_words` wrote; `None` for anything else."""
    try:
        code, per_dollar, typed_on = (words or "").split(" ")
        return typed_rate(code, per_dollar, date.fromisoformat(typed_on))
    except (ValueError, Refused):
        return None


def converted(amount: Decimal, rate: OwnRate) -> Decimal:
    """US dollars in the other currency, exact."""
    with localcontext(prec=EXACT_DIGITS):
        return amount * rate.per_dollar


def write_converted(amount: Decimal | None, rate: OwnRate) -> str:
    """The second figure, in plain text.

    >>> write_converted(Decimal("0.0134"), OwnRate("EUR", Decimal("0.92"), date(2026, 11, 24)))
    '≈€0.012 at your rate 0.92 of 2026-11-24'
    >>> write_converted(Decimal("-3"), OwnRate("CHF", Decimal("0.8"), date(2026, 11, 24)))
    '≈−CHF 2.40 at your rate 0.8 of 2026-11-24'
    """
    if amount is None:
        return UNKNOWN_FIGURE
    sign = _SIGNS.get(rate.code, f"{rate.code} ")
    other = converted(abs(amount), rate)
    figure = f"{rounded_money(other):,f}" if other else "0"
    minus = "−" if amount < 0 else ""
    return f"≈{minus}{sign}{figure} at your rate {rate.per_dollar:f} of {rate.typed_on.isoformat()}"
