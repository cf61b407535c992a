"""What an attempt came to: figures with their states, speed by who says it, and a timing track that stays small."""

from __future__ import annotations

from typing import Any

import pytest

from parley.chunks import ReplyReader
from parley.conversation import MessageState
from parley.outcomes import TRACK_POINTS, Clock, speed_of, usage_of
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
