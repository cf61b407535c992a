"""The filters of the models page. Each is a widget bound to the address, so a reload or a shared link keeps them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.filter_words import CURRENT_STAGES, STAGES, asked
from components.safe_text import plain, safe_label
from components.state import Session
from parley.frames import CAPABILITY_NAMES, Frame, ModelFilter, Sort

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MODALITIES = ("image", "audio", "video", "file")
CONTEXTS = (8_000, 16_000, 32_000, 64_000, 128_000, 200_000, 500_000, 1_000_000)
CAPABILITY_LABELS = tuple(name.replace("_", " ") for name in CAPABILITY_NAMES)
SORTS = {
    Sort.LISTED: "As listed",
    Sort.NAME: "Id, A to Z",
    Sort.CONTEXT: "Largest context",
    Sort.INPUT_PRICE: "Cheapest input",
    Sort.OUTPUT_PRICE: "Cheapest output",
}
ORDERS: tuple[Sort, ...] = tuple(SORTS)

EMPTY: dict[str, Any] = {
    "search": "",
    "publisher": [],
    "context": None,
    "max_price": None,
    "takes": [],
    "can": [],
    "lifecycle": [],
    "all_kinds": False,
}
"""Widget key, which is also the name in the address → its value when nothing is asked for."""


def show(toolbar: DeltaGenerator, session: Session, frame: Frame) -> ModelFilter:
    """Draw the search box into the toolbar, the filters below it; return what they ask for."""
    with toolbar:
        search = st.text_input(
            "Search models",
            key="search",
            type="search",
            live=True,
            icon=":material/search:",
            placeholder="Words in any order",
            bind="query-params",
        )
    with st.expander("Filters and order", icon=":material/filter_list:", type="compact"):
        return _filters(session, frame, search or "")


def show_asked(session: Session, wanted: ModelFilter, count: str, *, hides: bool) -> None:
    """One line under the filters: how many models, what was asked for, and the way back."""
    words = asked(wanted)
    remark = ["retired, delisted and non-chat models are hidden"] if hides and not words else words
    with st.container(key="model-count", horizontal=True, vertical_alignment="center"):
        st.caption(safe_label(" · ".join([count, *remark]), 600), width="content")
        if words:
            st.button(
                "Clear filters",
                icon=":material/filter_list_off:",
                type="tertiary",
                key="clear-filters",
                on_click=clear,
                args=(session,),
            )


def clear(session: Session) -> None:
    """Ask for nothing again; the order stays."""
    for key, value in EMPTY.items():
        session.set_widget(key, value)


def _filters(session: Session, frame: Frame, search: str) -> ModelFilter:
    origin, size, ability = st.columns(3)
    with origin:
        publishers = _publishers(session, frame)
        stages = _lifecycle()
        sort = _order()
    with size:
        context = _context()
        price = _max_price()
        all_kinds = st.toggle("Show non-chat models", key="all_kinds", bind="query-params")
    with ability:
        modalities = _modalities()
        capabilities = _capabilities()
    return ModelFilter(
        search=search,
        publishers=frozenset(publishers),
        kinds=frozenset() if all_kinds else frozenset({"chat"}),
        min_context=context,
        max_output_price=None if price is None else Decimal(str(price)),
        modalities=frozenset(modalities),
        capabilities=frozenset(name.replace(" ", "_") for name in capabilities),
        lifecycle=frozenset(stages) or CURRENT_STAGES,
        sort=sort,
    )


def _publishers(session: Session, frame: Frame) -> list[str]:
    """Another endpoint has other publishers: a choice that it does not have would hide everything."""
    known = sorted(frame["publisher"].dropna().unique(), key=str.casefold)
    chosen = session.widget("publisher") or []
    kept = [publisher for publisher in chosen if publisher in known]
    if kept != chosen:
        session.set_widget("publisher", kept)
    return st.multiselect(
        "Publisher",
        known,
        key="publisher",
        format_func=plain,
        placeholder="Any",
        bind="query-params",
    )


def _lifecycle() -> list[str]:
    return st.multiselect(
        "Lifecycle",
        STAGES,
        key="lifecycle",
        placeholder="All but retired and delisted",
        bind="query-params",
    )


def _context() -> int | None:
    return st.selectbox(
        "Minimum context window",
        CONTEXTS,
        index=None,
        key="context",
        format_func=lambda tokens: f"{tokens:,} tokens",
        placeholder="Any",
        bind="query-params",
    )


def _max_price() -> float | None:
    return st.number_input(
        "Maximum output price",
        min_value=0.0,
        max_value=1000.0,
        value=None,
        step=0.5,
        key="max_price",
        placeholder="Any",
        help="US dollars per million tokens. Models without a known price are then left out.",
        bind="query-params",
    )


def _order() -> Sort:
    return st.selectbox(
        "Order",
        ORDERS,
        key="sort",
        format_func=lambda order: SORTS[order],
        help="A click on a column's head sorts as well, in this browser alone.",
        bind="query-params",
    )


def _modalities() -> list[str]:
    return st.multiselect(
        "Takes", MODALITIES, key="takes", placeholder="Anything", bind="query-params"
    )


def _capabilities() -> list[str]:
    return st.multiselect(
        "Capabilities", CAPABILITY_LABELS, key="can", placeholder="Any", bind="query-params"
    )
