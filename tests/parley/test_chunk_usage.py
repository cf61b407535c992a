"""Usage, cost and timings: each server's dialect, and numbers that cannot be."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from parley.chunks import Timings, has_impossible_numbers, read_chunk, read_usage
from parley.usage import UNKNOWN, Usage, reported


def counted(
    input_tokens: int | None = None,
    cached: int | None = None,
    output: int | None = None,
    reasoning: int | None = None,
) -> Usage:
    return Usage(reported(input_tokens), reported(cached), reported(output), reported(reasoning))


def openai(prompt: object, completion: object, **more: object) -> dict[str, object]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, **more}


def thought(tokens: object) -> dict[str, object]:
    return {"completion_tokens_details": {"reasoning_tokens": tokens}}


DIALECTS: list[tuple[str, object, Usage]] = [
    (
        "OpenAI",
        openai(10, 7, total_tokens=17, prompt_tokens_details={"cached_tokens": 4, "audio_tokens": 0}, **thought(5)),
        counted(10, 4, 7, 5),
    ),
    ("vLLM, details null", openai(10, 7, prompt_tokens_details=None), counted(10, None, 7)),
    ("reported as none", openai(10, 7, prompt_tokens_details={"cached_tokens": 0}, **thought(0)), counted(10, 0, 7, 0)),
    ("Ollama, three ints", openai(10, 7, total_tokens=17), counted(10, None, 7)),
    ("DeepSeek", openai(10, 7, prompt_cache_hit_tokens=8, prompt_cache_miss_tokens=2), counted(10, 8, 7)),
    ("Anthropic-style", openai(10, 7, cache_read_input_tokens=6, cache_creation_input_tokens=0), counted(10, 6, 7)),
    ("Moonshot", openai(10, 7, cached_tokens=3), counted(10, 3, 7)),
    ("SGLang reasoning_tokens", openai(10, 7, reasoning_tokens=3), counted(10, None, 7, 3)),
    ("xAI, reasoning beside output", openai(10, 7, total_tokens=37, **thought(20)), counted(10, None, 27, 20)),
    ("xAI, less reasoning than output", openai(10, 7, total_tokens=22, **thought(5)), counted(10, None, 12, 5)),
    ("reasoning beyond output", openai(10, 7, total_tokens=17, **thought(20)), counted(10, None, 7)),
    ("cached beyond input", openai(10, 7, cached_tokens=11), counted(10, None, 7)),
    ("no output", {"prompt_tokens": 10, **thought(3)}, counted(10, None, None, 3)),
    ("empty", {}, counted()),
    ("not an object", "lots", counted()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "usage"), [case[1:] for case in DIALECTS], ids=[case[0] for case in DIALECTS]
)
def test_each_dialect_of_usage_is_read(sent: object, usage: Usage) -> None:
    assert read_usage(sent) == usage


@pytest.mark.parametrize(
    "value",
    [-1, "12", 1.5, 1.0, True, 1e30, math.nan, math.inf, 2**63, 10**8 + 1, None, "lots", [1], {}],
    ids=repr,
)
def test_an_impossible_count_is_unknown_and_never_zero_u_37(value: object) -> None:
    usage = read_usage(
        openai(value, value, cached_tokens=value, total_tokens=value, **thought(value))
    )

    assert usage == Usage(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)


def test_a_total_that_is_no_sum_changes_nothing_u_37() -> None:
    assert read_usage(openai(10, 7, total_tokens=99, **thought(2))) == counted(10, None, 7, 2)


PLACES: list[tuple[str, dict[str, Any]]] = [
    ("on the chunk", {"choices": [], "usage": openai(10, 7)}),
    ("under x_groq", {"choices": [], "usage": None, "x_groq": {"id": "r", "usage": openai(10, 7)}}),
    ("on the choice", {"choices": [{"index": 0, "delta": {}, "usage": openai(10, 7)}]}),
]


@pytest.mark.parametrize("chunk", [case[1] for case in PLACES], ids=[case[0] for case in PLACES])
def test_usage_is_found_where_servers_put_it(chunk: dict[str, Any]) -> None:
    delta = read_chunk(chunk)

    assert delta.usage == counted(10, None, 7)
    assert delta.raw_usage == openai(10, 7)


LLAMA = {
    "cache_n": 6,
    "prompt_n": 4,
    "prompt_ms": 250.0,
    "predicted_n": 7,
    "predicted_ms": 140.0,
    "predicted_per_second": 50.0,
}


@pytest.mark.parametrize(
    ("chunk", "usage"),
    [
        ({"timings": LLAMA, "usage": openai(10, 7)}, counted(10, 6, 7)),
        ({"timings": LLAMA, "usage": openai(10, 7, cached_tokens=0)}, counted(10, 0, 7)),
        ({"timings": LLAMA, "usage": openai(5, 7)}, counted(5, None, 7)),
        ({"timings": LLAMA}, counted(10, 6, 7)),
        ({"timings": {"prompt_n": 4, "predicted_n": -1}}, counted(4, None, None)),
        ({"timings": {"cache_n": 6}}, None),
    ],
)
def test_llama_cpp_counts_in_its_timings_too(chunk: object, usage: Usage | None) -> None:
    assert read_chunk(chunk).usage == usage


def byok(cost: object, upstream: object) -> dict[str, object]:
    return {
        "cost": cost,
        "is_byok": True,
        "cost_details": {"upstream_inference_cost": upstream},
    }


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"cost": 0.00014}, Decimal("0.00014")),
        ({"cost": 0}, Decimal(0)),
        ({"estimated_cost": 3.3e-05}, Decimal("0.000033")),
        ({"cost": None, "estimated_cost": 1}, Decimal(1)),
        ({"cost": -1}, None),
        ({"cost": "0.1"}, None),
        ({"cost": True}, None),
        ({"cost": math.nan}, None),
        ({"cost": math.inf}, None),
        ({"cost": 10**400}, None),
        ({"cost": 10_001}, None),
        ({"cost": {"total": 1}}, None),
        (byok(0, 0.02), Decimal("0.02")),
        (byok(0.001, 0.02), Decimal("0.021")),
        (byok(0, None), None),
        (byok(0, -1), None),
        (byok(0, "0.02"), None),
        (byok(None, 0.02), None),
        ({"cost": 0, "cost_details": {"upstream_inference_cost": 0.02}}, Decimal("0.02")),
        ({"cost": 0, "cost_details": {"upstream_inference_cost": 0}}, Decimal(0)),
        ({"cost": 0.5, "cost_details": {"upstream_inference_cost": 0.5}}, Decimal("0.5")),
        ({"cost": 0, "is_byok": False, "cost_details": None}, Decimal(0)),
        ({}, None),
    ],
)
def test_a_cost_that_the_server_names_is_exact_or_not_taken(
    usage: object, cost: Decimal | None
) -> None:
    assert read_chunk({"usage": usage}).reported_cost == cost


@pytest.mark.parametrize(
    ("sent", "impossible"),
    [
        *((case[1], False) for case in DIALECTS if "beyond" not in case[0] and case[1] != "lots"),
        *((case[1], True) for case in DIALECTS if "beyond" in case[0]),
        (openai(-5, 7), True),
        (openai(10, "lots"), True),
        (openai(10, 7, cached_tokens=-1), True),
        (openai(10, 7, **thought(1.5)), True),
        (openai(10, 7, cost=-1), True),
        (openai(10, 7, cost=0.5), False),
        (None, False),
    ],
)
def test_u37_numbers_that_were_refused_are_told(sent: object, impossible: bool) -> None:
    assert has_impossible_numbers(sent) is impossible


GROQ = {"queue_time": 0.5, "prompt_time": 0.25, "completion_time": 2.0, "completion_tokens": 300}


@pytest.mark.parametrize(
    ("chunk", "timings"),
    [
        ({"timings": LLAMA}, Timings(0.25, 50.0)),
        ({"timings": {"predicted_per_second": 1e6, "prompt_ms": 3}}, Timings(0.003, None)),
        ({"timings": {"predicted_per_second": 0, "prompt_ms": -3}}, None),
        ({"metrics": {"time_to_first_token_ms": 40, "tokens_per_second": 90}}, Timings(0.04, 90.0)),
        ({"usage": {"metrics": {"tokens_per_second": 90}}}, Timings(None, 90.0)),
        ({"x_groq": {"usage": GROQ}}, Timings(0.75, 150.0)),
        ({"usage": {"prompt_time": 0.25, "completion_time": 0}}, Timings(0.25, None)),
        ({"usage": {"prompt_time": "0.25", "completion_time": 1}}, None),
        ({"timings": {"prompt_ms": math.nan, "predicted_per_second": math.inf}}, None),
    ],
)
def test_the_server_s_own_timings_are_read_as_far_as_they_make_sense(
    chunk: object, timings: Timings | None
) -> None:
    assert read_chunk(chunk).timings == timings
