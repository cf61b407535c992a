"""The arithmetic of a receipt: tokens × rate = amount, bucket by bucket, adding up before the reader's eyes.

What the response itself named counts; what the price comes to then stands beside it, with the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext

import streamlit as st

from components.safe_text import plain, safe_label
from parley.conversation import LedgerEntry, Outcome
from parley.outcomes import PRICED_AS_ASKED, bill
from parley.pricing.costing import EXACT_DIGITS, RESPONSE_SOURCE
from parley.pricing.price import Cost, CostLine, Price, Tier
from parley.pricing.wording import (
    UNKNOWN_FIGURE,
    sign_of,
    write_count,
    write_price,
    write_rate,
)
from parley.usage import Count, State, Usage

Row = tuple[str, str, str, str]
"""Label, tokens, rate, amount; plain text."""

COLUMNS = ("", "Tokens", "Rate per million", "Amount")
INPUT_LEFT_OUT = "The input is estimated, so what the reply cost at least leaves it out."


def show(entry: LedgerEntry, second: Callable[[Decimal], str]) -> None:
    """Draw the table and what is to be said of it. `second`: an amount in the reader's own currency, "" = none set."""
    outcome = entry.outcome
    assert outcome is not None
    computed = by_price(entry)
    rows = rows_of(outcome, computed)
    if rows:
        cells = [[safe_label(cell) for cell in column] for column in zip(*rows, strict=True)]
        st.table(dict(zip(COLUMNS, cells, strict=True)), hide_index=True)
    st.text(_price_words(entry))
    for remark in remarks(entry.request.price, computed, outcome.usage):
        st.text(plain(remark))
    if outcome.reported_cost is not None:
        st.text(f"The response itself named the cost: {exact(outcome.reported_cost)}")
    converted = second(outcome.cost.amount) if outcome.cost.amount is not None else ""
    if converted:
        at_least = ", at least" if outcome.cost.state is State.PARTIAL else ""
        st.text(plain(f"In your currency{at_least}: {converted}"))


def by_price(entry: LedgerEntry) -> Cost:
    """The cost as it was computed; where the response named one, what the price would have come to."""
    outcome = entry.outcome
    assert outcome is not None
    if not _was_named(outcome):
        return outcome.cost
    asked, answered = entry.request.model, outcome.model_answered
    return bill(outcome.usage, entry.request.price, asked=asked, answered=answered)


def _was_named(outcome: Outcome) -> bool:
    return outcome.cost.source == RESPONSE_SOURCE


def rows_of(outcome: Outcome, computed: Cost) -> list[Row]:
    """The lines and what they add up to; empty where nothing was multiplied."""
    if not computed.lines:
        return []
    rows = [_cost_row(line, outcome.usage) for line in computed.lines]
    if _was_named(outcome):
        return [*rows, *_beside(computed, outcome.cost)]
    rows.append(_sum_row("Total", signed(computed.state, computed.amount)))
    if computed.state is State.PARTIAL:
        rows += _bound_rows(computed, outcome.usage)
    return rows


def _beside(computed: Cost, named: Cost) -> list[Row]:
    return [
        _sum_row("By this price", signed(computed.state, computed.amount)),
        _sum_row("Named by the response, counts", exact(named.amount)),
        _sum_row("Difference", _difference(computed, named)),
    ]


def _difference(computed: Cost, named: Cost) -> str:
    """A lower bound has no difference to anything."""
    if computed.amount is None or named.amount is None or computed.state is State.PARTIAL:
        return UNKNOWN_FIGURE
    with localcontext(prec=EXACT_DIGITS):
        difference = named.amount - computed.amount
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return f"{sign_of(computed.state)}{sign}{exact(abs(difference))}"


def _bound_rows(cost: Cost, usage: Usage) -> list[Row]:
    """What the reply cost at most, and the line that makes it so; "–" where nothing bounds it."""
    total = _sum_row("At most", exact(cost.at_most))
    longest, output = usage.output_tokens.at_most, cost.lines[-1]
    if cost.at_most is None or longest is None:
        return [total]
    with localcontext(prec=EXACT_DIGITS):
        amount = (longest * output.rate_per_mtok).scaleb(-6)
        adds_up = (cost.amount or 0) - output.amount + amount == cost.at_most
    rate = write_rate(output.rate_per_mtok)
    row = ("Output at most", f"{longest:,}", rate, exact(amount))
    return [row, total] if adds_up else [total]


def _sum_row(label: str, amount: str) -> Row:
    return label, "", "", amount


def _cost_row(cost_line: CostLine, usage: Usage) -> Row:
    """An amount is as certain as the tokens that it was made from."""
    counts = {"Cached input": usage.cached_tokens, "Output": usage.output_tokens}
    state = counts.get(cost_line.label, usage.input_tokens).state
    return (
        cost_line.label,
        write_count(Count(cost_line.tokens, state)),
        write_rate(cost_line.rate_per_mtok),
        signed(state, cost_line.amount),
    )


def signed(state: State, amount: Decimal | None) -> str:
    return f"{sign_of(state)}{exact(amount)}"


def exact(amount: Decimal | None) -> str:
    """An amount to the last digit.

    >>> exact(Decimal("0.000290")), exact(Decimal(20)), exact(None)
    ('$0.00029', '$20', '–')
    """
    return UNKNOWN_FIGURE if amount is None else f"${amount.normalize():f}"


def _price_words(entry: LedgerEntry) -> str:
    price = entry.request.price
    if price is None:
        return "Price: – (no source names one for this model)"
    return plain(f"Price: {write_price(price)} ({_source(price)})")


def _source(said: Price | Cost) -> str:
    dated = f", as of {said.as_of.isoformat()}" if said.as_of else ", undated"
    return f"source: {said.source}{dated}"


def remarks(asked: Price | None, cost: Cost, usage: Usage) -> list[str]:
    """What is not plain multiplication in the arithmetic; plain text."""
    said = [counted_once(usage)] if cost.lines else []
    if cost.source == PRICED_AS_ASKED:
        said.append(
            "Priced as the model that was asked; the model that answered has no known price."
        )
    elif _has_other_rates(cost, asked):
        said.append(f"Priced as the model that answered ({_source(cost)}).")
    if cost.state is State.PARTIAL and usage.input_tokens.state is State.ESTIMATED:
        said.append(INPUT_LEFT_OUT)
    return [remark for remark in said if remark]


def counted_once(usage: Usage) -> str:
    """Which tokens are part of others, and so are charged once; "" where there are none."""
    parts = [
        f"{write_count(part)} {name} tokens are among those of the {whole}"
        for part, name, whole in (
            (usage.cached_tokens, "cached", "input"),
            (usage.reasoning_tokens, "reasoning", "output"),
        )
        if part.value
    ]
    return f"Counted once: {', '.join(parts)}." if parts else ""


def _has_other_rates(cost: Cost, price: Price | None) -> bool:
    priced: tuple[Price | Tier, ...] = () if price is None else (price, *price.tiers)
    known: set[Decimal | None] = set()
    for rates in priced:
        known |= {rates.input_per_mtok, rates.cached_input_per_mtok, rates.output_per_mtok}
    return any(cost_line.rate_per_mtok not in known for cost_line in cost.lines)
