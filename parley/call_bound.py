"""What a call can use and cost at most, worked out before it goes out. Pure.

An upper bound, not an estimate: no tokenizer makes more tokens of a text than it has bytes, and where requests of the
model were seen, their worst ratio with a margin holds. A longer request than the window is refused, and costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from math import ceil
from typing import Any

from parley.budget_note import note_of
from parley.chat_settings import token_limit
from parley.conversation import Request
from parley.pricing.costing import EXACT_DIGITS
from parley.pricing.price import Price, Tier
from parley.tokens_per_character import Ratio

TEMPLATE_TOKENS = 128
"""What a chat template may add of its own: a preamble, the date."""
TOKENS_A_MESSAGE = 16
"""The marks around each."""
MARGIN = Fraction(5, 4)
"""Over the worst ratio that was seen: the next text may be in another language."""
LONGEST_REPLY = 1_000_000
"""Tokens; where neither a limit nor a window is known. No model writes more in one answer."""
_SENT_AS_TEXT = ("response_format", "tools", "functions")
"""Parameters that many servers write into the prompt."""


@dataclass(frozen=True)
class Bound:
    """The most that one call can use, and the dearest rates that may hold for it."""

    input_tokens: int
    output_tokens: int
    """Of each answer."""
    input_per_mtok: Decimal
    output_per_mtok: Decimal
    answers: int = 1
    """How many one call writes (`n`)."""

    @property
    def cost(self) -> Decimal:
        """US dollars."""
        return self.cost_with(self.output_tokens)

    def cost_with(self, output_tokens: int) -> Decimal:
        """US dollars, should each answer have so many tokens."""
        with localcontext(prec=EXACT_DIGITS):
            inputs = self.input_tokens * self.input_per_mtok
            return (inputs + self.answers * output_tokens * self.output_per_mtok).scaleb(-6)

    def tokens_for(self, dollars: Decimal) -> int:
        """The longest answer that so much money pays for; the request itself has to be paid for by it."""
        if not self.output_per_mtok:
            return self.output_tokens
        with localcontext(prec=EXACT_DIGITS):
            each = (self.answers * self.output_per_mtok).scaleb(-6)
            return int(((dollars - self.cost_with(0)) / each).to_integral_value(ROUND_FLOOR))


def bound_of(
    price: Price,
    parameters: Mapping[str, Any],
    input_tokens: int,
    *,
    window: int | None = None,
    longest_output: int | None = None,
) -> Bound:
    """The bound of a call with these body parameters; `window` and `longest_output` in tokens, as far as known."""
    limits = (token_limit(parameters), longest_output, window)
    known = [limit for limit in limits if limit is not None]
    answers = parameters.get("n")
    # No request can have more tokens than the window.
    inputs = input_tokens if window is None else min(input_tokens, window)
    rates: list[Price | Tier] = [price]
    rates += [tier for tier in price.tiers if inputs > tier.above_input_tokens]
    return Bound(
        input_tokens=inputs,
        output_tokens=min([LONGEST_REPLY, *known]),
        input_per_mtok=max(map(_dearest_input, rates)),
        output_per_mtok=max(rate.output_per_mtok for rate in rates),
        answers=answers if type(answers) is int and answers > 0 else 1,
    )


def _dearest_input(rate: Price | Tier) -> Decimal:
    return max(rate.input_per_mtok, rate.cached_input_per_mtok or Decimal(0))


def input_at_most(
    messages: Iterable[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    *,
    attached_chars: int = 0,
    ratio: Ratio | None = None,
) -> int:
    """Tokens of a request at most. `attached_chars`: as the composition counts files; `ratio`: of the model."""
    texts: list[str] = []
    overhead = TEMPLATE_TOKENS
    for message in messages:
        overhead += TOKENS_A_MESSAGE
        content = message["content"]
        parts = [{"text": content}] if isinstance(content, str) else content
        texts += [part["text"] for part in parts if "text" in part]
        if not all("text" in part for part in parts):
            # Four times the usual estimate of the pictures: models differ by a factor of two and more.
            overhead += attached_chars
            attached_chars = 0
    overhead += sum(_as_text(parameters[name]) for name in _SENT_AS_TEXT if name in parameters)
    return overhead + min(_bytes(texts), _by(ratio, texts))


def _bytes(texts: Iterable[str]) -> int:
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


def _by(ratio: Ratio | None, texts: list[str]) -> int:
    if ratio is None:
        return _bytes(texts)
    return ceil(sum(map(len, texts)) * max(ratio.highest, ratio.usual) * MARGIN)


def _as_text(value: object) -> int:
    return len(json.dumps(value, default=str).encode())


def reserve(request: Request) -> Decimal | None:
    """US dollars that a call without an end may have cost at most; `None` = no price is known.

    As it was worked out before it went out, else from what the ledger holds of it: a token for each character.
    """
    note = note_of(request.parameters)
    if note is not None and note.at_most is not None:
        return note.at_most
    if request.price is None:
        return None
    tokens = sum(request.composition.values()) + TEMPLATE_TOKENS
    window = request.context_window
    return bound_of(request.price, request.parameters, tokens, window=window).cost
