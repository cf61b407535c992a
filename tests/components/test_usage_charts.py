"""The charts of usage: valid Vega-Lite, no text of a list in its language, and unknown amounts in no bar."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import altair
import pytest

from components.usage_charts import over_time_data, over_time_spec, parts_spec
from parley.spending import Group, Spent
from parley.spending_over_time import Course, course
from tests.parley.spent import spent

HOSTILE = "evil/</script><img src=x onerror=alert(1)>![x](http://evil.example/a.png)"
DAY = "2026-11-24"


def of(one: Spent) -> Course:
    group = Group(DAY, one)
    return course([group], {HOSTILE: [group]}, "others")


@pytest.mark.parametrize("by_month", [True, False])
@pytest.mark.parametrize("of_money", [True, False])
def test_the_bars_over_time_are_valid_vega_lite(by_month: bool, of_money: bool) -> None:
    drawn = over_time_spec({}, "US dollars", by_month=by_month, of_money=of_money)

    altair.Chart.from_dict(drawn, validate=True)


def test_the_bars_of_parts_are_valid_vega_lite() -> None:
    altair.Chart.from_dict(parts_spec({"Answer": 3}, ["out"]), validate=True)


def test_a_bar_says_its_exact_figures_in_words() -> None:
    data = over_time_data(of(spent("0.1234567", partial=1)), of_money=True)

    assert {name: values[0] for name, values in data.items()} == {
        "begins": DAY,
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

    drawn: dict[str, Any] = over_time_spec(data, "US dollars", by_month=False, of_money=True)

    assert HOSTILE in json.dumps(drawn.pop("datasets"))
    assert "evil" not in json.dumps(drawn)


def test_the_days_lie_where_they_are_in_every_zone() -> None:
    drawn = over_time_spec({}, "US dollars", by_month=False, of_money=True)

    assert drawn["encoding"]["x"]["timeUnit"].startswith("utc")
    assert date.fromisoformat(over_time_data(of(spent("1")), of_money=True)["begins"][0])
