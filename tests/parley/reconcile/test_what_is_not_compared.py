"""What of a file cannot be compared is said, never passed over: lines, money, empty cells, figures unknown here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parley.errors import Refused
from parley.reconcile import ours
from parley.reconcile.causes import Cause
from parley.reconcile.columns import Field
from parley.reconcile.ours import Ours
from parley.reconcile.wording import left_out_words, uncompared_words
from parley.usage import State
from tests.parley.calls import entry, usage
from tests.parley.reconcile.files import held_against
from tests.parley.reconcile.test_explanations import (
    DAY,
    FULL,
    GUESSED,
    STOPPED,
    UNFINISHED,
    UNPRICED,
    against,
    causes,
    why,
)


def test_a_file_without_models_is_compared_by_day() -> None:
    other = entry(usage(1, 1), model="other")

    found = held_against(f"date,output_tokens\n{DAY},11\n", [FULL, other])

    assert found.verdict == "Of 1 day 1 agrees to the token; none differs."


def test_u41_what_is_known_there_alone_is_not_compared() -> None:
    found = against({"cost_usd": 1}, UNPRICED)
    counted = against({"requests": 1, "cached_tokens": 4}, UNPRICED)
    agreeing = against({"requests": 1}, FULL)

    assert found.verdict.endswith("0 agree; 1 cannot be compared; none differs.")
    assert uncompared_words(found.pairs) == (
        "Told by the file and unknown here (–), so not compared: the cost of 1."
    )
    assert "the cached tokens of 1." in (uncompared_words(counted.pairs) or "")
    assert uncompared_words(agreeing.pairs) is None


def test_a_cost_is_read_in_cents_and_other_money_is_not_compared() -> None:
    text = (
        f"date,model,requests,cost,currency\n{DAY},own,1,5¢,\n{DAY},own,1,0.05,usd\n"
        f"{DAY},own,1,5,EUR\n{DAY},own,1,€5,\n{DAY},own,1,,\n"
    )

    found = held_against(text, [])

    (pair,) = found.pairs
    assert pair.pair.theirs.figures == {"requests": 5, "cost": Decimal("0.10")}
    assert left_out_words(found.theirs) == [
        "The cost of 2 lines is not in US dollars, so it is not compared."
    ]


def test_an_empty_cell_is_said_and_not_taken_for_0() -> None:
    text = f"date,model,requests,output_tokens\n{DAY},own,1,10\n{DAY},own,1,\n"

    found = held_against(text, [FULL, entry(usage(1, 5))])

    assert causes(found) == [Cause.UNSAID_THERE]
    assert "1 line of the file has an empty cell there." in why(found)


def test_a_model_that_is_too_long_or_missing_leaves_its_line_out() -> None:
    text = f"date,model,requests\n{DAY},own,1\n{DAY},{'x' * 300},1\n{DAY},,1\n{DAY},,0\n"

    found = held_against(text, [FULL])

    assert left_out_words(found.theirs) == [
        "Left out, 2 lines: line 3 names a model that is too long to be one; line 4 names no model.",
        "1 line says nothing: no model, no figure.",
    ]


def test_of_many_lines_that_are_left_out_the_first_are_named() -> None:
    bad = "".join(f"{DAY},own,-{number + 1}\n" for number in range(12))

    found = held_against(f"date,model,requests\n{DAY},own,1\n" * 1 + bad, [FULL], **OF_CALLS)

    assert left_out_words(found.theirs)[0].endswith("“-10” is no count; and 2 more.")


OF_CALLS: dict[str, Any] = {"of": {"day": "date", "model": "model", "requests": "requests"}}


def test_c5_too_many_calls_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "MOST_CALLS", 1)

    with pytest.raises(Refused) as refusal:
        against({"requests": 2}, FULL, entry(usage(1, 1)))

    assert "2 calls on the days of this file; at most 1 are compared" in refusal.value.title


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_file_of_the_first_or_last_day_there_is_is_compared(day: date) -> None:
    found = held_against(f"date,model,requests\n{day.isoformat()},own,1\n", [FULL])

    assert causes(found) == [Cause.MORE_THERE]


def test_a_file_of_which_no_line_can_be_read_is_refused_with_its_first_line() -> None:
    text = f"date,model,requests\n{DAY},own,1\n"

    with pytest.raises(Refused) as refusal:
        held_against(text, [], of={Field.DAY: "model", Field.REQUESTS: "requests"})

    assert "No line of the file can be read" in refusal.value.title
    assert refusal.value.advice == "Line 2 “own” is no day."


def test_a_file_of_empty_lines_alone_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        held_against(f"date,model,requests\n{DAY},,0\n", [], **OF_CALLS)

    assert refusal.value.advice == "Choose another file; nothing of this one was read."


@pytest.mark.parametrize(
    ("calls", "state"),
    [
        ([FULL], State.REPORTED),
        ([FULL, GUESSED], State.ESTIMATED),
        ([GUESSED, STOPPED], State.PARTIAL),
        ([FULL, UNFINISHED], State.PARTIAL),
    ],
)
def test_u34_u40_a_sum_is_as_certain_as_the_weakest_of_its_parts(
    calls: list[Any], state: State
) -> None:
    (found,) = against({"requests": len(calls)}, *calls).pairs

    assert found.pair.ours.state(Field.OUTPUT) is state
    assert found.pair.ours.state(Field.REQUESTS) is State.REPORTED
    assert Ours().state(Field.OUTPUT) is State.REPORTED
