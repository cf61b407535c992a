"""A probe in words: its steps, its cost, its progress, a line of a table for each result. Plain text, no markup.

What is declared and what was observed stand side by side; where they differ the line says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from parley.catalog.model import Model
from parley.pricing.wording import UNKNOWN_FIGURE, write_duration, write_money, write_speed
from parley.probe.expected import Expected
from parley.probe.observed import OBSERVED_SOURCE
from parley.probe.result import Check, ProbeResult
from parley.probe.run import ProbeRun
from parley.probe.steps import Step
from parley.reply import Phase

_STEPS = {
    Step.REPLY: "Short reply",
    Step.SCHEMA: "JSON schema",
    Step.TOOLS: "Tools",
    Step.VISION: "Vision",
    Step.CACHE: "Prompt cache",
}
_DECLARED = {Step.SCHEMA: "structured_output", Step.TOOLS: "tools", Step.VISION: "vision"}
_NAMED = 3
"""So many of the models without a price."""
_YES_NO = {True: "yes", False: "no", None: UNKNOWN_FIGURE}


def step_words(step: Step) -> str:
    """What a step is called."""
    return _STEPS[step]


def table_row(
    model_id: str, taken_at: datetime, result: ProbeResult, model: Model | None = None
) -> dict[str, str]:
    """Column → text. `model` is what is declared of it now; `None` = it is not in the list any more."""
    checks = {step_words(step): _compared(step, result, model) for step in _DECLARED}
    return {
        "Model id": model_id,
        "Answers": _answers(result),
        "First token": write_duration(result.time_to_first_token_s),
        "Speed": _speed(result),
        "Usage": _usage(result),
        "Cached tokens": _YES_NO[result.has_cached_tokens],
        "Reasoning": _with_declared(_reasoning(result), "reasoning", model),
        "Ended by": result.finish_reason or UNKNOWN_FIGURE,
        **checks,
        step_words(Step.CACHE): _observed(result.checks.get(Step.CACHE)),
        "Probed": f"{taken_at:%Y-%m-%d %H:%M} UTC",
        "The endpoint said": _details(result),
    }


def _answers(result: ProbeResult) -> str:
    if result.notice is None:
        return "yes" if result.reached else UNKNOWN_FIGURE
    return f"{'yes, but: ' if result.reached else 'no: '}{result.notice.title}"


def _speed(result: ProbeResult) -> str:
    """Counted by us, tokens are an estimate, and so is their speed."""
    if result.tokens_per_second is None or result.has_usage or result.speed_source == "server":
        return write_speed(result.tokens_per_second)
    return f"≈{write_speed(result.tokens_per_second)}"


def _usage(result: ProbeResult) -> str:
    if not result.has_usage:
        return {False: "not reported", None: UNKNOWN_FIGURE}[result.has_usage]
    return "reported, streamed" if result.is_streamed else "reported, not streamed"


def _reasoning(result: ProbeResult) -> str:
    if result.reasoning is None:
        return UNKNOWN_FIGURE
    return result.reasoning or "none came"


def _compared(step: Step, result: ProbeResult, model: Model | None) -> str:
    check = result.checks.get(step)
    is_other = check is not None and _differs(check.seen, _declared(_DECLARED[step], model))
    words = _with_declared(_observed(check), _DECLARED[step], model)
    return f"≠ {words}" if is_other else words


def _differs(seen: bool | None, declared: bool | None) -> bool:
    return seen is not None and declared is not None and seen != declared


def _with_declared(observed: str, name: str, model: Model | None) -> str:
    return f"{observed} · declared {_YES_NO[_declared(name, model)]}"


def _declared(name: str, model: Model | None) -> bool | None:
    """What any other source says of it, the first that says anything."""
    facts = () if model is None else model.facts
    said = (f.value for f in facts if f.name == name and f.source != OBSERVED_SOURCE)
    return next((value for value in said if isinstance(value, bool)), None)


def _observed(check: Check | None) -> str:
    if check is None:
        return "not probed"
    return f"{_YES_NO[check.seen]}: {check.words}"


def _details(result: ProbeResult) -> str:
    said: Mapping[str, str] = {
        "": result.notice.detail if result.notice else "",
        **{f"{step_words(step)}: ": check.detail for step, check in result.checks.items()},
    }
    return " · ".join(f"{about}{detail}" for about, detail in said.items() if detail)


def cost_words(told: Expected) -> str:
    """What a probe uses and costs at most, and what of that is not known."""
    used = (
        f"{_number(told.calls, 'call')}, at most ≈{told.input_tokens:,} tokens in and "
        f"{told.output_tokens:,} out"
    )
    if told.cost.all_free:
        return f"{used}: free."
    if told.cost.amount is None:
        return f"{used}. What that costs is unknown, since no price is known."
    sum_of_known = f"{used}: at most ≈{write_money(told.cost.amount)}."
    if not told.unpriced:
        return sum_of_known
    names = ", ".join(told.unpriced[:_NAMED])
    more = f" and {len(told.unpriced) - _NAMED:,} more" if len(told.unpriced) > _NAMED else ""
    return f"{sum_of_known} Not in this sum, because their price is unknown: {names}{more}."


def progress_words(run: ProbeRun) -> str:
    """How far a probe is."""
    # Read once: the probe may end, or go on to the next model, between two looks.
    current, step = run.current, run.step
    done, every = len(run.results), len(run.order.models)
    if current is None or step is None:
        return f"{done:,} of {_number(every, 'model')} probed"
    place = min(list(_ids(run)).index(current) + 1, every)
    return f"Model {place:,} of {every:,}: {current}, {step_words(step)}{_waiting(run)}"


def _ids(run: ProbeRun) -> Iterator[str]:
    return (model.id for model in run.order.models)


def _waiting(run: ProbeRun) -> str:
    reply = run.reply
    phase = None if reply is None else reply.phase
    words = {
        Phase.STARTING: ", starting the model on this machine…",
        Phase.QUEUED: ", waiting for a free place at the endpoint…",
        Phase.RETRYING: ", the endpoint is busy and will be asked again…",
    }
    return "…" if phase is None else words.get(phase, "…")


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
