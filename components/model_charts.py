"""The models as points: price against context window or size, on scales of powers; a click opens a model.

What is not known, and what is free, has no place on such a scale: it is counted in words and never drawn at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from components.safe_text import safe_label
from components.state import Session
from parley.catalog.model import MAX_ID_CHARS
from parley.frames import Frame

CHART = "model-chart"
PICKED = "picked"
MOST_HIGHLIGHTED = 1_500
"""So many points carry their ids, which are most of the bytes that a chart costs."""
MOST_GREY = 2_000
HEIGHT_PX = 420

WORDS_MAX_CHARS = 600

_GREY = "#8b9296"
"""Between the backgrounds of both themes."""


@dataclass(frozen=True)
class Axis:
    """One measure of a model."""

    column: str
    """Of the frame of models."""
    title: str
    ticks: str
    """How its scale is written, and below how a single value is, in the notation of d3."""
    exact: str
    unknown: str
    """What is said of models of which it is not known."""
    unit: float = 1.0
    """What one on the scale stands for, in the unit of the column."""


_DOLLARS = "US dollars per million tokens"
ACROSS = {
    "Context window": Axis("context_window", "Context window, tokens", "~s", ",", "context window"),
    "Size": Axis("params_total", "Parameters, billions", "~g", ",~r", "size", unit=1e9),
}
UP = {
    "Output price": Axis("output_per_mtok", f"Output, {_DOLLARS}", "$~g", "$,~r", "output price"),
    "Input price": Axis("input_per_mtok", f"Input, {_DOLLARS}", "$~g", "$,~r", "input price"),
    "Your use": Axis("monthly_cost", "Your use, ≈ US dollars a month", "$~g", "$,.6~r", "price"),
}
_CONTEXT, _PRICE, _USE = "Context window", "Output price", "Your use"


def show(session: Session, frame: Frame, found: Frame) -> None:
    """Draw the chart of `found`, the models that the filters leave, before the grey rest of `frame`."""
    across, up = _axes(frame)
    points = placed(found, across, up)
    highlighted = points.head(MOST_HIGHLIGHTED)
    rest = without(placed(frame, across, up), highlighted)
    grey = thinned(rest)
    if len(points):
        _chart(session, datasets(highlighted, grey, session.inspected_model), across, up)
    st.caption(safe_label(words(found, points, across, up), WORDS_MAX_CHARS))
    if len(points) and len(rest):
        st.caption(safe_label(grey_words(rest, grey)))


def _chart(session: Session, data: dict[str, Frame], across: Axis, up: Axis) -> None:
    key = chart_key(session)
    st.vega_lite_chart(
        spec=spec(data, across, up),
        key=key,
        on_select=partial(picked, session, key),
        selection_mode=PICKED,
        height=HEIGHT_PX,
        alt=f"{len(data['found']):,} models: {up.title} against {across.title}",
    )


def _axes(frame: Frame) -> tuple[Axis, Axis]:
    """What is drawn; kept in the address. Without a use there is no monthly cost to draw."""
    has_use = bool(frame["monthly_cost"].notna().any())
    with st.container(horizontal=True):
        up = st.radio(
            "Upwards",
            [name for name in UP if has_use or name != _USE],  # trusted: ours
            key="chart_up",
            horizontal=True,
            bind="query-params",
        )
        across = st.radio(
            "Across",
            list(ACROSS),  # trusted: ours
            key="chart_across",
            horizontal=True,
            bind="query-params",
        )
    return ACROSS[across], UP[up]


def placed(models: Frame, across: Axis, up: Axis) -> Frame:
    """`id`, `x` and `y` of the models that have a place on both scales, in their order."""
    points = models[["id"]].assign(
        x=models[across.column].astype("float64") / across.unit,
        y=models[up.column].astype("float64") / up.unit,
    )
    return points[(points["x"] > 0) & (points["y"] > 0)]


def without(points: Frame, highlighted: Frame) -> Frame:
    """The points of all other models."""
    shown = set(highlighted["id"])
    # Plain strings: to ask a column of text takes twenty times as long.
    return points.loc[[model_id not in shown for model_id in points["id"].tolist()]]


def thinned(points: Frame) -> Frame:
    """The places of these models, each once; of too many an even choice."""
    places = points[["x", "y"]].astype("float32").drop_duplicates()
    every = max(1, -(-len(places) // MOST_GREY))
    return places.iloc[::every]


def datasets(highlighted: Frame, grey: Frame, inspected: str | None) -> dict[str, Frame]:
    """The two layers as they are sent. `same`: how many highlighted models are at that very place."""
    at = highlighted.groupby(["x", "y"])["id"]
    found = highlighted.assign(same=at.transform("size"), open=highlighted["id"] == inspected)
    # The open one is drawn last, so that it lies on top.
    found = found.sort_values("open", kind="stable")
    return {"grey": grey.reset_index(drop=True), "found": found.reset_index(drop=True)}


def spec(data: dict[str, Frame], across: Axis, up: Axis) -> dict[str, Any]:
    """The chart in Vega-Lite. No text of a list is in it: ids are data, which Vega does not parse, and escapes."""
    position = {"x": _scale("x", across), "y": _scale("y", up)}
    tooltip = [
        {"field": "id", "type": "nominal", "title": "Model"},
        {"field": "x", "type": "quantitative", "title": across.title, "format": across.exact},
        {"field": "y", "type": "quantitative", "title": up.title, "format": up.exact},
        {"field": "same", "type": "quantitative", "title": "Models at this place"},
    ]
    grey = {
        "data": {"name": "grey"},
        "mark": {"type": "circle", "size": 40, "opacity": 0.5, "tooltip": None, "aria": False},
        "encoding": {**position, "color": {"value": _GREY}},
    }
    found = {
        "data": {"name": "found"},
        "mark": {"type": "circle", "opacity": 0.8, "cursor": "pointer"},
        "encoding": {
            **position,
            # The first colour of the theme, whichever theme it is.
            "color": {"datum": "found", "type": "nominal"},
            "size": {"condition": {"test": "datum.open", "value": 320}, "value": 72},
            "tooltip": tooltip,
        },
        "params": [{"name": PICKED, "select": {"type": "point", "fields": ["id"]}}],
    }
    return {
        "datasets": data,
        "layer": [grey, found],
        "config": {"legend": {"disable": True}},
    }


def _scale(field: str, axis: Axis) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "padding": 24},
        "axis": {"title": axis.title, "format": axis.ticks, "tickCount": 6, "labelOverlap": True},
    }


def chart_key(session: Session) -> str:
    """A chart keeps its selection in the browser; when another model was opened meanwhile it is drawn anew."""
    key = session.field(CHART)
    chosen = _chosen(session, key)
    if chosen is not None and chosen != session.inspected_model:
        session.renew(CHART)
    return session.field(CHART)


def picked(session: Session, key: str) -> None:
    """A point was clicked, or the place between the points, which closes the details."""
    session.inspected_model = _chosen(session, key)


def _chosen(session: Session, key: str) -> str | None:
    """The id that the browser names; it may name anything."""
    state = session.widget(key)
    points = state["selection"].get(PICKED) if state else None
    first = points[0] if isinstance(points, list) and points else None
    model_id = first.get("id") if isinstance(first, dict) else None
    is_id = isinstance(model_id, str) and 0 < len(model_id) <= MAX_ID_CHARS
    return model_id if is_id else None


def words(found: Frame, points: Frame, across: Axis, up: Axis) -> str:
    """How many of the models that the filters leave are drawn, and why the others are not."""
    price, other = found[up.column], found[across.column]
    no_price, nothing = price.isna(), price <= 0
    free = nothing & found["free"]
    no_other = ~no_price & ~nothing & other.isna()
    reasons = (
        (int(no_price.sum()), f"without a known {up.unknown}"),
        (int(free.sum()), "free, which has no place on this scale"),
        (int((nothing & ~free).sum()), "at $0 here without being free"),
        (int(no_other.sum()), f"without a known {across.unknown}"),
    )
    said = [f"{number:,} {reason}" for number, reason in reasons if number]
    drawn = min(len(points), MOST_HIGHLIGHTED)
    sentences = [
        f"{drawn:,} of {len(found):,} models highlighted; a click opens one, with the source and date of each figure."
    ]
    if said:
        sentences.append(f"Not drawn: {', '.join(said)}.")
    if drawn < len(points):
        sentences.append(f"{len(points) - drawn:,} more among the grey: filter to find them.")
    return " ".join(sentences)


def grey_words(rest: Frame, grey: Frame) -> str:
    """What the grey points are."""
    places = len(rest[["x", "y"]].astype("float32").drop_duplicates())
    which = "" if len(grey) == places else f", drawn at {len(grey):,} of their {places:,} places"
    return f"Grey: {len(rest):,} other models that have both figures{which}."
