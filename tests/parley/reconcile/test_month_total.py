"""A month's total against the ledger's: the difference, and whether what is open here can explain it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from parley.errors import Refused
from parley.reconcile.month_total import (
    BilledTotal,
    compared,
    month_of,
    typed_total,
    wanted_month,
)
from parley.spending import Spent, TokenSum

TOKENS = TokenSum(None, 0, 0, 0)


def spent(amount: str | None = "10", at_most: str | None = None, **numbers: int) -> Spent:
    known = dict.fromkeys(
        ("unfinished", "unused", "free", "priced", "estimated", "partial", "unpriced", "unbounded"),
        0,
    )
    counts = {**known, **numbers}
    calls = sum(counts.values()) - counts["unbounded"]
    return Spent(
        calls=calls,
        amount=None if amount is None else Decimal(amount),
        at_most=None if at_most is None else Decimal(at_most),
        input=TOKENS,
        output=TOKENS,
        **counts,
    )


@pytest.mark.parametrize(
    ("ours", "typed", "said"),
    [
        (spent(priced=3), "10.00", ["Here $10.00, billed $10.00: they agree"]),
        (spent("10.004", priced=3), "10.00", ["they agree, as far as the total is written"]),
        (spent(priced=3), "10.50", ["$0.50 (5 % of ours) more than here", "Nothing of this month"]),
        (spent(priced=3), "9.95", ["$0.050 (<1 % of ours) less than here", "Not in the ledger"]),
        (spent(priced=2, estimated=1), "9", ["$1.00", "Estimates may be too high"]),
        (spent(priced=2, estimated=1), "11", ["$1.00", "Estimates may be too low. Not in"]),
        (
            spent(priced=2, partial=1, at_most="10.6"),
            "10.50",
            ["at least $10.00, 1 reply cut short", "up to $0.60, so they can explain it"],
        ),
        (
            spent(priced=2, partial=1, at_most="10.1"),
            "10.50",
            ["up to $0.10, so they cannot explain all of it"],
        ),
        (
            spent(priced=1, unpriced=2, unfinished=1, unused=1),
            "$12",
            ["The 3 calls whose cost nothing bounds may explain it", "1 call refused"],
        ),
        (spent(None, unpriced=2), "12", ["No cost is known here", "2 calls of no known price"]),
        (spent("0", free=2), "1", ["Here free, billed $1.00: $1.00 more than here"]),
    ],
)
def test_u40_u41_a_total_is_compared_with_what_is_certain_here(
    ours: Spent, typed: str, said: list[str]
) -> None:
    billed = typed_total(typed)
    assert billed is not None

    words = "\n".join(compared(ours, billed))

    assert all(part in words for part in said), words


@pytest.mark.parametrize("typed", ["", "  ", "–"])
def test_nothing_typed_is_no_total(typed: str) -> None:
    assert typed_total(typed) is None


@pytest.mark.parametrize("typed", ["soon", "=1+1", "12 EUR", "€5", "1e99", "NaN5", "1,5"])
def test_u37_what_is_no_amount_in_dollars_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        typed_total(typed)


def test_a_total_keeps_the_last_place_that_was_typed() -> None:
    assert typed_total("$1,234.5") == BilledTotal(Decimal("1234.5"), Decimal("0.1"))


def test_december_ends_with_the_year() -> None:
    assert month_of(2026, 12) == (date(2026, 12, 1), date(2026, 12, 31))


def test_the_calls_of_a_month_are_those_of_its_days() -> None:
    wanted = wanted_month(2026, 2, ("a",), 60)

    assert (wanted.first_day, wanted.last_day) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (wanted.utc_offset_min, wanted.endpoints) == (60, ("a",))
