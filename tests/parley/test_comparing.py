"""Models side by side: where they differ, which is best, and by how much."""

from __future__ import annotations

import doctest
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import comparing
from parley.catalog.model import Fact, Model
from parley.comparing import MONTHLY, Cell, Row, compare, write_percent
from parley.pricing.monthly import Use
from parley.pricing.price import Price
from parley.pricing.sanity import free_price

CHEAP = Price(Decimal("0.2"), Decimal("0.5"), source="a list")
DEAR = Price(Decimal("0.3"), Decimal("0.5"), Decimal("0.1"), source="a list")
USE = Use(input_tokens=1000, output_tokens=0, cached_tokens=0, requests_per_month=1000)


def model(model_id: str, **values: Any) -> Model:
    return Model(model_id, tuple(Fact(name, value, "a test") for name, value in values.items()))


def rows(*models: Model, use: Use | None = None) -> dict[str, Row]:
    return {row.name: row for row in compare(models, use)}


def test_the_lower_price_and_the_larger_window_are_best_and_the_first_is_the_yardstick() -> None:
    first = model("a", price=CHEAP, context_window=8000)
    second = model("b", price=DEAR, context_window=16000)

    found = rows(first, second)

    assert found["input_per_mtok"].cells == (
        Cell(Decimal("0.2"), is_best=True),
        Cell(Decimal("0.3"), percent=Decimal(50)),
    )
    assert found["context_window"].cells == (
        Cell(8000),
        Cell(16000, is_best=True, percent=Decimal(100)),
    )


def test_what_is_the_same_everywhere_is_not_best_and_does_not_differ() -> None:
    found = rows(model("a", price=CHEAP), model("b", price=DEAR))["output_per_mtok"]

    assert not found.differs
    assert [(cell.is_best, cell.percent) for cell in found.cells] == [(False, None), (False, 0)]


def test_u41_unknown_is_neither_best_nor_different() -> None:
    found = rows(model("a", price=CHEAP), model("b"))

    assert [cell.value for cell in found["input_per_mtok"].cells] == [Decimal("0.2"), None]
    assert found["context_window"].cells == (Cell(None), Cell(None))
    assert not any(row.differs or row.cells[0].is_best for row in found.values())


def test_u41_a_free_model_is_the_best_and_no_yardstick() -> None:
    free = model("a", price=free_price("a list"))

    as_first = rows(free, model("b", price=CHEAP))["input_per_mtok"]
    as_second = rows(model("b", price=CHEAP), free)["input_per_mtok"]

    assert [(cell.is_best, cell.percent) for cell in as_first.cells] == [
        (True, None),
        (False, None),
    ]
    assert as_second.cells[1] == Cell(Decimal(0), is_best=True, percent=Decimal(-100))


def test_a_month_is_compared_when_a_use_is_given() -> None:
    models = (model("a", price=CHEAP), model("b", price=DEAR), model("c"))

    found = rows(*models, use=USE)[MONTHLY]

    assert [cell.value for cell in found.cells] == [Decimal("0.2"), Decimal("0.3"), None]
    assert [cell.percent for cell in found.cells] == [None, 50, None]
    assert MONTHLY not in rows(*models)


def test_facts_without_a_better_or_worse_only_differ() -> None:
    found = rows(
        model("a", variants=frozenset({"coder", "instruct"}), tools=True, params_total="30B"),
        model("b", variants=frozenset({"instruct", "coder"}), tools=False, params_total="0.03T"),
    )

    assert {name for name, row in found.items() if row.differs} == {"tools", "params_total"}
    assert found["params_total"].cells[1] == Cell("0.03T", percent=Decimal(0))
    assert not any(cell.is_best for row in found.values() for cell in row.cells)


def test_a_planted_disagreement_of_sources_is_marked_where_it_lies() -> None:
    told = (Fact("context_window", 8000, "the list"), Fact("context_window", 4000, "a catalog"))
    prices = (Fact("price", CHEAP, "the list"), Fact("price", DEAR, "a catalog"))

    found = rows(Model("a", (*told, *prices)), model("b", price=CHEAP, context_window=8000))

    marked = {name for name, row in found.items() if row.cells[0].is_disputed}
    assert marked == {"input_per_mtok", "output_per_mtok", "context_window"}
    assert not any(row.cells[1].is_disputed for row in found.values())


def test_a_row_of_which_nothing_is_known_is_left_out() -> None:
    found = rows(model("a", license="MIT"), model("b"))

    assert list(found) == ["input_per_mtok", "output_per_mtok", "context_window", "license"]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_two_to_six_are_compared(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} models"):
        compare([model(str(number)) for number in range(count)])


windows = st.lists(st.none() | st.integers(1, 10**7), min_size=2, max_size=6)


@given(windows)
def test_the_best_is_the_largest_and_percentages_lead_back_to_the_values(
    sizes: list[int | None],
) -> None:
    models = [model(str(n), context_window=size) for n, size in enumerate(sizes)]

    row = rows(*models)["context_window"]

    known = {size for size in sizes if size is not None}
    best = {cell.value for cell in row.cells if cell.is_best}
    assert best == ({max(known)} if len(known) > 1 else set())
    assert row.differs is (len(known) > 1)
    for cell in row.cells[1:]:
        if cell.percent is not None:
            assert round(sizes[0] * (1 + cell.percent / 100)) == cell.value  # type: ignore[operator]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (None, ""),
        (Decimal(0), ""),
        (Decimal("12.4"), "+12 %"),
        (Decimal("-99.6"), "−>99 %"),
        (Decimal(-100), "−100 %"),
        (Decimal("99.6"), "+100 %"),
        (Decimal("-0.4"), "−<1 %"),
        (Decimal("899"), "+899 %"),
        (Decimal("900"), "10×"),
    ],
)
def test_a_change_is_written_in_percent_or_in_times(change: Decimal | None, words: str) -> None:
    assert write_percent(change) == words


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(comparing).failed == 0
