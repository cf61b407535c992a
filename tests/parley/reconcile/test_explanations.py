"""Everything that can put two sides apart, one small file each: the cause is named, and what is unknown stays so."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from parley.conversation import LedgerEntry, MessageState
from parley.pricing.costing import RESPONSE_SOURCE
from parley.pricing.price import Cost, Price, Tier
from parley.reconcile.causes import Cause
from parley.reconcile.pairs import Side
from parley.reconcile.reconciling import Reconciliation
from parley.usage import Count, State, Usage, reported
from tests.parley.calls import cut, entry, refused, usage
from tests.parley.reconcile.files import held_against, written

DAY = "2026-11-22"
TIERED = Price(Decimal("0.2"), Decimal("0.65"), tiers=(Tier(50, Decimal("0.4"), Decimal("0.9")),))


def against(row: dict[str, Any], *entries: LedgerEntry, **changes: Any) -> Reconciliation:
    """One line of a file; what it does not name has no column."""
    figures = {name: Decimal(str(value)) for name, value in row.items()}
    text = written({(DAY, "own"): figures}, ("date", "model", *row))
    return held_against(text, entries, **changes)


def causes(found: Reconciliation) -> list[Cause]:
    return [why.cause for one in found.pairs for why in one.why]


def why(found: Reconciliation) -> str:
    return " ".join(each.words for one in found.pairs for each in one.why)


UNFINISHED = entry()
FULL = entry(usage(100, 10, 40))
STOPPED = entry(cut(reported(100), 10, 30))
OPEN = entry(cut(reported(100), 10))
GUESSED = entry(Usage(Count(100, State.ESTIMATED), Count(), Count(10, State.ESTIMATED)))
IDLE = entry(usage(50, 0))
UNPRICED = entry(usage(100, 10), price=None)


@pytest.mark.parametrize(
    ("row", "calls", "named", "said"),
    [
        ({"output_tokens": 25}, [STOPPED], [Cause.CUT], "up to 20 tokens more, so it can be all"),
        ({"output_tokens": 99}, [STOPPED], [Cause.CUT], "at most 20 tokens more, so not all"),
        ({"output_tokens": 25}, [OPEN], [Cause.CUT], "how many more tokens they used nobody said"),
        ({"output_tokens": 5}, [STOPPED], [Cause.OTHER_TOKENS], "5 output tokens less, for our"),
        ({"input_tokens": 90}, [GUESSED], [Cause.ESTIMATED], "ours are estimates (≈)"),
        (
            {"requests": 2, "output_tokens": 12},
            [UNFINISHED, FULL],
            [Cause.UNFINISHED],
            "1 call of ours without an outcome",
        ),
        ({"requests": 1, "cached_tokens": 9}, [UNPRICED], [], ""),
        (
            {"requests": 2, "cached_tokens": 60},
            [FULL, UNPRICED],
            [Cause.CACHE_UNSAID],
            "Of 1 call the endpoint did not tell us what was cached",
        ),
        ({"requests": 2, "cost_usd": 1}, [FULL, UNPRICED], [Cause.UNPRICED], "a lower bound (≥)"),
        ({"requests": 1, "cost_usd": 1}, [STOPPED], [Cause.CUT], "is not certain"),
        ({"requests": 1, "output_tokens": 10}, [FULL, FULL], [Cause.MISSING], "1 call of ours"),
        (
            {"requests": 1, "output_tokens": 11},
            [FULL, FULL],
            [Cause.MISSING],
            "1 call less, 9 output tokens less; calls of ours are not in it",
        ),
        ({"input_tokens": 60, "cached_tokens": 40}, [FULL], [Cause.CACHED_APART], "left out of"),
        ({"input_tokens": 140, "cached_tokens": 40}, [FULL], [Cause.CACHED_APART], "counted twice"),
        ({"output_tokens": 10}, [], [Cause.MORE_THERE], "another program used the same key"),
        ({"requests": 0, "output_tokens": 0}, [], [], ""),
        ({"requests": 1, "input_tokens": 100}, [FULL, IDLE], [Cause.MISSING], "50 input tokens."),
        ({"cost_usd": 1}, [FULL], [Cause.OTHER_COST], "The file does not tell all tokens"),
        ({"cost_usd": 1}, [], [Cause.MORE_THERE], "There: $1.00 more; another program"),
        ({"requests": 2, "output_tokens": 10}, [FULL], [Cause.MORE_THERE], "There: 1 call more;"),
    ],
)
def test_u34_u40_u41_a_difference_is_named_by_its_cause(
    row: dict[str, Any], calls: list[LedgerEntry], named: list[Cause], said: str
) -> None:
    found = against(row, *[replace(call, request=moved(call)) for call in calls])

    assert causes(found) == named
    assert said in why(found)


def moved(call: LedgerEntry) -> Any:
    """Each call is one of its own."""
    return replace(call.request, reply_id=f"r{id(call)}")


def test_refused_calls_that_were_sent_again_are_told_apart() -> None:
    first = refused()
    again = replace(
        FULL,
        request=replace(
            FULL.request,
            reply_id=first.request.reply_id,
            sent_at=first.request.sent_at + timedelta(seconds=2),
        ),
    )
    first = replace(first, request=replace(first.request, model="own"))

    found = against({"requests": 2, "output_tokens": 10}, again, first)

    assert causes(found) == [Cause.REFUSED]
    assert "1 call that the endpoint refused, 1 of them sent again, counted there" in why(found)


@pytest.mark.parametrize(
    ("cost", "named"),
    [
        ("0.0000393", [Cause.MORE_THERE]),
        ("1", [Cause.MORE_THERE, Cause.OTHER_PRICE]),
    ],
)
def test_the_cost_of_other_counts_is_held_against_our_price(cost: str, named: list[Cause]) -> None:
    row: dict[str, Any] = {"requests": 2, "input_tokens": 200, "cached_tokens": 90}
    exact = (110 * Decimal("0.2") + 90 * Decimal("0.03") + 22 * Decimal("0.65")) / 10**6
    row |= {"output_tokens": 22, "cost_usd": exact if cost != "1" else Decimal(1)}

    found = against(row, FULL)

    assert causes(found) == named
    assert ("And another price" in why(found)) == (Cause.OTHER_PRICE in named)


def test_u39_a_cost_that_the_server_named_is_held_against_no_price() -> None:
    assert FULL.outcome is not None
    told = replace(FULL.outcome, cost=Cost(Decimal("0.5"), State.REPORTED, source=RESPONSE_SOURCE))

    found = against(
        {"requests": 2, "input_tokens": 9, "output_tokens": 3, "cost_usd": 1},
        replace(FULL, outcome=told),
    )

    assert causes(found) == [Cause.MORE_THERE]


def test_a_price_is_compared_in_words_with_what_is_known() -> None:
    row = {"requests": 1, "input_tokens": 100, "cached_tokens": 40, "output_tokens": 10}

    whole = against({**row, "cost_usd": "0.00004"}, FULL)
    bare = against({**row, "cost_usd": "0.000000"}, FULL)
    tiny = against({**row, "cost_usd": "0.000000002"}, FULL)
    near = against({**row, "cost_usd": "0.000019702"}, FULL)
    mixed = against(
        {"requests": 2, "input_tokens": 200, "output_tokens": 20, "cost_usd": "9"},
        FULL,
        entry(usage(100, 10), price=TIERED),
    )
    nothing = against(
        {"input_tokens": 0, "output_tokens": 0, "cost_usd": "1"}, entry(usage(0, 0), price=TIERED)
    )

    for found in (whole, bare, tiny, near, mixed, nothing):
        assert causes(found) == [Cause.OTHER_PRICE]
    assert "here at" not in why(mixed)
    assert "2.03 times as much: $0.36 against $0.18 per million tokens" in why(whole)
    assert "here at $0.20 in and $0.65 out" in why(whole)
    assert not any("times as much" in why(found) for found in (bare, tiny, near))
    assert "per million" not in why(nothing)


def test_u39_a_model_that_answered_instead_is_counted_under_its_own_name_where_the_file_has_it() -> (
    None
):
    switched = entry(usage(100, 10), model="auto", answered="own")

    counted = against({"requests": 1, "output_tokens": 10}, switched)
    as_asked = held_against(f"date,model,requests\n{DAY},auto,1\n", [switched])

    assert [one.pair.side for one in (*counted.pairs, *as_asked.pairs)] == [Side.AGREES] * 2
    assert counted.our_models == ("auto", "own")


def test_u39_calls_of_one_name_that_are_billed_under_another_are_told() -> None:
    switched = entry(usage(100, 10), model="auto", answered="own")
    text = written(
        {(DAY, "auto"): {"requests": 1, "output_tokens": 10}, (DAY, "own"): {"requests": 0}},
        ("date", "model", "requests", "output_tokens"),
    ).replace("own,0,", "own,0,0")

    found = held_against(text, [switched])

    assert causes(found) == [Cause.OTHER_NAME] * 2
    assert "1 call was answered by another model than asked." in why(found)


def test_calls_near_midnight_are_counted_for_another_day() -> None:
    late = replace(
        FULL, request=replace(FULL.request, sent_at=FULL.request.sent_at.replace(hour=23))
    )
    text = f"date,model,requests,output_tokens\n{DAY},own,0,0\n2026-11-23,own,1,10\n"

    found = held_against(text, [late])
    in_their_zone = held_against(text, [late], zone="Europe/Vienna")

    assert causes(found) == [Cause.OTHER_DAY] * 2
    assert "1 call of ours within an hour of midnight" in why(found)
    assert causes(in_their_zone) == []


def test_stopped_calls_that_are_not_in_the_file_are_named_together() -> None:
    stopped = [replace(STOPPED, request=replace(STOPPED.request, attempt_id=str(n))) for n in "12"]
    assert STOPPED.outcome is not None
    one = replace(STOPPED.outcome, state=MessageState.STOPPED)

    found = against(
        {"requests": 1, "output_tokens": 10}, FULL, *[replace(s, outcome=one) for s in stopped]
    )

    assert causes(found) == [Cause.MISSING]
    assert "2 calls of ours are not in the file: stopped." in why(found)


def test_c5_a_file_of_many_names_on_one_day_is_explained_quickly() -> None:
    rows = {(DAY, f"m{n}"): {"requests": 1, "input_tokens": n + 1} for n in range(5_000)}
    text = written(rows, ("date", "model", "requests", "input_tokens"))
    started = time.monotonic()

    found = held_against(text, [])

    assert causes(found) == [Cause.MORE_THERE] * 5_000
    assert time.monotonic() - started < 20


def test_of_two_names_on_one_day_neither_is_its_own_opposite() -> None:
    text = f"date,model,requests,cost_usd\n{DAY},a,0,1\n{DAY},b,0,1\n"

    found = held_against(text, [])

    assert Cause.OTHER_NAME not in causes(found)
