"""What is said of a model that is gone or going: how long it still answers, and what to take instead.

Only a source names a replacement; a likeness of spelling is offered, and not called one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from parley.catalog.enrich import nearest_id, stated_replacement
from parley.catalog.model import Model

GOING = "deprecated"
LEAVING = frozenset({"retired", "delisted", GOING})
"""Stages of the lifecycle in which a model should be left."""


def days_left(ends_on: date | None, today: date) -> int | None:
    """Days until an announced end, 0 on the day itself; `None` where no day is known or it has passed.

    >>> days_left(date(2026, 12, 6), date(2026, 11, 24))
    12
    """
    return None if ends_on is None or ends_on < today else (ends_on - today).days


def gone_words(model: Model, models: Sequence[Model], today: date | None = None) -> str:
    """That a model of one of the stages in `LEAVING` is gone or going, since or until when, and what to take instead.

    `today` is the day of the reader, by default that of UTC.
    """
    words = [_stage_words(model, today or datetime.now(UTC).date())]
    if model.replacement:
        current = stated_replacement(models, model.id)
        followed = "" if current in (None, model.replacement) else f", by now {current}"
        words.append(f"Its replacement is {model.replacement}{followed}.")
        nearest = better_id(model, models) if current is None else None
        words.append(_nearest_words(nearest, models) if nearest else "")
    return " ".join(filter(None, words))


def _stage_words(model: Model, today: date) -> str:
    ends_on: date | None = model.value("retired_on")
    since = f" since {ends_on.isoformat()}" if ends_on and ends_on <= today else ""
    if model.lifecycle == "retired":
        return f"This model is retired{since}: the endpoint will most likely refuse it."
    if model.lifecycle == "delisted":
        return f"The endpoint no longer lists this model{since}."
    return f"This model is deprecated{_end_words(ends_on, today)}."


def _end_words(ends_on: date | None, today: date) -> str:
    if ends_on is None:
        return "; no source says when it ends"
    left = days_left(ends_on, today)
    if left is None:
        return f"; its end was set for {ends_on.isoformat()}, so the endpoint may refuse it"
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left:,} days")
    return f": it retires {when}, on {ends_on.isoformat()}"


def _nearest_words(nearest: str, models: Sequence[Model]) -> str:
    whose = "the endpoint lists" if any(model.listed for model in models) else "is known"
    return f"The nearest id that {whose} is {nearest}."


def better_id(model: Model, models: Sequence[Model]) -> str | None:
    """What to look at instead: what a gone model's replacements lead to, else the id that is spelled most like it."""
    if model.lifecycle in LEAVING:
        known = any(other.id == model.replacement for other in models)
        return nearest_id(models, model.id) if known else None
    return None if model.listed else nearest_id(models, model.id)
