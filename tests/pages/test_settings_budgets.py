"""Budgets in Settings: set, changed and taken away; bad input is told in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.budget_settings import NONE_SET
from parley.budget import NO_AMOUNT, Budget, Period
from parley.conversation import LOCAL_OWNER as OWNER
from parley.errors import StoreError
from tests.pages.settings_page import click, field, fill, fresh, opened, words


@pytest.fixture(autouse=True)
def services_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    yield from fresh(monkeypatch, tmp_path)


def kept() -> list[Budget]:
    return services.get().store.budgets(OWNER)


def save(app: AppTest, amounts: dict[str, str], stops: tuple[int, ...] = ()) -> AppTest:
    for label, typed in amounts.items():
        fill(app, label, typed)
    boxes = [box for box in app.checkbox if box.label == "Stop at it"]
    for number in stops:
        boxes[number].check()
    return click(app, "Save budgets")


def test_budgets_are_set_and_what_is_left_is_shown() -> None:
    app = save(opened(), {"A day": "$0.50", "A month": "5"}, stops=(1,))

    assert kept() == [
        Budget(Period.DAY, Decimal("0.50"), hard=True),
        Budget(Period.MONTH, Decimal(5), hard=False),
    ]
    assert (field(app, "A day"), field(app, "Each conversation")) == ("0.50", "")
    assert "$0 of $0.50 spent today; $0.50 left" in words(app)
    assert "$0 of $5.00 spent this month; $5.00 left" in words(app)


def test_an_empty_field_takes_a_budget_away() -> None:
    services.get().store.set_budgets(OWNER, [Budget(Period.DAY, Decimal(1), hard=True)])

    app = save(opened(), {"A day": " "})

    assert kept() == []
    assert NONE_SET in words(app)


@pytest.mark.parametrize("typed", ["lots", "-1", "0", "1,50", "1e9", "NaN"])
def test_what_is_no_amount_is_told_in_a_sentence_and_changes_nothing(typed: str) -> None:
    services.get().store.set_budgets(OWNER, [Budget(Period.DAY, Decimal(1), hard=True)])

    app = save(opened(), {"A day": typed})

    assert f"A day: {NO_AMOUNT}" in words(app)
    assert field(app, "A day") == typed
    assert kept() == [Budget(Period.DAY, Decimal(1), hard=True)]


def test_d1_budgets_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise StoreError

    app = opened()
    monkeypatch.setattr(services.get().store, "budgets", broken)
    app.run()

    assert not app.exception
    assert "The conversation could not be saved." in words(app)
