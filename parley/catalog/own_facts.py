"""Prices that a person set: checked when they are typed, and put before what any source says.

A price that was set concerns replies to come; what a reply has cost stays what it was.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from parley.catalog.model import Fact, Model
from parley.catalog.values import decimal
from parley.errors import Refused
from parley.pricing.price import HIGHEST_PER_MTOK, LOWEST_PER_MTOK, OWN_SOURCE, Price
from parley.pricing.sanity import checked_price

BOUNDS = f"${LOWEST_PER_MTOK} and ${HIGHEST_PER_MTOK:,f}"
NO_NUMBER = "A price is two numbers: one for input and one for output."
OUT_OF_BOUNDS = f"A price lies between {BOUNDS} per million tokens."
ODD_DISCOUNT = "Cached input costs more than nothing and no more than input."


def with_own_price(model: Model, price: Price | None) -> Model:
    """The model with this price before every other; without one, the model as it is."""
    if price is None:
        return model
    return replace(model, facts=(Fact("price", price, price.source, price.as_of), *model.facts))


def with_own_prices(models: tuple[Model, ...], prices: Mapping[str, Price]) -> tuple[Model, ...]:
    """The models, those whose id has a price with it in front; the very same tuple when there is nothing to add."""
    if prices.keys().isdisjoint(model.id for model in models):
        return models
    return tuple(with_own_price(model, prices.get(model.id)) for model in models)


class OwnPricesCache:
    """The models with their own prices, the same tuple as long as neither changes: frames are kept by it."""

    def __init__(self, entries: int = 8) -> None:
        self._entries = entries
        self._kept: OrderedDict[
            tuple[int, frozenset[tuple[str, Price]]], tuple[tuple[Model, ...], tuple[Model, ...]]
        ] = OrderedDict()
        self._lock = threading.Lock()

    def models(self, models: tuple[Model, ...], prices: Mapping[str, Price]) -> tuple[Model, ...]:
        if not prices:
            return models
        key = id(models), frozenset(prices.items())
        with self._lock:
            # The tuple is kept beside what was made of it, so that no other one can get its id meanwhile.
            kept = self._kept.pop(key, None) or (models, with_own_prices(models, prices))
            self._kept[key] = kept
            while len(self._kept) > self._entries:
                self._kept.popitem(last=False)
        return kept[1]


def typed_price(
    typed_input: str, typed_output: str, typed_cached: str = "", *, has_output: bool = True
) -> Price:
    """US dollars per million tokens as a person typed them; 0 for both input and output means free.

    `has_output`: False for embeddings and the like.

    Raises:
        Refused: they are no numbers, or cannot be the price of anything.
    """
    rates = _rate(typed_input), _rate(typed_output)
    cached = _rate(typed_cached)
    if None in rates or (typed_cached.strip() and cached is None):
        raise Refused(NO_NUMBER, advice="Write them with a point, such as 0.20 and 0.65.")
    price = checked_price(*rates, cached, source=OWN_SOURCE, says_free=True, has_output=has_output)
    if not isinstance(price, Price):
        raise Refused(OUT_OF_BOUNDS, advice="Write 0 for both only if the model is free.")
    if typed_cached.strip() and price.cached_input_per_mtok != cached:
        raise Refused(ODD_DISCOUNT, advice="Leave it empty where cached input costs the same.")
    return price


def _rate(typed: str) -> Decimal | None:
    """A dollar sign is as good as none. A comma is refused: 1,000 is a thousand to some and one to others."""
    return decimal(typed.replace("$", "").strip())
