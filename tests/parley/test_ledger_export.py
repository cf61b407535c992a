"""Calls as files: what is read back is what the ledger holds, to the last digit, and nothing of it runs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversation import Kind, LedgerEntry, MessageState
from parley.ledger_export import About, every_call, wanted_rows, write_csv, write_json
from parley.ledger_export.fields import COUNTED, FIELDS, STATES, counted_as
from parley.ledger_export.parquet_file import write_parquet
from parley.pricing.price import UNKNOWN_COST, Cost
from parley.store import Store
from parley.usage import State, Usage
from parley.wanted_calls import Wanted
from tests.parley.store.spent_calls import FREE, call, costing, cut, keep, request
from tests.parley.store.turns import ANN, full_outcome_of, full_request_for, outcome_of, reply_to
from tests.parley.store.turns import conversation as a_conversation
from tests.parley.store.turns import question as a_question

MADE = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
WANTED = Wanted(
    date(2026, 11, 1),
    date(2026, 11, 30),
    60,
    endpoints=("=E",),
    models=("a", "b"),
    kinds=(Kind.CHAT,),
    conversation_id="c",
    in_conversations=True,
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBERS = {field.name for field in FIELDS if field.holds in (int, float, Decimal)}


def full_call() -> LedgerEntry:
    asked = full_request_for(reply_to(a_question(a_conversation())))
    return LedgerEntry(asked, full_outcome_of(asked))


def refused() -> LedgerEntry:
    asked = request()
    ended = replace(
        outcome_of(asked, MessageState.FAILED),
        usage=Usage(),
        cost=UNKNOWN_COST,
        error_kind="TooManyRequests",
        http_status=429,
    )
    return LedgerEntry(asked, ended)


def open_call() -> LedgerEntry:
    return LedgerEntry(request(), None)


def made_csv(calls: Iterable[LedgerEntry], wanted: Wanted = WANTED) -> list[list[str]]:
    """Every line, read by a spreadsheet's rules."""
    out = io.BytesIO()
    write_csv(calls, About(MADE, wanted), out)
    return list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))


def csv_calls(*calls: LedgerEntry) -> list[dict[str, str]]:
    head, *lines = made_csv(calls)
    return [dict(zip(head, line, strict=True)) for line in lines[: len(calls)]]


def made_json(*calls: LedgerEntry) -> dict[str, Any]:
    out = io.BytesIO()
    write_json(calls, About(MADE, WANTED), out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def made_parquet(*calls: LedgerEntry) -> Any:
    out = io.BytesIO()
    write_parquet(calls, About(MADE, WANTED), out)
    out.seek(0)
    return pq.read_table(out)


def test_every_figure_comes_back_to_its_last_digit_in_each_kind_of_file() -> None:
    tiny = "0.000000000000000000123456789012345678901234567890123"

    (row,) = csv_calls(costing(request(), tiny))
    (held,) = made_json(costing(request(), tiny))["calls"]
    (kept,) = made_parquet(costing(request(), tiny)).to_pylist()

    assert row["cost_usd"] == held["cost_usd"] == kept["cost_usd"] == tiny


def test_a_call_of_which_everything_is_known_fills_every_column() -> None:
    one = full_call()

    (row,) = csv_calls(one)

    assert one.outcome is not None
    assert Decimal(row["cost_usd"]) == one.outcome.cost.amount
    assert "E" not in row["cost_usd"]
    assert row["model_asked"] == one.request.model
    assert row["sent_at"] == one.request.sent_at.isoformat()
    assert row["input_usd_per_mtok"] == "0.1"
    assert Decimal(row["output_usd_per_mtok"]) == Decimal("0.0001")
    empty = {name for name, cell in row.items() if not cell}
    assert {name for name in empty if not name.endswith(("_at_most", "_chars"))} == {
        "cached_tokens"  # of which its server said nothing
    }


def test_what_is_unknown_is_empty_and_never_0() -> None:
    (row,) = csv_calls(open_call())
    (held,) = made_json(open_call())["calls"]
    (kept,) = made_parquet(open_call()).to_pylist()

    figures = [name for name in NUMBERS if not name.endswith("_chars")]
    assert {row[name] for name in figures} == {""}
    assert {held[name] for name in figures} == {kept[name] for name in figures} == {None}
    assert row["ended"] == held["ended"] == kept["ended"] == "no outcome"


def test_a_figure_that_no_file_could_hold_is_left_out() -> None:
    odd = replace(request(), composition={"system": 10**30, "new": -1, "history": 700})
    ended = replace(outcome_of(odd), tokens_per_second=float("inf"), generation_s=float("nan"))

    (kept,) = made_parquet(LedgerEntry(odd, ended)).to_pylist()
    (held,) = made_json(LedgerEntry(odd, ended))["calls"]

    for one in (kept, held):
        assert (one["system_chars"], one["new_chars"], one["history_chars"]) == (None, None, 700)
        assert (one["tokens_per_second"], one["generation_s"]) == (None, None)


@given(text=st.text(max_size=20))
@pytest.mark.parametrize("begin", ["", *FORMULA, "\0=", " =", "\ufeff@", "x;=", "x\t+"])
def test_x_1_no_cell_of_a_csv_runs_in_a_spreadsheet(begin: str, text: str) -> None:
    said = f"{begin}{text}"
    asked = request(endpoint=said, model=said, base_url=said, conversation_id=said)
    ended = replace(
        outcome_of(asked),
        model_answered=said,
        request_id=said,
        finish_reason=said,
        error_kind=said,
        cost=Cost(Decimal("-0.5"), State.REPORTED, source=said),
    )
    wanted = Wanted(endpoints=(said or "-",), models=(said or "-",), conversation_id=said)

    head, row, *notes = made_csv([LedgerEntry(asked, ended)], wanted)

    texts = [cell for name, cell in zip(head, row, strict=True) if name not in NUMBERS]
    cells = [*head, *texts, *(cell for line in notes for cell in line)]
    assert not [cell for cell in cells if cell.lstrip(" \u00a0\ufeff\0").startswith(FORMULA)]
    assert dict(zip(head, row, strict=True))["cost_usd"] == "-0.5"


def test_each_file_says_when_it_was_made_of_which_calls_and_what_its_words_mean() -> None:
    lines = made_csv([call(request())])
    document = made_json(call(request()))
    schema = made_parquet(call(request())).schema

    assert lines[2] == []
    notes = {line[0]: line[1] for line in lines[3:]}
    assert notes["# exported_at"] == document["exported_at"] == "2026-11-24T18:30:00+00:00"
    assert (notes["# calls"], document["number_of_calls"]) == ("1", 1)
    assert notes["# currency"] == document["currency"] == "USD"
    assert notes["# filter endpoints"] == "'=E"
    assert document["filters"] == {
        "first_day": "2026-11-01",
        "last_day": "2026-11-30",
        "utc_offset_of_days_min": "60",
        "endpoints": ["=E"],
        "models": ["a", "b"],
        "kinds": ["chat"],
        "conversation_id": "c",
        "probes": "left out",
    }
    assert set(document["columns"]) == set(document["calls"][0]) == set(lines[0])
    assert set(document["states"]) == {str(state) for state in State} == set(STATES)
    assert {f"# counted_as {word}" for word in COUNTED} <= set(notes)
    held = {name.decode(): value.decode() for name, value in schema.metadata.items()}
    assert held["exported_at"] == document["exported_at"]
    assert json.loads(held["filters"]) == document["filters"]
    assert schema.field("cost_usd").metadata == {b"meaning": b"cost in US dollars, exact"}


def test_no_call_at_all_is_a_file_too() -> None:
    head, empty, *_ = made_csv([])

    assert head == [field.name for field in FIELDS]
    assert empty == []
    assert made_json()["calls"] == []
    assert made_parquet().num_rows == 0


def test_half_a_character_does_not_break_a_file() -> None:
    broken = call(request(endpoint="\ud800"))

    (row,) = csv_calls(broken)
    (held,) = made_json(broken)["calls"]
    (kept,) = made_parquet(broken).to_pylist()

    assert row["endpoint"] == held["endpoint"] == kept["endpoint"] == "?"


def test_the_sums_of_the_ledger_can_be_made_from_the_file(store: Store) -> None:
    calls = [
        call(request()),
        call(request(1), price=FREE),
        call(request(2), price=None),
        cut(request(3), 500),
        cut(request(4), None),
        costing(request(5), "0.0000001"),
        refused(),
        open_call(),
    ]
    keep(store, *calls)

    rows = csv_calls(*every_call(store, ANN, Wanted()))

    spent = store.spent(ANN)
    amounts = [Decimal(row["cost_usd"]) for row in rows if row["cost_usd"]]
    assert sum(amounts) == spent.amount
    assert Counter(row["counted_as"] for row in rows) == {
        "certain": spent.priced,
        "free": spent.free,
        "partial": spent.partial,
        "unpriced": spent.unpriced,
        "unused": spent.unused,
        "unfinished": spent.unfinished,
    }


def test_an_estimate_counts_as_one() -> None:
    asked = request()
    cost = Cost(Decimal(1), State.ESTIMATED)

    assert counted_as(LedgerEntry(asked, replace(outcome_of(asked), cost=cost))) == "estimated"


def test_all_calls_are_exported_however_many_pages_they_fill(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanted_rows, "PAGE_CALLS", 2)
    keep(store, *(call(request(hours)) for hours in range(5)), call(request(model="another")))

    found = list(every_call(store, ANN, Wanted(models=("Qwen/Qwen3",))))

    times = [one.request.sent_at for one in found]
    assert len(times) == 5
    assert times == sorted(times, reverse=True)
