"""Prices that hold from a day on: which one is in force, and how each of several stands to a day. Days are UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from parley.pricing.price import Price


class Standing(StrEnum):
    """How a price stands to a day."""

    PAST = "replaced by a later one"
    IN_FORCE = "in force"
    TO_COME = "not yet in force"


@dataclass(frozen=True)
class DatedPrice:
    """A price, from when on it holds, and when it was set."""

    since: date
    price: Price
    set_at: datetime


def standings(prices: Sequence[DatedPrice], on: date) -> list[tuple[DatedPrice, Standing]]:
    """Each in the order of their days: of those that have begun the last one is in force."""
    held = max((one.since for one in prices if one.since <= on), default=None)
    ordered = sorted(prices, key=lambda one: one.since)
    return [(one, _standing(one.since, held, on)) for one in ordered]


def _standing(since: date, held: date | None, on: date) -> Standing:
    if since > on:
        return Standing.TO_COME
    return Standing.IN_FORCE if since == held else Standing.PAST
