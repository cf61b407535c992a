"""A person's own use of a model, tokens per request and requests per month, and what that costs by a price.

The use is an assumption, so the cost is one too: write it with ≈. An average is taken of reported figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from parley.errors import Refused
from parley.pricing.costing import EXACT_DIGITS
from parley.pricing.price import Price
from parley.usage import ABSURD_TOKENS, State, Usage

MOST_REQUESTS = 1_000_000_000

Fields = tuple[int | None, int | None, int | None, int | None]
"""Tokens in, out and cached per request, and requests per month; `None` = not given."""

NO_FIELDS: Fields = (None, None, None, None)


@dataclass(frozen=True)
class Use:
    """What one request of a person holds, and how many of them a month has.

    Raises:
        Refused: a number that cannot be; the sentence says which.
    """

    input_tokens: int
    """Includes `cached_tokens`."""
    output_tokens: int
    cached_tokens: int
    requests_per_month: int

    def __post_init__(self) -> None:
        tokens = (self.input_tokens, self.output_tokens, self.cached_tokens)
        if not all(_is_whole(number, ABSURD_TOKENS) for number in tokens):
            raise Refused(f"Tokens per request are whole numbers from 0 to {ABSURD_TOKENS:,}.")
        if not (_is_whole(self.requests_per_month, MOST_REQUESTS) and self.requests_per_month):
            raise Refused(f"Requests per month are a whole number from 1 to {MOST_REQUESTS:,}.")
        if self.cached_tokens > self.input_tokens:
            raise Refused("Cached tokens are part of the input, so they cannot be more than it.")
        if not self.tokens:
            raise Refused("A request without any tokens costs nothing anywhere.")

    @property
    def tokens(self) -> int:
        """What a context window has to hold."""
        return self.input_tokens + self.output_tokens


def _is_whole(number: object, most: int) -> bool:
    return type(number) is int and 0 <= number <= most


def read_fields(text: str | None) -> Fields:
    """The four numbers as an address holds them; what is no possible number counts as not given.

    >>> read_fields("1200,300,,50"), read_fields("many,-3")
    ((1200, 300, None, 50), (None, None, None, None))
    """
    parts = [*(text or "").split(",")[:4], "", "", "", ""]
    tokens_in, tokens_out, cached = (_whole(part, ABSURD_TOKENS) for part in parts[:3])
    return tokens_in, tokens_out, cached, _whole(parts[3], MOST_REQUESTS)


def _whole(part: str, most: int) -> int | None:
    digits = part.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(most))):
        return None
    return number if (number := int(digits)) <= most else None


def write_fields(fields: Fields) -> str | None:
    """The inverse of `read_fields`; `None` when nothing is given."""
    if fields == NO_FIELDS:
        return None
    return ",".join("" if number is None else str(number) for number in fields)


def use_of(fields: Fields) -> Use | None:
    """The use, or `None` while input, output or requests are missing; no word of a cache means no cache.

    Raises:
        Refused: the numbers do not go together.
    """
    tokens_in, tokens_out, cached, requests = fields
    if tokens_in is None or tokens_out is None or requests is None:
        return None
    return Use(tokens_in, tokens_out, cached or 0, requests)


def monthly_cost(price: Price, use: Use) -> Decimal:
    """US dollars for a month of this use, exact; a long request is costed by its tier."""
    with localcontext(prec=EXACT_DIGITS):
        return _request_cost(price, use) * use.requests_per_month


def request_cost(price: Price, use: Use) -> Decimal:
    """US dollars for one request, exact."""
    with localcontext(prec=EXACT_DIGITS):
        return _request_cost(price, use)


def _request_cost(price: Price, use: Use) -> Decimal:
    rates = price.for_input(use.input_tokens) if price.tiers else price
    cached_rate = rates.cached_input_per_mtok
    if cached_rate is None:
        cached_rate = rates.input_per_mtok
    total = (
        (use.input_tokens - use.cached_tokens) * rates.input_per_mtok
        + use.cached_tokens * cached_rate
        + use.output_tokens * rates.output_per_mtok
    )
    return total.scaleb(-6)


@dataclass(frozen=True)
class AverageUse:
    """What the requests of a conversation held on average, and what that was taken from."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int
    replies: int
    """Those whose input and output were reported: the average is theirs."""
    left_out: int
    """Calls without reported figures: estimated, cut short, refused, or still running."""
    cache_unsaid: int
    """Replies of which nobody said how much was cached: taken as nothing, which costs rather too much."""
    largest: int
    """Input and output tokens of the largest of these requests: what a context window has to hold."""
    longest_output: int


def use_of_conversation(calls: Iterable[Usage | None]) -> AverageUse | None:
    """The average request of these calls, rounded to whole tokens; `None` when none reported its figures.

    `calls`: one a call, `None` for one that has no outcome yet.
    """
    every = list(calls)
    counted = [usage for usage in every if usage is not None and _is_reported(usage)]
    if not counted:
        return None
    inputs = [usage.input_tokens.value or 0 for usage in counted]
    outputs = [usage.output_tokens.value or 0 for usage in counted]
    return AverageUse(
        input_tokens=_average(inputs),
        output_tokens=_average(outputs),
        cached_tokens=_average([_cached(usage) for usage in counted]),
        replies=len(counted),
        left_out=len(every) - len(counted),
        cache_unsaid=sum(usage.cached_tokens.state is not State.REPORTED for usage in counted),
        largest=max(map(sum, zip(inputs, outputs, strict=True))),
        longest_output=max(outputs),
    )


def _is_reported(usage: Usage) -> bool:
    return usage.input_tokens.state is usage.output_tokens.state is State.REPORTED


def _cached(usage: Usage) -> int:
    """Never more than the input that it is part of, whatever the server said."""
    if usage.cached_tokens.state is not State.REPORTED:
        return 0
    return min(usage.cached_tokens.value or 0, usage.input_tokens.value or 0)


def _average(numbers: Sequence[int]) -> int:
    """Half rounds up, in whole numbers alone."""
    return (2 * sum(numbers) + len(numbers)) // (2 * len(numbers))
