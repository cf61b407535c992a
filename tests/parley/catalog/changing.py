"""Models that differ in one fact, for the tests of what changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from parley.catalog.model import Fact, Model
from parley.pricing.price import Price


def model(model_id: str = "a/b", *, listed: bool = True, said_by: str = "x", **facts: Any) -> Model:
    known = tuple(Fact(name, value, said_by) for name, value in facts.items() if value is not None)
    return Model(model_id, known, listed=listed)


def price(rate_in: str, rate_out: str, cached: str | None = None) -> Price:
    return Price(Decimal(rate_in), Decimal(rate_out), None if cached is None else Decimal(cached))
