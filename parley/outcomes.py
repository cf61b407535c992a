"""What one attempt came to: usage in its true state, cost, speed. Pure arithmetic on what was received.

Nothing is invented: a server's figure is reported, ours is estimated, a reply that was cut is partial.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from parley.chunks import ReplyReader
from parley.conversation import MessageState
from parley.pricing.costing import cost_of
from parley.pricing.price import LOCAL_SOURCE, UNKNOWN_COST, Cost, Price
from parley.usage import CHARS_PER_TOKEN, UNKNOWN, Count, State, Usage, estimated

TRACK_POINTS = 300
SHORTEST_MEASURED_S = 0.2
"""A reply that arrives in less came out of a buffer; its speed is the buffer's."""


@dataclass
class Clock:
    """When things happened, in seconds of the monotonic clock, and the compact timing track."""

    sent: float = 0.0
    first: float | None = None
    last: float | None = None
    track: list[tuple[int, int]] = field(default_factory=list)
    """(milliseconds since sending, characters so far)"""
    arrivals: int = 0
    """How often something arrived."""

    def arrived(self, now: float, chars: int) -> None:
        """Something arrived; `chars` is the length so far."""
        self.arrivals += 1
        if self.first is None:
            self.first = now
        self.last = now
        self.track.append((round((now - self.sent) * 1000), chars))
        if len(self.track) > 2 * TRACK_POINTS:
            self.track = self.track[::2]

    @property
    def time_to_first_token_s(self) -> float | None:
        return None if self.first is None else self.first - self.sent

    @property
    def generation_s(self) -> float | None:
        if self.first is None or self.last is None or self.last <= self.first:
            return None
        return self.last - self.first


def usage_of(
    reader: ReplyReader,
    state: MessageState,
    *,
    arrivals: int,
    request_chars: int,
    context_window: int | None,
    max_tokens: int | None,
    chars_per_token: float = CHARS_PER_TOKEN,
) -> Usage:
    """The usage of an attempt that the endpoint accepted."""
    said = reader.usage or Usage()
    received = estimated(len(reader.text) + len(reader.reasoning), chars_per_token)
    inputs = said.input_tokens
    if not inputs.is_known:
        inputs = estimated(request_chars, chars_per_token)
    outputs = said.output_tokens
    if state is not MessageState.COMPLETE:
        lowest = Count(min(arrivals, received.value or 0), State.PARTIAL)
        outputs = _at_least(outputs, lowest, inputs, context_window, max_tokens)
    elif not outputs.is_known:
        outputs = received
    return replace(said, input_tokens=inputs, output_tokens=outputs)


def _at_least(
    said: Count, received: Count, inputs: Count, context_window: int | None, max_tokens: int | None
) -> Count:
    """The output of a reply that was cut: what arrived, up to the limit that held for it.

    Servers send at least one token at a time, so the number of arrivals is a floor where an estimate from
    characters could be too high.
    """
    bound = max_tokens
    if bound is None and context_window is not None and inputs.value is not None:
        bound = max(0, context_window - inputs.value)
    value = said.value if said.is_known else received.value
    if bound is not None and value is not None:
        bound = max(bound, value)
    return Count(value, State.PARTIAL, bound)


def speed_of(reader: ReplyReader, clock: Clock, usage: Usage) -> tuple[float | None, str]:
    """Tokens per second and who says so: the server's own timings, else our clock."""
    timings = reader.timings
    if timings is not None and timings.tokens_per_second is not None:
        return timings.tokens_per_second, "server"
    tokens = usage.output_tokens.value
    took_s = clock.generation_s
    if tokens is None or tokens < 2 or took_s is None or took_s < SHORTEST_MEASURED_S:
        return None, ""
    return (tokens - 1) / took_s, "measured"


NOT_USED = Usage(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
"""Of an attempt that no endpoint accepted."""

REFUSALS = frozenset(
    {
        "CredentialMissing",
        "CredentialRejected",
        "OutOfCredit",
        "NotAllowed",
        "ModelNotFound",
        "PromptTooLong",
        "ParameterRejected",
        "TooManyRequests",
    }
)
"""Errors with which an endpoint turns a call away, whatever status the answer has."""


def was_refused(http_status: int | None, error_kind: str | None, usage: Usage) -> bool:
    """Whether the endpoint turned the call away; some say so in an event, under a status of 200."""
    if http_status is not None and http_status >= 400:
        return True
    return error_kind in REFUSALS and usage == NOT_USED


PRICED_AS_ASKED = "the price of the model that was asked"
"""The source of a cost when another model answered, whose price nobody names."""


def bill(
    usage: Usage,
    price: Price | None,
    *,
    reported_cost: Decimal | None = None,
    asked: str = "",
    answered: str | None = None,
    price_of: Callable[[str], Price | None] | None = None,
) -> Cost:
    """What an attempt cost, by the price of the model that answered; `price` is that of the one asked."""
    if answered is None or is_same_model(asked, answered):
        return _cost_that_holds(usage, price, reported_cost)
    own = price_of(answered) if price_of is not None else None
    cost = _cost_that_holds(usage, own or price, reported_cost)
    if own is not None or cost.source == LOCAL_SOURCE or is_variant(asked, answered):
        return cost
    if cost.free:
        return UNKNOWN_COST
    if not cost.lines:
        return cost
    return replace(cost, state=State.ESTIMATED, at_most=None, source=PRICED_AS_ASKED)


def _cost_that_holds(usage: Usage, price: Price | None, reported_cost: Decimal | None) -> Cost:
    """An estimate of the input may be too high, so a lower bound is made of the output alone, at its lowest rate."""
    cost = cost_of(usage, price, reported_cost=reported_cost)
    is_guessed = usage.input_tokens.state is State.ESTIMATED
    if price is None or cost.state is not State.PARTIAL or not is_guessed:
        return cost
    output = cost_of(usage, replace(price, tiers=())).lines[-1]
    if not output.amount:
        return UNKNOWN_COST
    return replace(cost, amount=output.amount, lines=(output,), at_most=None)


def is_same_model(asked: str, answered: str) -> bool:
    """The same but for case, a vendor that only one of them names, or a tag that only the request has.

    >>> is_same_model("openai/GPT-oss", "gpt-oss"), is_same_model("r1:free", "r1"), is_same_model("a/m", "b/m")
    (True, True, False)
    """
    vendors = {known.casefold().rpartition("/")[0] for known in (asked, answered)} - {""}
    wanted, got = _short(asked), _short(answered)
    return len(vendors) < 2 and (wanted == got or wanted.startswith(f"{got}:"))


VERSION = re.compile(r"(?:[-@:](?:latest|\d{3,8}(?:-\d\d){0,2}))?")
"""A date or a number of three digits and more: `-5` and `.4` begin another model's name."""


def is_variant(asked: str, answered: str) -> bool:
    """The model that was asked, perhaps in a dated or numbered version, whoever serves it.

    >>> is_variant("gpt-5", "gpt-5-2026-08-06"), is_variant("a/m", "b/m"), is_variant("gpt-5", "gpt-5-mini")
    (True, True, False)
    """
    wanted, got = _short(asked), _short(answered)
    return got.startswith(wanted) and VERSION.fullmatch(got, len(wanted)) is not None


def _short(model_id: str) -> str:
    return model_id.casefold().rsplit("/", 1)[-1]
