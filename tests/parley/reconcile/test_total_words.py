"""The money of a file and of the ledger, added up: with the sign of what is not known, and never a 0 for it."""

from __future__ import annotations

from typing import Any

import pytest

from parley.conversation import LedgerEntry
from parley.reconcile.wording import total_words
from tests.parley.reconcile.files import held_against
from tests.parley.reconcile.test_explanations import (
    DAY,
    FULL,
    GUESSED,
    STOPPED,
    UNPRICED,
    against,
)


@pytest.mark.parametrize(
    ("cost", "entries", "said"),
    [
        (
            "0.0000197",
            [FULL],
            "$0.000020 here, $0.000020 in the file; where both are known, they are the same",
        ),
        (
            "1.5",
            [FULL],
            "$0.000020 here, $1.50 in the file; where both are known, the file has $1.50 more",
        ),
        ("0.00001", [FULL], "in the file; where both are known, the file has $0.0000097 less"),
        ("1", [STOPPED], "≥$0.000027 here, $1.00 in the file"),
        ("1", [GUESSED], "≈$0.000027 here, $1.00 in the file"),
        ("1", [UNPRICED], "unknown here, $1.00 in the file; on no line both are known"),
    ],
    ids=["the same", "more there", "less there", "u34 cut short", "u36 estimated", "u41 unpriced"],
)
def test_both_sums_are_said_with_what_is_certain_of_them(
    cost: str, entries: list[LedgerEntry], said: str
) -> None:
    row: dict[str, Any] = {"requests": 1, "cost_usd": cost}

    assert said in (total_words(against(row, *entries).pairs) or "")


def test_a_cost_that_the_file_leaves_out_makes_its_sum_a_lower_bound() -> None:
    text = f"date,model,requests,cost_usd\n{DAY},own,1,2\n{DAY},own,1,\n"

    assert "≥$2.00 in the file" in (total_words(held_against(text, [FULL]).pairs) or "")


def test_without_money_in_the_file_no_sum_is_told() -> None:
    assert total_words(against({"requests": 1}, FULL).pairs) is None
