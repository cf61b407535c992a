"""Prices, windows and names from genai-prices, for hosts that it knows by their URL. Never asks the network.

Import this module late: the package takes a moment to load. Results are kept, since a list is read again on every
refresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import genai_prices
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ClauseEquals, ClauseOr, MatchLogic, ModelInfo, Provider, TieredPrices

from parley.catalog.model import Fact
from parley.pricing.price import Price, RefusedPrice, Tier
from parley.pricing.sanity import checked_price


@dataclass(frozen=True)
class _Shelf:
    """One provider of genai-prices, arranged so that a lookup need not try a thousand patterns in turn."""

    exact: Mapping[str, ModelInfo]
    patterns: Provider
    """The provider with only those models that are matched by more than equal text."""
    whole: Provider


@lru_cache(maxsize=32_768)
def known_facts(base_url: str, model_id: str) -> tuple[Fact, ...]:
    """What genai-prices says of this model at this address; empty where it knows nothing of either."""
    shelf = _shelf(base_url)
    found = _find(shelf, model_id.lower()) if shelf else None
    if found is None:
        return ()
    return tuple(
        Fact(name, value, _source()) for name, value in _statements(found) if value is not None
    )


def _find(shelf: _Shelf, model_ref: str) -> ModelInfo | None:
    exact = shelf.exact.get(model_ref)
    if exact is not None:
        return exact
    # Only a date written without dashes is spelled anew by the package and then compared with every model.
    remainder = shelf.whole if re.search(r"-20\d{6}", model_ref) else shelf.patterns
    return remainder.find_model(model_ref, all_providers=get_snapshot().providers)


@lru_cache(maxsize=64)
def _shelf(base_url: str) -> _Shelf | None:
    try:
        provider = get_snapshot().find_provider(None, None, base_url)
    except LookupError:
        return None
    named = [(model, _equal_names(model.match)) for model in provider.models]
    exact = {name: model for model, names in reversed(named) for name in names or ()}
    patterns = replace(provider, models=[model for model, names in named if names is None])
    return _Shelf(exact, patterns, provider)


def _equal_names(match: MatchLogic) -> list[str] | None:
    """The texts that a rule accepts, or None when it accepts more than a fixed few."""
    if isinstance(match, ClauseEquals):
        return [match.equals.lower()]
    parts = [_equal_names(part) for part in match.or_] if isinstance(match, ClauseOr) else [None]
    if any(part is None for part in parts):
        return None
    return [name for part in parts for name in part or ()]


def _statements(found: ModelInfo) -> Iterator[tuple[str, Any]]:
    yield "name", found.name
    yield "context_window", found.context_window
    yield "lifecycle", "deprecated" if found.deprecated else None
    yield from _price(found)


def _price(found: ModelInfo) -> Iterator[tuple[str, Any]]:
    prices = found.get_prices(datetime.now(UTC))
    price = _tiered([prices.input_mtok, prices.output_mtok, prices.cache_read_mtok])
    yield "price_refused" if isinstance(price, RefusedPrice) else "price", price


def _tiered(rates: list[Any]) -> Price | RefusedPrice | None:
    """Long prompts cost otherwise with some models. A tier that cannot be true refuses the price as a whole."""
    price = checked_price(*(_rate_at(rate, 0) for rate in rates), source=_source())
    if not isinstance(price, Price):
        return price
    starts = {tier.start for rate in rates if isinstance(rate, TieredPrices) for tier in rate.tiers}
    tiers: list[Tier] = []
    for start in sorted(starts):
        longer = checked_price(*(_rate_at(rate, start + 1) for rate in rates), source=_source())
        if not isinstance(longer, Price):
            return longer
        own = longer.input_per_mtok, longer.output_per_mtok, longer.cached_input_per_mtok
        tiers.append(Tier(start, *own))
    return replace(price, tiers=tuple(tiers))


def _rate_at(rate: Decimal | TieredPrices | None, input_tokens: int) -> Decimal | None:
    """The package's own rule: the highest tier whose start is exceeded is that of the whole request."""
    if not isinstance(rate, TieredPrices):
        return rate
    above = (tier.price for tier in reversed(rate.tiers) if input_tokens > tier.start)
    return next(above, rate.base)


def _source() -> str:
    return f"genai-prices {genai_prices.__version__}"
