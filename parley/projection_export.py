"""A projection as CSV: exact figures, each with what was assumed and with its price's source and date.

A spreadsheet runs cells that begin like a formula, so every text that does gets an apostrophe before it; a number
of ours stays a number, also one below 0. Unknown is left empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import Model
from parley.model_query.exporting import neutralised
from parley.pricing.wording import plain_digits, write_price
from parley.projection import Audience, Month
from parley.tokens_per_character import Ratio, Ratios

Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Assumed:
    """What a projection was made from, as each line of the file says again."""

    audience: Audience
    turns: int
    last_messages: int | None = None
    """`None` = no trimming was asked for."""
    now: Month | None = None
    """The month on the model that is used now; `None` = none is compared with."""
    ratios: Ratios = field(default_factory=dict)
    """What the tokens of other models rest on, where enough was seen of them."""


def as_csv(months: Iterable[Month], assumed: Assumed, *, fetched_on: date | None = None) -> str:
    """One line a month. `fetched_on` dates what the endpoint's own list says."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(CSV_COLUMNS)
    lines.writerows(
        [_written(cell) for cell in _cells(month, assumed, fetched_on)] for month in months
    )
    return out.getvalue()


_OF_A_MONTH: Mapping[str, Callable[[Month], Cell]] = {
    "model": lambda month: month.model.id,
    "month_usd": lambda month: month.cost,
    "month_usd_least": lambda month: month.least,
    "month_usd_most": lambda month: month.most,
    "conversation_usd": lambda month: month.per_conversation,
    "too_long_from_turn": lambda month: month.too_long_from,
    "trimmed_month_usd": lambda month: month.trimmed,
    "trimming_saves_usd": lambda month: month.trimming_saves,
    "trimmed_too_long_from_turn": lambda month: month.trimmed_too_long_from,
    "price": lambda month: None if month.price is None else write_price(month.price),
    "price_source": lambda month: None if month.price is None else month.price.source,
}
_OF_A_RATIO: Mapping[str, Callable[[Ratio], Cell]] = {
    "tokens_per_character": lambda ratio: _rounded(ratio.usual),
    "tokens_per_character_least": lambda ratio: _rounded(min(ratio.span)),
    "tokens_per_character_most": lambda ratio: _rounded(max(ratio.span)),
    "tokens_per_character_requests": lambda ratio: ratio.n,
}
_OF_ALL: Mapping[str, Callable[[Assumed], Cell]] = {
    "compared_with": lambda assumed: None if assumed.now is None else assumed.now.model.id,
    "users": lambda assumed: assumed.audience.users,
    "conversations_a_day": lambda assumed: assumed.audience.conversations_a_day,
    "days_a_month": lambda assumed: assumed.audience.days_a_month,
    "turns": lambda assumed: assumed.turns,
    "last_messages": lambda assumed: assumed.last_messages,
}
CSV_COLUMNS = (*_OF_A_MONTH, "price_as_of", "saves_usd", *_OF_A_RATIO, *_OF_ALL)


def _rounded(ratio: Fraction) -> Decimal:
    return round(Decimal(ratio.numerator) / ratio.denominator, 6)


def _cells(month: Month, assumed: Assumed, fetched_on: date | None) -> list[Cell]:
    ratio = assumed.ratios.get(month.model.id)
    return [
        *(read(month) for read in _OF_A_MONTH.values()),
        dated(month.model, fetched_on),
        None if assumed.now is None else month.saves_against(assumed.now),
        *(None if ratio is None else read(ratio) for read in _OF_A_RATIO.values()),
        *(read(assumed) for read in _OF_ALL.values()),
    ]


def dated(model: Model, fetched_on: date | None) -> date | None:
    """Of when its price is: what the endpoint's own list says is as old as the list."""
    price = model.fact("price")
    if price is None:
        return None
    return price.as_of or (fetched_on if price.source == LISTED_SOURCE else None)


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str() as text:
            return neutralised(text)
        case Decimal() as number:
            return plain_digits(number)
        case other:
            return str(other)
