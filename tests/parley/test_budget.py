"""What a budget is, which calls count against it, and what the ledger keeps of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from parley.budget import (
    Budget,
    Period,
    Standing,
    Tally,
    calls_of,
    typed_budget,
)
from parley.budget_note import KEY, BudgetNote, as_sent, note_of, with_note
from parley.errors import Refused
from parley.wanted_calls import Wanted

NIGHT = datetime(2026, 11, 24, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
LIMITED = BudgetNote("$1.00 a day", Decimal("0.000000000000000001"), limit=7)


def standing(amount: str, spent: str, *, hard: bool = True) -> Standing:
    tally = Tally(Decimal(0), Decimal(spent))
    return Standing(Budget(Period.DAY, Decimal(amount), hard), tally)


def test_days_and_months_are_those_of_the_reader() -> None:
    assert calls_of(Period.DAY, "c", NIGHT) == Wanted(date(2026, 11, 24), utc_offset_min=345)
    assert calls_of(Period.MONTH, "c", NIGHT) == Wanted(date(2026, 11, 1), utc_offset_min=345)
    assert calls_of(Period.CONVERSATION, "c", NIGHT) == Wanted(conversation_id="c")


def test_a_clock_that_differs_by_odd_minutes_is_taken_for_the_nearest_quarter() -> None:
    odd = datetime(1900, 1, 1, tzinfo=timezone(timedelta(minutes=20)))

    assert calls_of(Period.DAY, "", odd).utc_offset_min == 15
    assert calls_of(Period.DAY, "", datetime(2026, 1, 1)).utc_offset_min == 0


def test_what_is_left_is_never_below_nothing() -> None:
    assert standing("1", "0.25").left == Decimal("0.75")
    assert standing("1", "1.5").left == 0


@pytest.mark.parametrize(("spent", "near"), [("0.79", False), ("0.8", True), ("2", True)])
def test_four_fifths_are_near(spent: str, *, near: bool) -> None:
    assert standing("1", spent).is_near is near


@pytest.mark.parametrize(
    ("typed", "amount"), [("0.50", "0.50"), (" $5 ", "5"), (".5", "0.5"), ("1000000.", "1000000")]
)
def test_an_amount_is_read_as_it_is_typed(typed: str, amount: str) -> None:
    assert typed_budget(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["", "  ", "$"])
def test_an_empty_field_is_no_budget(typed: str) -> None:
    assert typed_budget(typed) is None


@pytest.mark.parametrize(
    "typed", ["0", "-1", "1000001", "1,5", "1e3", ".", "Infinity", "a dollar", "9" * 50]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="above 0"):
        typed_budget(typed)


@pytest.mark.parametrize(
    "note",
    [LIMITED, BudgetNote("$1.00 a day", None, overridden=True), BudgetNote("$1.00 a day", None)],
    ids=["limited", "overridden", "as-it-was"],
)
def test_a_note_comes_back_as_it_was_and_is_no_part_of_what_was_sent(note: BudgetNote) -> None:
    kept = with_note({"model": "m"}, note)

    assert note_of(kept) == note
    assert as_sent(kept) == {"model": "m"}
    assert with_note({"model": "m"}, None) == {"model": "m"}


def test_a_note_tells_which_budget_set_the_limit() -> None:
    assert LIMITED.words == "max 7 tokens: from your budget of $1.00 a day"


@pytest.mark.parametrize(
    "kept",
    [
        {"budget": 1, "at_most": "much", "limit": "7", "overridden": 1},
        {"limit": True, "at_most": None},
        {"limit": -1},
        {},
    ],
)
def test_a_note_that_somebody_else_wrote_says_nothing(kept: object) -> None:
    assert note_of({KEY: kept}) == BudgetNote("", None)
    assert BudgetNote("", None).words == ""


@pytest.mark.parametrize("kept", [None, "a", [1]])
def test_what_is_no_note_is_none(kept: object) -> None:
    assert note_of({KEY: kept}) is None
