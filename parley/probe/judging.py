"""From what an endpoint answered to what that says about the model. Pure; nothing is concluded from silence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parley.chunks.reasoning_field import is_whole, reasoning_field
from parley.conversation import Message, MessageState, Outcome
from parley.errors import Notice
from parley.pricing.wording import write_count
from parley.probe.result import Check, ProbeResult
from parley.probe.steps import COLOURS, TOOL_NAME
from parley.reply_format import FormatCheck
from parley.usage import State

THINK_TAGS = "think tags"
NEWER_LIMIT = "max_completion_tokens"

_REFUSALS = frozenset({"ParameterRejected", "ModelNotFound"})
"""After a reply of the same model, these are about what was asked for besides."""
_UNSUPPORTED = re.compile(r"(not|n't|un)[ -]?support", re.IGNORECASE)
_SAYS_A_COLOUR = re.compile(rf"\b({'|'.join(COLOURS)})\b", re.IGNORECASE)


class Hearing:
    """Notes on the wire what a finished reply does not tell any more."""

    def __init__(self) -> None:
        self.field: str | None = None
        self.is_whole = False

    def __call__(self, value: object) -> None:
        """Hear one value."""
        self.field = self.field or reasoning_field(value)
        self.is_whole = self.is_whole or is_whole(value)


@dataclass(frozen=True)
class Said:
    """The end of one call."""

    message: Message
    outcome: Outcome
    heard: Hearing

    @property
    def notice(self) -> Notice | None:
        return self.message.notice

    @property
    def is_answer(self) -> bool:
        """The endpoint took the call as it was and answered to the end, if only with thoughts."""
        return self.message.state is MessageState.COMPLETE

    @property
    def wants_another_limit(self) -> str | None:
        """The name that a model wants for the limit of tokens, as OpenAI's reasoning models do."""
        return NEWER_LIMIT if NEWER_LIMIT in _detail(self) and not self.is_answer else None

    @property
    def was_cut(self) -> bool:
        return self.outcome.finish_reason == "length"


def first_look(said: Said) -> ProbeResult:
    """What the short reply tells; of one that was stopped, as much as had come."""
    outcome = said.outcome
    reached = outcome.time_to_first_token_s is not None or said.is_answer
    return ProbeResult(
        reached=reached,
        notice=said.notice,
        time_to_first_token_s=outcome.time_to_first_token_s,
        tokens_per_second=outcome.tokens_per_second,
        speed_source=outcome.speed_source,
        finish_reason=outcome.finish_reason,
        is_streamed=not said.heard.is_whole if reached else None,
        reasoning=_reasoning(said) if reached else None,
        has_usage=_has_usage(outcome) if said.is_answer else None,
        has_cached_tokens=outcome.usage.cached_tokens.is_known if said.is_answer else None,
    )


def _reasoning(said: Said) -> str | None:
    """Of a reply that was cut short none may yet have come."""
    if not said.message.reasoning:
        return "" if said.message.text else None
    return said.heard.field or THINK_TAGS


def _has_usage(outcome: Outcome) -> bool:
    return outcome.usage.output_tokens.state is State.REPORTED


def schema_check(said: Said, fits: FormatCheck) -> Check:
    """`fits` is the reply held against the schema."""
    if not said.is_answer:
        return _fault(said)
    if fits.ok:
        return Check(True, "The reply fits the schema.")
    if said.was_cut or not said.message.text.strip() or not fits.checked:
        return Check(None, "The reply ended before it could be held against the schema.")
    return Check(False, "The schema was accepted, but the reply does not keep it.", fits.problem)


def tools_check(said: Said) -> Check:
    if not said.is_answer:
        return _fault(said)
    if TOOL_NAME in said.message.tool_calls:
        return Check(True, "It called the tool.")
    return Check(None, "The tool was accepted, but not called.")


def vision_check(said: Said, colour: str) -> Check:
    """That an image was accepted is no proof that it was seen; its colour is."""
    if not said.is_answer:
        return _fault(said)
    named = {found.casefold() for found in _SAYS_A_COLOUR.findall(said.message.text)}
    if named == {colour}:
        return Check(True, "The image was accepted, and its colour named.")
    return Check(None, "The image was accepted; that is no proof that it was seen.")


def cache_check(said: Said) -> Check:
    """`said` is the answer to the second of two equal calls."""
    usage = said.outcome.usage
    if not said.is_answer:
        return Check(None, _title(said), _detail(said))
    cached, sent = write_count(usage.cached_tokens), write_count(usage.input_tokens)
    if not usage.cached_tokens.is_known:
        return Check(None, "The endpoint does not say how many tokens were cached.")
    if usage.cached_tokens.value == 0:
        return Check(False, f"None of the {sent} tokens of the second call was cached.")
    return Check(True, f"{cached} of {sent} tokens of the second call were cached.")


def _fault(said: Said) -> Check:
    """Refused, or something that says nothing of what the model can do."""
    kind = said.notice.kind if said.notice else ""
    if kind in _REFUSALS or _UNSUPPORTED.search(_detail(said)):
        return Check(False, "Refused.", _detail(said))
    return Check(None, _title(said), _detail(said))


def _title(said: Said) -> str:
    return said.notice.title if said.notice else ""


def _detail(said: Said) -> str:
    return said.notice.detail if said.notice else ""
