"""What a budget did to a call, as the ledger keeps it beside the body that was sent. It never goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

KEY = "parley_budget"
"""Under it in `Request.parameters`; no endpoint takes a parameter of this name."""


_DOLLARS = re.compile(r"\d{1,9}(?:\.\d{0,60})?|\.\d{1,60}", re.ASCII)


def read_dollars(written: object) -> Decimal | None:
    """An amount in plain digits, as a person or `to_dict` writes it; `None` for anything else.

    >>> read_dollars("0.50"), read_dollars("1,50"), read_dollars("-1"), read_dollars(7)
    (Decimal('0.50'), None, None, None)
    """
    is_amount = isinstance(written, str) and _DOLLARS.fullmatch(written)
    return Decimal(str(written)) if is_amount else None


@dataclass(frozen=True)
class BudgetNote:
    """Of one call that went out under a budget that may not be exceeded."""

    budget: str
    """The budget that was the narrowest, in words: `$0.10 a day`."""
    at_most: Decimal | None
    """US dollars that the call could cost; `None` = no price was known."""
    limit: int | None = None
    """The most tokens that the reply may have, where the money that is left sets it."""
    overridden: bool = False
    """It might exceed the budget, and the reader sent it all the same."""

    def to_dict(self) -> dict[str, Any]:
        at_most = None if self.at_most is None else f"{self.at_most:f}"
        return {**vars(self), "at_most": at_most}

    @property
    def words(self) -> str:
        """For the reader, plain text; empty when nothing was changed.

        >>> BudgetNote("$0.10 a day", None, limit=812).words
        'max 812 tokens: from your budget of $0.10 a day'
        """
        if self.overridden:
            return f"sent all the same: it might exceed your budget of {self.budget}"
        if self.limit is None:
            return ""
        return f"max {self.limit:,} tokens: from your budget of {self.budget}"


def note_of(parameters: Mapping[str, Any]) -> BudgetNote | None:
    """The note in `Request.parameters`; `None` without one, or for what is none (an import may hold anything)."""
    kept = parameters.get(KEY)
    if not isinstance(kept, Mapping):
        return None
    budget, limit = kept.get("budget"), kept.get("limit")
    return BudgetNote(
        budget=budget[:100] if isinstance(budget, str) else "",
        at_most=read_dollars(kept.get("at_most")),
        limit=limit if type(limit) is int and limit > 0 else None,
        overridden=kept.get("overridden") is True,
    )


def with_note(body: Mapping[str, Any], note: BudgetNote | None) -> dict[str, Any]:
    """The body with the note beside it, for the ledger."""
    return {**body, **({} if note is None else {KEY: note.to_dict()})}


def as_sent(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """`Request.parameters` without the note: what went out."""
    return {name: value for name, value in parameters.items() if name != KEY}
