"""The rows of the ledger on the page: every call, what is known of it, its receipt, and the way to more of them."""

from __future__ import annotations

import csv
import doctest
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services, usage_calls, usage_calls_words
from components.usage_calls_export import Export
from parley.conversation import Kind, LedgerEntry, MessageState
from parley.errors import StoreError
from parley.pricing.price import UNKNOWN_COST
from parley.store import Store
from parley.usage import Count, State, Usage
from parley.wanted_calls import Wanted
from tests.components.calls_view import opened, rows, served
from tests.components.overview_page import OWNER, call, conversation, keep, plain, sent, words
from tests.parley.calls import entry


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    yield from served(monkeypatch, tmp_path)


def failed() -> LedgerEntry:
    made = call()
    assert made.outcome is not None
    ended = replace(
        made.outcome,
        state=MessageState.FAILED,
        usage=Usage(),
        cost=UNKNOWN_COST,
        error_kind="TooManyRequests",
        http_status=429,
    )
    return LedgerEntry(made.request, ended)


def stopped() -> LedgerEntry:
    made = call()
    assert made.outcome is not None
    usage = replace(made.outcome.usage, output_tokens=Count(7, State.PARTIAL))
    cost = replace(made.outcome.cost, state=State.PARTIAL)
    ended = replace(made.outcome, state=MessageState.STOPPED, usage=usage, cost=cost)
    return LedgerEntry(made.request, ended)


def test_without_a_call_the_view_says_so(script: Path) -> None:
    app = opened(script)

    assert usage_calls.NOTHING_HERE in words(app)
    assert not app.dataframe


def test_a_row_says_all_that_is_known_of_its_call(script: Path) -> None:
    made = call(cached=400, thoughts=30)
    assert made.outcome is not None
    sent_at = datetime.fromisoformat("2026-11-24T23:30:05+00:00")
    request = replace(made.request, sent_at=sent_at)
    outcome = replace(
        made.outcome,
        model_answered="else",
        time_to_first_token_s=0.25,
        finish_reason="length",
    )
    keep(LedgerEntry(request, outcome))

    (row,) = rows(opened(script))

    assert row == {
        "time": "2026-11-25 00:30:05",
        "kind": "chat",
        "endpoint": made.request.endpoint,
        "model": "m → else",
        "in": "1,000",
        "cached": "400",
        "out": "100",
        "reasoning": "30",
        "cost": "$0.00020",
        "ended": "complete, cut at the token limit",
        "first": "250 ms",
    }


@pytest.mark.parametrize(
    ("made", "cost", "out", "ended"),
    [
        (sent(entry()), "–", "–", "no outcome: running or interrupted"),
        (failed(), "–", "–", "failed, too many requests, HTTP 429"),
        (stopped(), "≥$0.00027", "≥7", "stopped"),
    ],
    ids=["open", "refused", "stopped"],
)
def test_what_is_not_certain_is_told_and_never_0(
    script: Path, made: LedgerEntry, cost: str, out: str, ended: str
) -> None:
    keep(made)

    (row,) = rows(opened(script))

    assert (row["cost"], row["out"], row["ended"]) == (cost, out, ended)


def test_the_newest_call_comes_first_and_all_are_counted(script: Path) -> None:
    keep(call("old", days_ago=2), call("new"))

    app = opened(script)

    assert [row["model"] for row in rows(app)] == ["new", "old"]
    assert "2 calls, all shown" in words(app)


def test_only_what_is_wanted_is_shown(script: Path) -> None:
    keep(call("a"), call("b"))

    app = opened(script, model="a")

    assert [row["model"] for row in rows(app)] == ["a"]
    assert "1 call, all shown" in words(app)


def test_the_call_that_the_address_names_opens_its_receipt_and_the_way_to_its_conversation(
    script: Path,
) -> None:
    one = call(conversation_id=conversation("Tides"))
    keep(call("other"), one)

    app = opened(script, call=one.request.attempt_id)

    assert "cost $0.00027" in plain(app.expander[0].label)
    (link,) = app.get("page_link")
    assert "Tides" in plain(link.proto.label)
    assert one.request.conversation_id in link.proto.query_string


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (call(kind=Kind.PROBE, conversation_id=""), usage_calls.ALONE),
        (call(conversation_id="gone"), usage_calls.GONE),
    ],
    ids=["probe", "deleted"],
)
def test_a_call_of_no_conversation_has_its_receipt_all_the_same(
    script: Path, made: LedgerEntry, said: str
) -> None:
    keep(made)

    app = opened(script, call=made.request.attempt_id)

    assert len(app.expander) == 1
    assert said in words(app)


def test_a_call_without_an_outcome_says_that_there_is_no_receipt(script: Path) -> None:
    made = sent(entry())
    keep(made)

    app = opened(script, call=made.request.attempt_id)

    assert "No receipt" in words(app)


def test_a_call_that_is_not_on_the_page_is_said_to_be_elsewhere(script: Path) -> None:
    keep(call())

    app = opened(script, call="another")

    assert usage_calls.ELSEWHERE in words(app)


def clicking(row: int | None, cell: int | None, head: str) -> None:

    from types import SimpleNamespace
    from typing import Any, cast

    from components import usage_calls
    from components.state import Session

    session = Session()
    session.ask("call", "before")
    calls: Any = [SimpleNamespace(request=SimpleNamespace(attempt_id=n)) for n in ("x", "y")]
    selection = {
        "rows": [] if row is None else [row],
        "cells": [] if cell is None else [(cell, "model")],
        "columns": [head] if head else [],
    }
    session.set_widget("usage-calls-0", {"selection": selection})
    usage_calls._clicked(session, cast(Any, calls))


@pytest.mark.parametrize(
    ("row", "cell", "head", "chosen"),
    [
        (0, None, "", "x"),
        (0, 1, "", "y"),
        (None, None, "", None),
        (7, None, "", None),
        (None, None, "model", "before"),
    ],
)
def test_a_click_on_a_row_writes_its_call_into_the_address(
    row: int | None, cell: int | None, head: str, chosen: str | None
) -> None:
    app = AppTest.from_function(clicking, args=(row, cell, head)).run()

    assert not app.exception
    assert app.query_params.get("call") == chosen
    opens = chosen in ("x", "y")
    assert (f"receipt-{chosen}" in app.session_state) == opens


def test_the_files_hold_what_is_wanted(script: Path) -> None:
    keep(call("a"), call("b"))
    export = Export(services.get().store, OWNER, Wanted(models=("a",)))

    head, line, *_ = csv.reader(io.StringIO(export.csv().decode("utf-8-sig"), newline=""))

    assert dict(zip(head, line, strict=True))["model_asked"] == "a"
    assert b'"number_of_calls": 1' in export.json()
    assert export.parquet().startswith(b"PAR1")


def test_a_ledger_that_cannot_be_read_is_one_notice(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object, **__: object) -> None:
        raise StoreError("The ledger cannot be read.")

    monkeypatch.setattr(Store, "calls_page", unreadable)

    app = opened(script)

    assert "cannot be read" in words(app)


def test_the_examples_of_the_words_are_true() -> None:
    assert doctest.testmod(usage_calls_words).failed == 0
