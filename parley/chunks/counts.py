"""What a server says about tokens, money and time, in any of the dialects servers have for it.

Impossible numbers become unknown; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from parley.chunks.wire import mapping, number
from parley.usage import UNKNOWN, Count, Usage, reported

SANE_COST_USD = 10_000
"""One reply that costs more is a fault of the server, not a figure."""
COST_NAMES = ("cost", "estimated_cost")
SANE_SECONDS = 86_400.0
SANE_TOKENS_PER_SECOND = 100_000.0


@dataclass(frozen=True)
class Timings:
    """The server's own measurements, as far as it gives them."""

    time_to_first_token_s: float | None = None
    """Without the network, and without the queue where the server leaves it out."""
    tokens_per_second: float | None = None


def read_usage(value: object) -> Usage:
    """The counts of one usage object; everything that is missing or impossible is unknown.

    Reasoning that a server counts beside its output (xAI) is added to it when the server's own total says so.
    Otherwise more reasoning than output means that reasoning is unknown, and output stays as sent.
    """
    sent = mapping(value)
    input_tokens = reported(sent.get("prompt_tokens"))
    reasoning = _first(*_reasoning_values(sent))
    output = _with_reasoning_inside(sent, input_tokens, reasoning)
    return Usage(
        input_tokens=input_tokens,
        cached_tokens=_part(_first(*_cached_values(sent)), input_tokens),
        output_tokens=output,
        reasoning_tokens=_part(reasoning, output),
    )


def _reasoning_values(sent: Mapping[str, Any]) -> tuple[object, ...]:
    """OpenAI's detail, SGLang's."""
    details = mapping(sent.get("completion_tokens_details"))
    return (details.get("reasoning_tokens"), sent.get("reasoning_tokens"))


def _cached_values(sent: Mapping[str, Any]) -> tuple[object, ...]:
    """OpenAI's detail, DeepSeek's, the Anthropic-style one of proxies, Moonshot's."""
    return (
        mapping(sent.get("prompt_tokens_details")).get("cached_tokens"),
        sent.get("prompt_cache_hit_tokens"),
        sent.get("cache_read_input_tokens"),
        sent.get("cached_tokens"),
    )


def _with_reasoning_inside(sent: Mapping[str, Any], input_tokens: Count, reasoning: Count) -> Count:
    output = reported(sent.get("completion_tokens"))
    total = reported(sent.get("total_tokens")).value
    if input_tokens.value is None or output.value is None or not reasoning.value:
        return output
    together = output.value + reasoning.value
    return reported(together) if total == input_tokens.value + together else output


def _first(*values: object) -> Count:
    counts = [reported(value) for value in values]
    return next((count for count in counts if count.is_known), UNKNOWN)


def _part(part: Count, whole: Count) -> Count:
    """A part that exceeds its whole is a fault of the server, hence unknown."""
    if part.value is not None and whole.value is not None and part.value > whole.value:
        return UNKNOWN
    return part


def with_llama_timings(usage: Usage | None, timings: Mapping[str, Any]) -> Usage | None:
    """llama.cpp counts in its timings too: cached ones always, the others where usage is missing."""
    cached, evaluated = reported(timings.get("cache_n")), reported(timings.get("prompt_n"))
    if usage is None and evaluated.value is not None:
        usage = Usage(
            input_tokens=reported(evaluated.value + (cached.value or 0)),
            output_tokens=reported(timings.get("predicted_n")),
        )
    if usage is None or usage.cached_tokens.is_known:
        return usage
    return replace(usage, cached_tokens=_part(cached, usage.input_tokens))


def read_cost(usage: Mapping[str, Any]) -> Decimal | None:
    """US dollars that the server itself names: OpenRouter's `cost`, DeepInfra's `estimated_cost`.

    With a key of the reader's own at the provider (BYOK), OpenRouter's `cost` is its fee alone; what the provider
    charges stands beside it, and where it does not the cost is unknown.
    """
    costs = [_money(usage.get(name)) for name in COST_NAMES]
    named = next((cost for cost in costs if cost is not None), None)
    upstream = _money(mapping(usage.get("cost_details")).get("upstream_inference_cost"))
    if named is None or not (usage.get("is_byok") is True or (named == 0 and upstream)):
        return named
    return None if upstream is None else named + upstream


def _money(value: object) -> Decimal | None:
    return None if number(value, SANE_COST_USD) is None else Decimal(str(value))


def has_impossible_numbers(usage: object) -> bool:
    """Whether a usage object as received holds a figure of ours that cannot be, so that it was not used."""
    sent = mapping(usage)
    kept = read_usage(sent)
    reasoning = _first(*_reasoning_values(sent))
    dropped = (_first(*_cached_values(sent)).is_known and not kept.cached_tokens.is_known) or (
        reasoning.is_known and not kept.reasoning_tokens.is_known
    )
    counts = (
        sent.get("prompt_tokens"),
        sent.get("completion_tokens"),
        *_cached_values(sent),
        *_reasoning_values(sent),
    )
    costs = (sent.get(name) for name in COST_NAMES)
    return (
        dropped
        or any(value is not None and not reported(value).is_known for value in counts)
        or any(isinstance(cost, int | float) and _money(cost) is None for cost in costs)
    )


def read_timings(chunk: Mapping[str, Any], usage: Mapping[str, Any]) -> Timings | None:
    """llama.cpp's `timings`, vLLM's `metrics`, or the times in Groq's usage; `None` when there are none."""
    llama = mapping(chunk.get("timings"))
    vllm = mapping(chunk.get("metrics")) or mapping(usage.get("metrics"))
    first_ms = number(
        llama.get("prompt_ms", vllm.get("time_to_first_token_ms")), SANE_SECONDS * 1e3
    )
    speed = _speed(llama.get("predicted_per_second", vllm.get("tokens_per_second")))
    if first_ms is None and speed is None:
        return _groq_timings(usage)
    return Timings(None if first_ms is None else first_ms / 1e3, speed)


def _groq_timings(usage: Mapping[str, Any]) -> Timings | None:
    prompt_s = number(usage.get("prompt_time"), SANE_SECONDS)
    completion_s = number(usage.get("completion_time"), SANE_SECONDS)
    if prompt_s is None or completion_s is None:
        return None
    queue_s = number(usage.get("queue_time"), SANE_SECONDS) or 0.0
    written = reported(usage.get("completion_tokens")).value or 0
    return Timings(queue_s + prompt_s, _speed(written / completion_s if completion_s else None))


def _speed(value: object) -> float | None:
    """0 tokens per second is no measurement."""
    return number(value, SANE_TOKENS_PER_SECOND) or None
