"""What is said of a model whose days are counted: never a countdown to a day that has passed."""

from __future__ import annotations

from datetime import date

import pytest

from parley.catalog.model import Fact, Model
from parley.catalog.retirement import better_id, days_left, gone_words

TODAY = date(2026, 11, 24)
NEW = Model("new")


def model(stage: str, ends_on: date | None = None, replacement: str | None = None) -> Model:
    said = {"lifecycle": stage, "retired_on": ends_on, "replacement": replacement}
    facts = (Fact(name, value, "a list") for name, value in said.items() if value is not None)
    return Model("old", tuple(facts))


@pytest.mark.parametrize(
    ("stage", "ends_on", "words"),
    [
        (
            "deprecated",
            date(2026, 12, 6),
            "This model is deprecated: it retires in 12 days, on 2026-12-06.",
        ),
        (
            "deprecated",
            date(2026, 11, 25),
            "This model is deprecated: it retires tomorrow, on 2026-11-25.",
        ),
        (
            "deprecated",
            date(2026, 11, 24),
            "This model is deprecated: it retires today, on 2026-11-24.",
        ),
        (
            "deprecated",
            date(2026, 11, 23),
            "This model is deprecated; its end was set for 2026-11-23, so the endpoint may refuse it.",
        ),
        ("deprecated", None, "This model is deprecated; no source says when it ends."),
        (
            "retired",
            date(2026, 3, 4),
            "This model is retired since 2026-03-04: the endpoint will most likely refuse it.",
        ),
        (
            "retired",
            date(2027, 1, 1),
            "This model is retired: the endpoint will most likely refuse it.",
        ),
        ("delisted", None, "The endpoint no longer lists this model."),
    ],
)
def test_the_stage_is_said_with_its_day(stage: str, ends_on: date | None, words: str) -> None:
    assert gone_words(model(stage, ends_on), (), TODAY) == words


@pytest.mark.parametrize(
    ("ends_on", "days"),
    [(None, None), (date(2026, 11, 23), None), (TODAY, 0), (date(2027, 11, 24), 365)],
)
def test_days_are_left_only_until_a_day_that_is_known_and_to_come(
    ends_on: date | None, days: int | None
) -> None:
    assert days_left(ends_on, TODAY) == days


def test_the_replacement_that_a_source_names_is_what_to_take_instead() -> None:
    old = model("deprecated", date(2026, 12, 6), "new")

    assert gone_words(old, (old, NEW), TODAY).endswith("Its replacement is new.")
    assert better_id(old, (old, NEW)) == "new"


def test_today_is_the_readers_day_unless_it_is_given() -> None:
    assert "retires in" in gone_words(model("deprecated", date(9999, 1, 1)), ())


@pytest.mark.parametrize(("listed", "better"), [(True, None), (False, "new")])
def test_a_model_that_stays_needs_nothing_better_unless_it_is_not_listed(
    listed: bool, better: str | None
) -> None:
    assert better_id(Model("neww", listed=listed), (NEW,)) == better
