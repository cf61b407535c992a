"""What an attempt came to: figures with their states, speed by who says it, and a timing track that stays small."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from parley.chunks import ReplyReader
from parley.conversation import MessageState
from parley.outcomes import (
    PRICED_AS_ASKED,
    TRACK_POINTS,
    Clock,
    bill,
    speed_of,
    usage_of,
    was_refused,
)
from parley.pricing.price import LOCAL_SOURCE, UNKNOWN_COST, Price, Tier
from parley.usage import UNKNOWN, Count, State, Usage

COMPLETE, STOPPED = MessageState.COMPLETE, MessageState.STOPPED


def reader_of(text: str = "", usage: Any = None, **fields: Any) -> ReplyReader:
    reader = ReplyReader()
    reader.feed({"choices": [{"index": 0, "delta": {"content": text}}]})
    reader.feed({"choices": [], "usage": usage, **fields})
    reader.close()
    return reader


def used(reader: ReplyReader, state: MessageState = COMPLETE, **given: Any) -> Usage:
    bounds = {"arrivals": 3, "request_chars": 40, "context_window": None, "max_tokens": None}
    return usage_of(reader, state, **{**bounds, **given})


def test_what_the_endpoint_reported_is_taken_as_it_is() -> None:
    reader = reader_of("Hello", {"prompt_tokens": 7, "completion_tokens": 2})

    usage = used(reader)

    assert usage.input_tokens == Count(7, State.REPORTED)
    assert usage.output_tokens == Count(2, State.REPORTED)
    assert usage.cached_tokens == UNKNOWN


def test_u34_without_usage_both_sides_are_estimated_apart() -> None:
    usage = used(reader_of("x" * 12))

    assert usage.input_tokens == Count(10, State.ESTIMATED)
    assert usage.output_tokens == Count(3, State.ESTIMATED)


def test_u34_a_ratio_seen_on_the_model_is_used() -> None:
    usage = used(reader_of("x" * 12), chars_per_token=2.0)

    assert (usage.input_tokens.value, usage.output_tokens.value) == (20, 6)


@pytest.mark.parametrize(
    ("reported", "given", "output"),
    [
        (None, {}, Count(3, State.PARTIAL)),
        (None, {"arrivals": 1000}, Count(25, State.PARTIAL)),
        (None, {"max_tokens": 512}, Count(3, State.PARTIAL, 512)),
        (None, {"context_window": 110}, Count(3, State.PARTIAL, 100)),
        (None, {"context_window": 110, "max_tokens": 50}, Count(3, State.PARTIAL, 50)),
        (None, {"context_window": 4}, Count(3, State.PARTIAL, 3)),
        (
            {"prompt_tokens": 10, "completion_tokens": 20},
            {"context_window": 110},
            Count(20, State.PARTIAL, 100),
        ),
    ],
    ids=str,
)
def test_u40_a_stopped_reply_used_at_least_what_came_and_at_most_what_was_allowed(
    reported: object, given: dict[str, Any], output: Count
) -> None:
    assert used(reader_of("x" * 100, reported), STOPPED, **given).output_tokens == output


def test_a_stopped_reply_keeps_its_reported_input() -> None:
    usage = used(reader_of("Hi", {"prompt_tokens": 7, "completion_tokens": 0}), STOPPED)

    assert usage.input_tokens == Count(7, State.REPORTED)


def test_the_clock_counts_from_sending() -> None:
    clock = Clock(sent=10.0)
    before = (clock.time_to_first_token_s, clock.generation_s)

    clock.arrived(10.25, 5)
    once = (clock.time_to_first_token_s, clock.generation_s)
    clock.arrived(12.25, 9)

    assert before == (None, None)
    assert once == (0.25, None)
    assert (clock.time_to_first_token_s, clock.generation_s) == (0.25, 2.0)
    assert clock.track == [(250, 5), (2250, 9)]


@pytest.mark.parametrize("arrivals", [600, 601, 602, 10_000])
def test_the_timing_track_of_a_long_reply_stays_small_and_keeps_both_ends(arrivals: int) -> None:
    clock = Clock(sent=0.0)

    for number in range(1, arrivals + 1):
        clock.arrived(number / 100, number)

    assert TRACK_POINTS <= len(clock.track) <= 2 * TRACK_POINTS
    assert clock.arrivals == arrivals
    assert (clock.track[0], clock.track[-1]) == ((10, 1), (10 * arrivals, arrivals))
    assert clock.track == sorted(clock.track)


def timed(first: float | None, last: float | None) -> Clock:
    return Clock(sent=0.0, first=first, last=last)


@pytest.mark.parametrize(
    ("tokens", "clock", "speed"),
    [
        (Count(21, State.REPORTED), timed(1.0, 3.0), (10.0, "measured")),
        (Count(1, State.REPORTED), timed(1.0, 3.0), (None, "")),
        (Count(21, State.REPORTED), timed(1.0, 1.0), (None, "")),
        (Count(21, State.REPORTED), timed(None, None), (None, "")),
        (UNKNOWN, timed(1.0, 3.0), (None, "")),
    ],
    ids=str,
)
def test_speed_is_measured_from_the_first_text_to_the_last(
    tokens: Count, clock: Clock, speed: tuple[float | None, str]
) -> None:
    assert speed_of(ReplyReader(), clock, Usage(output_tokens=tokens)) == speed


def test_the_servers_own_timing_wins() -> None:
    reader = reader_of("Hello", timings={"predicted_per_second": 48.5, "predicted_n": 20})

    speed = speed_of(reader, timed(1.0, 3.0), Usage(output_tokens=Count(21, State.REPORTED)))

    assert speed == (48.5, "server")


USED = Usage(Count(100, State.REPORTED), UNKNOWN, Count(50, State.REPORTED))
ASKED, OWN = Price(Decimal(1), Decimal(2)), Price(Decimal(10), Decimal(20), source="a list")
LONG_COSTS_MORE = replace(ASKED, tiers=(Tier(500, Decimal(2), Decimal(4)),))
FREE = Price(Decimal(0), Decimal(0), source="a list", free=True)
LOCAL = Price(Decimal(0), Decimal(0), source=LOCAL_SOURCE, free=True)
AS_ASKED, AS_ANSWERED = Decimal("0.0002"), Decimal("0.002")


@pytest.mark.parametrize(
    ("asked", "answered", "own", "amount", "state"),
    [
        ("small/model", None, OWN, AS_ASKED, State.REPORTED),
        ("small/model", "small/model", OWN, AS_ASKED, State.REPORTED),
        ("small/Model", "model", OWN, AS_ASKED, State.REPORTED),
        ("small/model:free", "small/model", OWN, AS_ASKED, State.REPORTED),
        ("small/model", "other/model", OWN, AS_ANSWERED, State.REPORTED),
        ("small/model", "other/model", None, AS_ASKED, State.REPORTED),
        ("small/model", "big/expensive", OWN, AS_ANSWERED, State.REPORTED),
        ("small/model", "model-2026-08-06", OWN, AS_ANSWERED, State.REPORTED),
        ("small/model", "model-2026-08-06", None, AS_ASKED, State.REPORTED),
        ("small/model", "small/model-20260806", None, AS_ASKED, State.REPORTED),
        ("small/model", "small/model-0806", None, AS_ASKED, State.REPORTED),
        ("small/model", "small/model:latest", None, AS_ASKED, State.REPORTED),
        ("small/model", "small/model@fp8", None, AS_ASKED, State.ESTIMATED),
        ("small/model", "small/model-mini", None, AS_ASKED, State.ESTIMATED),
        ("small/model", "small/model-mini-2026-08-06", None, AS_ASKED, State.ESTIMATED),
        ("small/model", "small/model-5", None, AS_ASKED, State.ESTIMATED),
        ("small/model", "small/model.4", None, AS_ASKED, State.ESTIMATED),
        ("small/model", "model5", None, AS_ASKED, State.ESTIMATED),
        ("small/model", "big/expensive", None, AS_ASKED, State.ESTIMATED),
    ],
)
def test_u39_a_cost_goes_by_the_model_that_answered_or_says_that_it_does_not(
    asked: str, answered: str | None, own: Price | None, amount: Decimal, state: State
) -> None:
    cost = bill(USED, ASKED, asked=asked, answered=answered, price_of=lambda _: own)

    assert (cost.amount, cost.state) == (amount, state)
    assert (cost.source == PRICED_AS_ASKED) is (state is State.ESTIMATED)


def test_u39_what_one_model_is_free_of_another_may_charge() -> None:
    assert bill(USED, FREE, asked="a", answered="b") == UNKNOWN_COST
    assert bill(Usage(), FREE, asked="a", answered="b") == UNKNOWN_COST
    assert bill(USED, LOCAL, asked="a", answered="b").free
    assert bill(USED, None, asked="a", answered="b") == UNKNOWN_COST


def test_u39_a_cost_that_the_response_names_needs_no_price() -> None:
    cost = bill(USED, ASKED, reported_cost=Decimal(3), asked="a", answered="b")

    assert (cost.amount, cost.state) == (Decimal(3), State.REPORTED)


def test_u40_what_a_cut_reply_cost_at_least_holds_no_estimate() -> None:
    cut = Count(50, State.PARTIAL, 500)
    guessed = Usage(Count(1000, State.ESTIMATED), UNKNOWN, cut)
    nothing_came = Usage(Count(1000, State.ESTIMATED), UNKNOWN, Count(0, State.PARTIAL, 500))

    told = bill(Usage(Count(1000, State.REPORTED), UNKNOWN, cut), ASKED)
    cost = bill(guessed, ASKED)

    assert (told.amount, told.state) == (Decimal("0.0011"), State.PARTIAL)
    assert told.at_most == Decimal("0.002")
    assert (cost.amount, cost.state, cost.at_most) == (Decimal("0.0001"), State.PARTIAL, None)
    assert sum(line.amount for line in cost.lines) == cost.amount
    assert bill(guessed, LONG_COSTS_MORE).amount == cost.amount
    assert bill(nothing_came, ASKED) == UNKNOWN_COST


@pytest.mark.parametrize(
    ("http_status", "kind", "usage", "refused"),
    [
        (401, "CredentialRejected", Usage(), True),
        (500, "UpstreamUnavailable", Usage(), True),
        (200, "TooManyRequests", Usage(), True),
        (200, "TooManyRequests", USED, False),
        (200, "UpstreamUnavailable", Usage(), False),
        (200, "ReportedByEndpoint", Usage(), False),
        (None, "TimedOut", Usage(), False),
    ],
)
def test_a_refusal_is_told_by_its_status_or_its_cause(
    http_status: int | None, kind: str, usage: Usage, refused: bool
) -> None:
    assert was_refused(http_status, kind, usage) is refused
