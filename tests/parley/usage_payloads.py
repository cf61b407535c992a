"""What servers send of usage, one case each, and what it must come to: buckets, states, cost to the last digit.

The amounts were worked out by hand at $0.20 in, $0.03 cached and $0.65 out per million tokens, for the question
"Hello" (5 characters) and an answer of 12. Where a case of adversity.md is covered, its id begins the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from parley.usage import UNKNOWN, Count, State, Usage, reported

ANSWER = "Twelve chars"
TEXT: dict[str, Any] = {"choices": [{"index": 0, "delta": {"content": ANSWER}}]}
END: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}

IN_AND_OUT = Decimal("0.0004475")
"""1,204 × $0.20 + 318 × $0.65, per million."""
WITH_CACHE = Decimal("0.0002945")
"""304 × $0.20 + 900 × $0.03 + 318 × $0.65, per million."""
GUESSED_IN = Decimal("0.0002071")
"""2 × $0.20 + 318 × $0.65, per million."""
GUESSED_BOTH = Decimal("0.00000235")
"""2 × $0.20 + 3 × $0.65, per million."""


@dataclass(frozen=True)
class Payload:
    """One stream and what becomes of it."""

    name: str
    chunks: tuple[dict[str, Any], ...]
    usage: Usage
    amount: Decimal
    state: State = State.REPORTED
    flagged: bool = False
    """The receipt says that numbers were impossible."""


def counts(
    input_tokens: int | None, cached: int | None, output: int | None, thoughts: int | None = None
) -> Usage:
    return Usage(reported(input_tokens), reported(cached), reported(output), reported(thoughts))


def guessed(usage: Usage, *, inputs: int | None = None, output: int | None = None) -> Usage:
    """The same with these counts estimated."""
    return Usage(
        usage.input_tokens if inputs is None else Count(inputs, State.ESTIMATED),
        usage.cached_tokens,
        usage.output_tokens if output is None else Count(output, State.ESTIMATED),
        usage.reasoning_tokens,
    )


def said(**more: object) -> dict[str, Any]:
    return {"prompt_tokens": 1204, "completion_tokens": 318, **more}


def last(usage: object, **beside: object) -> tuple[dict[str, Any], ...]:
    """The usual place: a chunk of its own without choices, after the finish reason."""
    return (TEXT, END, {"choices": [], "usage": usage, **beside})


PLAIN = counts(1204, None, 318)
CACHED = counts(1204, 900, 318)
TIMINGS = {"cache_n": 900, "prompt_n": 304, "prompt_ms": 250.0, "predicted_n": 318}
THREE_INTS = said(total_tokens=1522)
OPENAI = said(
    total_tokens=1522,
    prompt_tokens_details={"cached_tokens": 900, "cache_write_tokens": 100, "audio_tokens": 0},
    completion_tokens_details={"reasoning_tokens": 210, "audio_tokens": 0},
)
GROQ = said(total_tokens=1522, queue_time=0.5, prompt_time=0.25, completion_time=2.0)
OPENROUTER = {**OPENAI, "cost": 0.00031415, "cost_details": {"upstream_inference_cost": None}}
BYOK = said(cost=0.00001, is_byok=True, cost_details={"upstream_inference_cost": 0.0003})
BESIDE = {
    "prompt_tokens": 1204,
    "completion_tokens": 108,
    "total_tokens": 1522,
    "completion_tokens_details": {"reasoning_tokens": 210},
}

SERVERS = (
    Payload("openai", last(OPENAI), counts(1204, 900, 318, 210), WITH_CACHE),
    Payload(
        "openai, nothing cached and nothing thought",
        last(
            said(
                prompt_tokens_details={"cached_tokens": 0, "image_tokens": 85},
                completion_tokens_details={"reasoning_tokens": 0},
            )
        ),
        counts(1204, 0, 318, 0),
        IN_AND_OUT,
    ),
    Payload("vllm, details null", last(said(prompt_tokens_details=None)), PLAIN, IN_AND_OUT),
    Payload("vllm with metrics", last(THREE_INTS, metrics={"queue_time_ms": 3}), PLAIN, IN_AND_OUT),
    Payload("sglang", last(said(reasoning_tokens=210)), counts(1204, None, 318, 210), IN_AND_OUT),
    Payload("llama.cpp, usage and timings", last(said(), timings=TIMINGS), CACHED, WITH_CACHE),
    Payload("llama.cpp, timings alone", last(None, timings=TIMINGS), CACHED, WITH_CACHE),
    Payload("ollama", last(THREE_INTS), PLAIN, IN_AND_OUT),
    Payload("openrouter", last(OPENROUTER), counts(1204, 900, 318, 210), Decimal("0.00031415")),
    Payload("openrouter, your own key", last(BYOK), PLAIN, Decimal("0.00031")),
    Payload(
        "deepseek",
        last(said(prompt_cache_hit_tokens=900, prompt_cache_miss_tokens=304)),
        CACHED,
        WITH_CACHE,
    ),
    Payload(
        "groq",
        (TEXT, {**END, "x_groq": {"id": "req", "usage": GROQ}}),
        PLAIN,
        IN_AND_OUT,
    ),
    Payload("deepinfra", last(said(estimated_cost=5.12e-4)), PLAIN, Decimal("0.000512")),
    Payload(
        "anthropic-style proxy",
        last(said(cache_read_input_tokens=900, cache_creation_input_tokens=200)),
        CACHED,
        WITH_CACHE,
    ),
    Payload("xai, reasoning beside output", last(BESIDE), counts(1204, None, 318, 210), IN_AND_OUT),
    Payload("fireworks", last(THREE_INTS, perf_metrics={"tokens": 1}), PLAIN, IN_AND_OUT),
    Payload(
        "tgi", (TEXT, {**END, "usage": {**THREE_INTS, "cached_tokens": 900}}), CACHED, WITH_CACHE
    ),
    Payload(
        "moonshot, on the choice",
        (TEXT, {"choices": [{**END["choices"][0], "usage": said(cached_tokens=900)}]}),
        CACHED,
        WITH_CACHE,
    ),
)


def growing(*outputs: int) -> tuple[dict[str, Any], ...]:
    """vLLM's and SGLang's `continuous_usage_stats`: each chunk says all that was used so far."""
    return tuple({**TEXT, "usage": {**said(), "completion_tokens": one}} for one in outputs)


def wrong_input(value: object) -> Payload:
    usage = guessed(counts(None, None, 318), inputs=2)
    chunks = last({"prompt_tokens": value, "completion_tokens": 318})
    return Payload(f"u37 input {value!r}", chunks, usage, GUESSED_IN, State.ESTIMATED, True)


def wrong_cached(value: object) -> Payload:
    chunks = last(said(prompt_tokens_details={"cached_tokens": value}))
    return Payload(f"u37 cached {value!r}", chunks, PLAIN, IN_AND_OUT, flagged=True)


def wrong_thought(value: object) -> Payload:
    chunks = last(said(completion_tokens_details={"reasoning_tokens": value}))
    return Payload(f"u37 reasoning {value!r}", chunks, PLAIN, IN_AND_OUT, flagged=True)


def no_usage(name: str, chunks: tuple[dict[str, Any], ...], flagged: bool = False) -> Payload:
    usage = guessed(Usage(), inputs=2, output=3)
    return Payload(name, chunks, usage, GUESSED_BOTH, State.ESTIMATED, flagged)


NAN = float("nan")
NO_COUNTS: tuple[object, ...] = (
    *(-1, "12", "lots", 1.5, 12.0, True, 1e30, NAN, 2**63, 100_000_001),
    *([12], {"n": 12}),
)

ODD = (
    no_usage("u34 no usage", (TEXT, END)),
    no_usage("u34 usage null", last(None)),
    no_usage("u34 usage an empty object", last({})),
    *(no_usage(f"u37 usage {odd!r}", last(odd)) for odd in ("lots", 12, [12], True)),
    Payload(
        "u34 input alone",
        last({"prompt_tokens": 1204}),
        guessed(counts(1204, None, None), output=3),
        Decimal("0.00024275"),
        State.ESTIMATED,
    ),
    Payload(
        "u34 output alone",
        last({"completion_tokens": 318}),
        guessed(counts(None, None, 318), inputs=2),
        GUESSED_IN,
        State.ESTIMATED,
    ),
    Payload(
        "u34 nothing came back",
        last({**said(), "completion_tokens": 0}),
        counts(1204, None, 0),
        Decimal("0.0002408"),
    ),
    Payload(
        "u35 on each chunk, the last repeats",
        (*growing(1, 100, 318), END, {"choices": [], "usage": said()}),
        counts(1204, None, 318),
        IN_AND_OUT,
    ),
    Payload("u35 on each chunk, nothing at the end", (*growing(1, 318), END), PLAIN, IN_AND_OUT),
    Payload(
        "u35 the last one cannot be",
        (*growing(1, 318), END, *last({"prompt_tokens": -1, "completion_tokens": "x"})[2:]),
        PLAIN,
        IN_AND_OUT,
    ),
    Payload("u36 choices empty, after the finish reason", last(said()), PLAIN, IN_AND_OUT),
    Payload(
        "u36 choices missing", (TEXT, END, {"usage": said()}, {"choices": []}), PLAIN, IN_AND_OUT
    ),
    *(wrong_input(value) for value in NO_COUNTS),
    *(wrong_cached(value) for value in (*NO_COUNTS[:10], 1205)),
    *(wrong_thought(value) for value in (*NO_COUNTS[:10], 319)),
    no_usage(
        "u37 both negative", last({"prompt_tokens": -5, "completion_tokens": -5}), flagged=True
    ),
    Payload("u37 total is no sum", last(said(total_tokens=7)), PLAIN, IN_AND_OUT),
    Payload("u37 total cannot be", last(said(total_tokens="lots")), PLAIN, IN_AND_OUT),
    Payload("u37 cost below nothing", last(said(cost=-1)), PLAIN, IN_AND_OUT, flagged=True),
    Payload("u37 cost nan", last(said(cost=NAN)), PLAIN, IN_AND_OUT, flagged=True),
    Payload("u37 cost absurd", last(said(cost=1e30)), PLAIN, IN_AND_OUT, flagged=True),
    Payload(
        "u37 the highest count that can be",
        last({"prompt_tokens": 100_000_000, "completion_tokens": 0}),
        counts(100_000_000, None, 0),
        Decimal("20"),
    ),
    Payload(
        "u37 all of it cached",
        last(said(prompt_tokens_details={"cached_tokens": 1204})),
        counts(1204, 1204, 318),
        Decimal("0.00024282"),
    ),
)

PAYLOADS = (*SERVERS, *ODD)

STOPPED_CHUNKS = growing(1, 5)
STOPPED = Usage(reported(1204), UNKNOWN, Count(5, State.PARTIAL, 6988))
"""Of a reply cut after five tokens, in a window of 8,192."""
STOPPED_AT_LEAST, STOPPED_AT_MOST = Decimal("0.00024405"), Decimal("0.004783")
"""1,204 × $0.20 + 5 × $0.65, and with 6,988 × $0.65."""
