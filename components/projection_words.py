"""What a projection says in sentences, and how its figures are written: all of them with ≈, but what is free."""

from __future__ import annotations

from decimal import Decimal

from components.my_use import counted
from components.projected import Projected
from parley.pricing.wording import UNKNOWN_FIGURE, write_money
from parley.projection import Month, cheapest_instead


def assumed_words(found: Projected) -> str:
    """What the figures rest on; plain text."""
    audience, turns = found.inputs.audience, found.inputs.shape.turns
    conversations = f"{audience.conversations:,f}"
    if "." in conversations:
        conversations = conversations.rstrip("0").rstrip(".")
    return (
        f"{counted(audience.users, 'user', 'users')} × {audience.conversations_a_day.normalize():f} a day × "
        f"{counted(audience.days_a_month, 'day', 'days')} = {conversations} conversations a month "
        f"of {counted(turns, 'turn', 'turns')}. "
        f"{found.inputs.words} Prices as they are now; all of it is an assumption (≈)."
    )


def results(found: Projected) -> list[str]:
    """What a month comes to on the model that is used now, and what another would save; plain text."""
    if found.now is None:
        return []
    return [_now_words(found.now, found.inputs.last_messages), _cheaper_words(found, found.now)]


def _now_words(now: Month, last_messages: int | None) -> str:
    if now.cost is None:
        return f"What a month costs on {now.model.id} is not known ({UNKNOWN_FIGURE}): no source names a price."
    if is_free(now):
        return f"{now.model.id} is free."
    words = f"On {now.model.id} a month costs {money(now.cost, now)}"
    if now.trimming_saves is None or last_messages is None:
        return f"{words}."
    last = "last message" if last_messages == 1 else f"last {last_messages:,} messages"
    if now.trimming_saves < 0:
        dearer = write_money(-now.trimming_saves)
        return f"{words}; sending only the {last} would cost ≈{dearer} more, as less comes from the cache."
    return f"{words}; sending only the {last} would save {saved(now)}."


def _cheaper_words(found: Projected, now: Month) -> str:
    other = cheapest_instead(found.months, now)
    if other is None:
        less = "has a known price" if now.cost is None else f"costs less than {now.model.id}"
        return f"No other model that is known to hold every turn {less}."
    words = f"The cheapest that holds every turn is {_named(other, now)}"
    paid = cheapest_instead([one for one in found.months if not is_free(one)], now)
    if not is_free(other) or paid is None:
        return f"{words}."
    return f"{words}; of those with a price it is {_named(paid, now)}."


def _named(other: Month, now: Month) -> str:
    cost = "free" if is_free(other) else f"{money(other.cost, other)} a month"
    saves = other.saves_against(now)
    return f"{other.model.id} ({cost}{'' if saves is None else f', saves ≈{write_money(saves)}'})"


def saved(one: Month) -> str:
    """Of a free model nothing can be saved, which is certain."""
    return (write_money if is_free(one) else approximate)(one.trimming_saves)


def money(amount: Decimal | None, month: Month) -> str:
    """Free is certain, whatever is assumed."""
    return "free" if is_free(month) and amount is not None else approximate(amount)


def is_free(month: Month) -> bool:
    """Whether its price says so."""
    return month.price is not None and month.price.free


def approximate(amount: Decimal | None) -> str:
    """
    >>> approximate(Decimal("1.5")), approximate(None)
    ('≈$1.50', '–')
    """
    return UNKNOWN_FIGURE if amount is None else f"≈{write_money(amount)}"
