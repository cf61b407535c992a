"""A second figure in the reader's own currency, by the rate that was typed in Settings; "" where none was."""

from __future__ import annotations

from decimal import Decimal

from components.services import Services
from parley.errors import StoreError
from parley.pricing.costing import CostTotal
from parley.pricing.currency import OwnRate, kept_rate, write_converted

PREFERENCE = "own-rate"


def own_rate(services: Services, owner: str) -> OwnRate | None:
    """The rate that the owner typed; `None` = none, or it cannot be read."""
    try:
        return kept_rate(services.store.preference(owner, PREFERENCE))
    except StoreError:
        return None


def second_figure(services: Services, owner: str, amount: Decimal | None) -> str:
    """US dollars in the owner's currency, with rate and day, in plain text; "" without a rate or an amount."""
    rate = None if amount is None else own_rate(services, owner)
    return "" if rate is None else write_converted(amount, rate)


def second_of_total(services: Services, owner: str, total: CostTotal) -> str:
    """The same for a sum, "at least" where that is a lower bound; "" for what is free."""
    words = "" if total.all_free else second_figure(services, owner, total.amount)
    is_lower_bound = bool(total.unpriced or total.partial)
    return f"at least {words}" if words and is_lower_bound else words
