"""A probe in words: what it costs, how far it is, and what it found beside what is declared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from parley.catalog.model import Fact, Model
from parley.conversation import Message, MessageState, Role
from parley.endpoint import Endpoint
from parley.errors import ConnectionLost, TimedOut
from parley.pricing.price import Price
from parley.pricing.sanity import free_price
from parley.probe import (
    OBSERVED_SOURCE,
    Check,
    Order,
    ProbeResult,
    ProbeRun,
    Step,
    cost_words,
    expected,
    progress_words,
    table_row,
)
from parley.reply import Phase, Reply

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
PRICE = Price(Decimal(1), Decimal(2))


def priced(model_id: str, price: Price | None) -> Model:
    return Model(model_id, (Fact("price", price, "a test"),) if price else ())


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ([PRICE], "1 call, at most ≈215 tokens in and 128 out: at most ≈$0.00047."),
        ([free_price("a test")], "1 call, at most ≈215 tokens in and 128 out: free."),
        (
            [None, None],
            "2 calls, at most ≈430 tokens in and 256 out."
            " What that costs is unknown, since no price is known.",
        ),
        (
            [PRICE, None],
            "2 calls, at most ≈430 tokens in and 256 out: at most ≈$0.00047."
            " Not in this sum, because their price is unknown: m1.",
        ),
    ],
)
def test_u41_the_cost_is_told_with_what_is_unknown_of_it(
    prices: list[Price | None], words: str
) -> None:
    models = [priced(f"m{number}", price) for number, price in enumerate(prices)]

    assert cost_words(expected(models)) == words


def test_of_many_models_without_a_price_three_are_named() -> None:
    models = [priced("dear", PRICE), *(Model(f"m{number}") for number in range(5))]

    assert cost_words(expected(models)).endswith("m0, m1, m2 and 2 more.")


def running(*, phase: Phase | None = None) -> ProbeRun:
    order = Order("ann", Endpoint("Upstream", "http://127.0.0.1:1/v1"), (Model("a"), Model("b")))
    run = ProbeRun(order, stop=lambda: None)
    run.add("a", NOW, ProbeResult(True))
    run.current, run.step = "b", Step.TOOLS
    if phase is not None:
        message = Message("r", "", None, Role.ASSISTANT, "", state=MessageState.STREAMING)
        run.reply = Reply(message, "ann", stop=lambda: None)
        run.reply.enter(phase)
    return run


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (None, "Model 2 of 2: b, Tools…"),
        (Phase.WAITING, "Model 2 of 2: b, Tools…"),
        (Phase.QUEUED, "Model 2 of 2: b, Tools, waiting for a free place at the endpoint…"),
        (
            Phase.RETRYING,
            "Model 2 of 2: b, Tools, the endpoint is busy and will be asked again…",
        ),
        (Phase.STARTING, "Model 2 of 2: b, Tools, starting the model on this machine…"),
    ],
)
def test_the_progress_names_the_model_and_what_is_waited_for(
    phase: Phase | None, words: str
) -> None:
    assert progress_words(running(phase=phase)) == words


def test_after_the_end_the_models_that_were_probed_are_counted() -> None:
    run = running()

    run.end()

    assert progress_words(run) == "1 of 2 models probed"


class EndsMeanwhile(ProbeRun):
    """A run that the engine's loop ends just after somebody asked what it is doing."""

    ends = False

    def __getattribute__(self, name: str) -> object:
        value = super().__getattribute__(name)
        if name == "step" and self.ends:
            self.end()
        return value


def test_a_probe_that_ends_while_it_is_looked_at_is_told_all_the_same() -> None:
    run = EndsMeanwhile(running().order, stop=lambda: None)
    run.current, run.step, run.ends = "b", Step.TOOLS, True

    assert progress_words(run) == "Model 2 of 2: b, Tools…"


FULL = ProbeResult(
    True,
    time_to_first_token_s=0.2512,
    tokens_per_second=48.2,
    is_streamed=True,
    has_usage=True,
    has_cached_tokens=False,
    reasoning="reasoning_content",
    finish_reason="stop",
    checks={Step.TOOLS: Check(False, "Refused.", "no tools"), Step.CACHE: Check(None, "Not told.")},
)


def test_a_line_says_what_was_measured_and_when() -> None:
    row = table_row("a", NOW, FULL)

    assert row == {
        "Model id": "a",
        "Answers": "yes",
        "First token": "251 ms",
        "Speed": "48 tokens/s",
        "Usage": "reported, streamed",
        "Cached tokens": "no",
        "Reasoning": "reasoning_content · declared –",
        "Ended by": "stop",
        "JSON schema": "not probed · declared –",
        "Tools": "no: Refused. · declared –",
        "Vision": "not probed · declared –",
        "Prompt cache": "–: Not told.",
        "Probed": "2026-11-24 13:05 UTC",
        "The endpoint said": "Tools: no tools",
    }


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (ProbeResult(False, TimedOut().notice), f"no: {TimedOut.title}"),
        (ProbeResult(True, ConnectionLost().notice), f"yes, but: {ConnectionLost.title}"),
        (ProbeResult(False), "–"),
    ],
)
def test_what_did_not_answer_says_why(result: ProbeResult, words: str) -> None:
    row = table_row("a", NOW, result)

    assert row["Answers"] == words
    assert row["First token"] == row["Speed"] == row["Usage"] == row["Ended by"] == "–"


@pytest.mark.parametrize(
    ("has_usage", "is_streamed", "words"),
    [
        (True, False, "reported, not streamed"),
        (False, True, "not reported"),
        (None, True, "–"),
    ],
)
def test_usage_is_told_as_it_came(has_usage: bool | None, is_streamed: bool, words: str) -> None:
    result = replace(FULL, has_usage=has_usage, is_streamed=is_streamed)

    assert table_row("a", NOW, result)["Usage"] == words


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (True, "≠ no: Refused. · declared yes"),
        (False, "no: Refused. · declared no"),
        (None, "no: Refused. · declared –"),
    ],
)
def test_a_claim_stands_beside_what_was_seen_with_a_mark_where_they_differ(
    declared: bool | None, words: str
) -> None:
    observed = Fact("tools", False, OBSERVED_SOURCE)
    facts = (observed,) if declared is None else (Fact("tools", declared, "a list"), observed)

    assert table_row("a", NOW, FULL, Model("a", facts))["Tools"] == words


@pytest.mark.parametrize(
    ("has_usage", "speed_source", "words"),
    [
        (True, "measured", "48 tokens/s"),
        (False, "measured", "≈48 tokens/s"),
        (None, "measured", "≈48 tokens/s"),
        (False, "server", "48 tokens/s"),
    ],
)
def test_a_speed_from_tokens_that_were_not_reported_is_an_estimate(
    has_usage: bool | None, speed_source: str, words: str
) -> None:
    result = replace(FULL, has_usage=has_usage, speed_source=speed_source)

    assert table_row("a", NOW, result)["Speed"] == words


def test_reasoning_that_did_not_come_is_no_claim_that_there_is_none() -> None:
    row = table_row("a", NOW, replace(FULL, reasoning=""), Model("a"))

    assert row["Reasoning"] == "none came · declared –"
