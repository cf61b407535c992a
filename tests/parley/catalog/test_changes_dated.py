"""A change is dated by the list that showed it first, of those that were kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.catalog.changes import changes, seen_by, snapshot_of
from parley.catalog.model import Model
from tests.parley.catalog.changing import model, price

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def dated(*lists: list[Model]) -> list[int]:
    """For each change between the first list and the last, the number of the list that showed it first."""
    history = [(NOON + n * timedelta(days=1), snapshot_of(one)) for n, one in enumerate(lists)]
    return [
        (seen_by(change, history) - NOON).days for change in changes(history[0][1], history[-1][1])
    ]


def rated(rate: str, **facts: Any) -> list[Model]:
    return [model(price=price(rate, "1"), **facts)]


@pytest.mark.parametrize(
    ("lists", "days"),
    [
        ([rated("1"), rated("2")], [1]),
        ([rated("1"), rated("2"), rated("2"), rated("2")], [1]),
        ([rated("1"), rated("1"), rated("2")], [2]),
        ([rated("1"), rated("2"), rated("3"), rated("3")], [2]),
        ([rated("1"), rated("5"), rated("2"), rated("2")], [2]),
        ([rated("1"), rated("2"), rated("1"), rated("2")], [3]),
        ([rated("1"), rated("2"), [], rated("2")], [3]),
        ([rated("1"), rated("2"), rated("2", context_window=8)], [1, 2]),
        ([[], rated("1"), rated("2")], [1]),
        ([rated("1"), [], []], [1]),
    ],
)
def test_a_change_is_dated_by_the_list_that_showed_it_first(
    lists: list[list[Model]], days: list[int]
) -> None:
    assert dated(*lists) == days
