"""The charts of usage: valid Vega-Lite, no text of a list in its language, and unknown amounts in no bar."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import altair
import pytest

from components.usage_charts import axis_marks, over_time_data, over_time_spec, parts_spec
from parley.spending import Group, Spent
from parley.spending_over_time import Course, course
from tests.parley.spent import spent

HOSTILE = "evil/</script><img src=x onerror=alert(1)>![x](http://evil.example/a.png)"
DAY = "2026-11-24"


def of(one: Spent) -> Course:
    group = Group(DAY, one)
    return course([group], {HOSTILE: [group]}, "others")


@pytest.mark.parametrize("of_money", [True, False])
def test_the_bars_over_time_are_valid_vega_lite(of_money: bool) -> None:
    drawn = over_time_spec({}, "US dollars", ["Nov 24"], of_money=of_money)

    altair.Chart.from_dict(drawn, validate=True)


def test_the_bars_of_parts_are_valid_vega_lite() -> None:
    altair.Chart.from_dict(parts_spec({"Answer": 3}, ["out"]), validate=True)


def test_a_bar_says_its_exact_figures_in_words() -> None:
    data = over_time_data(of(spent("0.1234567", partial=1)), of_money=True)

    assert {name: values[0] for name, values in data.items()} == {
        "begins": "Nov 24",
        "when": DAY,
        "series": HOSTILE,
        "rank": 0,
        "height": 0.1234567,
        "money": "≥$0.12",
        "tokens": "2,400",
        "calls": "6",
    }


def test_u41_an_unknown_or_free_amount_has_no_bar_of_money_and_its_tokens_have_one() -> None:
    unknown = of(spent(None, 0, unpriced=3))
    free = Group(DAY, spent("0", 0, free=3))

    assert over_time_data(unknown, of_money=True)["height"] == []
    assert over_time_data(course([free], {}, "others"), of_money=True)["height"] == []
    assert over_time_data(unknown, of_money=False)["height"] == [2400.0]


def test_c6_no_text_of_a_list_gets_into_the_chart_s_own_language() -> None:
    data = over_time_data(of(spent("1")), of_money=True)

    drawn: dict[str, Any] = over_time_spec(data, "US dollars", [], of_money=True)

    assert HOSTILE in json.dumps(drawn.pop("datasets"))
    assert "evil" not in json.dumps(drawn)


def course_on(*days: str) -> Course:
    return course([Group(day, spent("1")) for day in days], {}, "others")


def test_one_day_stands_at_the_end_of_a_week_and_not_as_wide_as_the_page() -> None:
    marks = axis_marks(course_on("2026-03-02"))

    assert marks == ["Feb 24", "Feb 25", "Feb 26", "Feb 27", "Feb 28", "Mar 1", "Mar 2"]


def test_days_in_which_nothing_was_spent_have_their_place_on_the_axis() -> None:
    marks = axis_marks(course_on("2026-08-25", "2026-11-24"))

    assert (len(marks), len(set(marks)), marks[0], marks[-1]) == (92, 92, "Aug 25", "Nov 24")


def test_months_are_told_with_their_year() -> None:
    marks = axis_marks(course_on("2025-12-31", "2026-11-24"))

    assert (len(marks), marks[0], marks[-1]) == (12, "Dec 2025", "Nov 2026")


def test_every_bar_has_a_place_on_the_axis() -> None:
    first = date(2026, 1, 30)
    days = [(first + timedelta(days=3 * number)).isoformat() for number in range(20)]
    found = course_on(*days)

    data = over_time_data(found, of_money=True)

    assert set(data["begins"]) <= set(axis_marks(found))


def test_without_a_call_the_axis_is_empty() -> None:
    assert axis_marks(course([], {}, "others")) == []
