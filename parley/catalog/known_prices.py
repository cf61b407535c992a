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
from genai_prices.types import ClauseEquals, ClauseOr, MatchLogic, ModelInfo, Provider

from parley.catalog.model import Fact
from parley.pricing.price import RefusedPrice
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
    rates = [prices.input_mtok, prices.output_mtok, prices.cache_read_mtok]
    is_tiered = any(hasattr(rate, "base") for rate in rates)
    price = checked_price(
        *(_base_rate(rate) for rate in rates),
        source=f"{_source()}, lowest tier" if is_tiered else _source(),
    )
    yield "price_refused" if isinstance(price, RefusedPrice) else "price", price


def _base_rate(rate: Any) -> Decimal | None:
    """Long prompts cost more with some models; a `Price` has one rate, so its source says which."""
    base = getattr(rate, "base", rate)
    return base if isinstance(base, Decimal) else None


def _source() -> str:
    return f"genai-prices {genai_prices.__version__}"
