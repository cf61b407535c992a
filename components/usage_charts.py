"""The charts of what was spent, with the table behind each. No text of a list is in a chart's own language.

Bars are drawn from rounded figures; what a tooltip or a table says of them was written from the exact ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from components.safe_text import plain
from parley.spending_over_time import Course, Step

HEIGHT_PX = 380
BAR_HEIGHT_PX = 34
LEAST_UNITS = 7
"""Days or months on the axis: one alone would be a bar as wide as the page."""
Data = dict[str, list[Any]]


def over_time_data(course: Course, *, of_money: bool) -> Data:
    """A row for each bar; what is not known, and what is nothing, has none."""
    drawn = [step for step in course.steps if _height(step, of_money=of_money) > 0]
    return {
        "begins": [_mark(step.begins, by_month=course.by_month) for step in drawn],
        "when": [course.written(step.begins) for step in drawn],
        "series": [plain(step.series) for step in drawn],
        "rank": [step.rank for step in drawn],
        "height": [_height(step, of_money=of_money) for step in drawn],
        "money": [step.sums.money_words for step in drawn],
        "tokens": [step.sums.token_words for step in drawn],
        "calls": [f"{step.sums.calls:,}" for step in drawn],
    }


def axis_marks(course: Course) -> list[str]:
    """Every day or month from the first to the last, those in which nothing was spent as well."""
    if not course.steps:
        return []
    first, unit = course.steps[0].begins, course.steps[-1].begins
    units: list[date] = []
    while unit >= first or len(units) < LEAST_UNITS:
        units.append(unit)
        unit -= timedelta(days=1)
        unit = unit.replace(day=1) if course.by_month else unit
    return [_mark(one, by_month=course.by_month) for one in reversed(units)]


def _mark(begins: date, *, by_month: bool) -> str:
    """Unlike any other on the axis, since days are drawn for less than a year."""
    return f"{begins:%b %Y}" if by_month else f"{begins:%b} {begins.day}"


def _height(step: Step, *, of_money: bool) -> float:
    return float(step.sums.amount if of_money else step.sums.tokens)


def over_time(course: Course, *, of_money: bool) -> None:
    """Draw the bars, a colour for each model."""
    data = over_time_data(course, of_money=of_money)
    what = "US dollars" if of_money else "Tokens in and out"
    unit = "month" if course.by_month else "day"
    st.vega_lite_chart(
        spec=over_time_spec(data, what, axis_marks(course), of_money=of_money),
        height=HEIGHT_PX,
        alt=f"{what} per {unit}, by model; the figures stand in the table below",
    )


def over_time_spec(
    data: Data, what: str, marks: Sequence[str], *, of_money: bool
) -> dict[str, Any]:
    """The stacked bars in Vega-Lite."""
    titles = {"when": "When", "series": "Model", "money": "Cost", "tokens": "Tokens"}
    return {
        "datasets": {"bars": data},
        "data": {"name": "bars"},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "begins",
                "type": "ordinal",
                "scale": {"domain": list(marks)},
                "axis": {
                    "title": None,
                    "labelAngle": 0,
                    "labelOverlap": "greedy",
                    "labelSeparation": 8,
                },
            },
            "y": {
                "field": "height",
                "type": "quantitative",
                "aggregate": "sum",
                "axis": {"title": what, "format": "$~g" if of_money else "~s", "tickCount": 5},
            },
            "color": {
                "field": "series",
                "type": "nominal",
                "sort": {"field": "rank", "op": "min"},
                "legend": {"title": None, "orient": "bottom", "columns": 1, "labelLimit": 260},
            },
            "order": {"field": "rank", "type": "ordinal"},
            "tooltip": [
                *({"field": name, "type": "nominal", "title": titles[name]} for name in titles),
                {"field": "calls", "type": "nominal", "title": "Calls"},
            ],
        },
    }


def over_time_table(course: Course) -> None:
    """Draw the figures behind the bars, the newest first."""
    steps = course.steps[::-1]
    st.dataframe(
        {
            "Month" if course.by_month else "Day": [course.written(step.begins) for step in steps],
            "Model": [plain(step.series) for step in steps],
            "Cost": [step.sums.money_words for step in steps],
            "Tokens in and out": [step.sums.token_words for step in steps],
            "Calls": [f"{step.sums.calls:,}" for step in steps],
        },
        hide_index=True,
        column_config=figure_columns("Cost", "Tokens in and out", "Calls"),
        alt="The figures behind the chart",
    )


def figure_columns(*names: str) -> dict[str, Any]:
    """Figures stand under one another; they are text, so the browser does not know them for figures."""
    return {name: st.column_config.TextColumn(name, alignment="right") for name in names}


def parts_spec(parts: Mapping[str, int], sides: Sequence[str]) -> dict[str, Any]:
    """A bar for each part, as long as it has tokens; `sides`: of each, in which colour."""
    data: Data = {
        "part": list(parts),
        "tokens": list(parts.values()),
        "written": [f"{tokens:,}" for tokens in parts.values()],
        "side": list(sides),
    }
    return {
        "datasets": {"parts": data},
        "data": {"name": "parts"},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "y": {
                "field": "part",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 200, "ticks": False, "domain": False},
            },
            "x": {
                "field": "tokens",
                "type": "quantitative",
                "axis": {"title": "Tokens", "format": "~s", "tickCount": 5},
            },
            "color": {
                "field": "side",
                "type": "nominal",
                "sort": None,
                "legend": {"title": None, "orient": "bottom"},
            },
            "tooltip": [
                {"field": "part", "type": "nominal", "title": "Part"},
                {"field": "written", "type": "nominal", "title": "Tokens"},
            ],
        },
    }


def parts(figures: Mapping[str, int], sides: Sequence[str]) -> None:
    st.vega_lite_chart(
        spec=parts_spec(figures, sides),
        height=BAR_HEIGHT_PX * len(figures) + 80,
        alt="Tokens by what they were for; the figures stand in the table below",
    )
