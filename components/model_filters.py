"""The question to the model list: one text in the address, typed into the search box or written by the widgets.

Every widget is set to what the text says before it is drawn, and writes into the text when it is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from components import filter_widgets, my_use
from components.filter_widgets import QUERY, SEARCH, ask, asked_text
from components.filter_words import asked, hidden
from components.safe_text import safe_label
from components.state import Session
from parley.frames import Frame, known_names
from parley.model_query.editing import has_word, pointed_at, toggled
from parley.model_query.fields import FIELDS, Kind
from parley.model_query.old_address import OLD_NAMES, from_old_address
from parley.model_query.parsing import Known, parse
from parley.model_query.query import ModelQuery, Problem
from parley.model_query.words import MAX_CHARS

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

PILLS = "conditions"
CONDITIONS = (
    "out<1",
    "ctx>=128k",
    "params<=30B",
    "tools",
    "vision",
    "reasoning",
    "structured",
    "free",
    "fav",
    "differs",
    "sort:out",
)
"""What a click puts into the question, and takes out of it again."""
NAMED = {"publisher": "publisher", "family": "family", "quant": "quantization"}
"""Field → column of the names that are checked, and that its widget offers."""
COST = "monthly"
NEEDS_USE = (
    "“monthly” needs your use: fill in tokens and requests under Cost of my use. "
    "Until then no monthly cost is known."
)
SHOWN_PROBLEMS = 3
HELP = (
    "Words in any order and conditions together: qwen vision out<1 ctx>=128k !retired sort:price. "
    "A ! or - before a word means not, and keeps the models of which it is not known; "
    "words in quotes are looked for side by side."
)


def show(toolbar: DeltaGenerator, session: Session, frame: Frame) -> ModelQuery:
    """Draw the search box into the toolbar, pills and filters below it; return the question as understood."""
    _adopt_old_address(session)
    text = asked_text(session)
    known = {field: known_names(frame, column) for field, column in NAMED.items()}
    with toolbar:
        _search_box(session, text)
        _fields()
    query = parse(text, known)
    _pills(session, text, known)
    filter_widgets.show(session, query, known)
    _show_problems(query)
    _ask_for_use(session, query)
    return query


def show_asked(session: Session, query: ModelQuery, count: str, *, hides: bool) -> None:
    """One line under the filters: how many models, what was asked for, and the way back."""
    words = asked(query)
    remark = [hidden(query)] if hides and hidden(query) else []
    with st.container(key="model-count", horizontal=True, vertical_alignment="center"):
        st.caption(safe_label(" · ".join([count, *words, *remark]), 600), width="content")
        if query.text.strip():
            st.button(
                "Clear filters",
                icon=":material/filter_list_off:",
                type="tertiary",
                key="clear-filters",
                on_click=ask,
                args=(session, ""),
            )


def _adopt_old_address(session: Session) -> None:
    """A link from before there was one question is read once, and written anew."""
    found = {name: values for name in OLD_NAMES if (values := session.asked_all(name))}
    if not found:
        return
    for name in found:
        session.ask(name, None)
    if session.asked(QUERY) is None:
        ask(session, from_old_address(found))


def _search_box(session: Session, text: str) -> None:
    if session.widget(SEARCH) != text:
        session.set_widget(SEARCH, text)
    st.text_input(
        "Search models",
        key=SEARCH,
        type="search",
        live=True,
        icon=":material/search:",
        placeholder="qwen vision out<1 ctx>=128k",
        max_chars=MAX_CHARS,
        on_change=_typed,
        args=(session,),
    )


def _typed(session: Session) -> None:
    ask(session, session.widget(SEARCH) or "")


def _pills(session: Session, text: str, known: Known) -> None:
    """The conditions that most people ask for, one click each."""
    offered = (*CONDITIONS[:1], *_most_frequent(known), *CONDITIONS[1:])
    present = [condition for condition in offered if has_word(text, condition)]
    if session.widget(PILLS) != present:
        session.set_widget(PILLS, present)
    st.pills(
        "Conditions",
        offered,
        selection_mode="multi",
        key=PILLS,
        format_func=lambda condition: f":gray[{safe_label(condition)}]",
        label_visibility="collapsed",
        on_change=_pilled,
        args=(session, offered),
    )


def _most_frequent(known: Known) -> list[str]:
    """The publisher that has most models here, as an example that finds something."""
    return [
        f"{field}:{word}"
        for field in ("publisher", "family")
        if (word := next(iter(known[field]), "")) and word.replace("-", "").isalnum()
    ]


def _pilled(session: Session, offered: tuple[str, ...]) -> None:
    chosen = session.widget(PILLS) or []
    text = session.widget(SEARCH) or ""
    for condition in offered:
        if (condition in chosen) is not has_word(text, condition):
            text = toggled(text, condition)
    ask(session, text)


def _fields() -> None:
    """The list of all fields; drawn only when it is open."""
    opened = st.popover("Fields", icon=":material/help:", type="tertiary", on_change="rerun")
    if opened.open:
        with opened:
            _show_fields()


def _show_fields() -> None:
    st.caption(HELP)
    st.table(
        {
            "Write": [safe_label(field.example) for field in FIELDS.values()],
            "Field": [safe_label(field.label.capitalize()) for field in FIELDS.values()],
            "Value": [_VALUES[field.kind] for field in FIELDS.values()],
        },
        border="horizontal",
        hide_index=True,
        alt="The fields that a search may name",
    )


_VALUES = {
    Kind.PRICE: "US dollars, per million tokens or per month",
    Kind.TOKENS: "tokens; 128k finds 128,000 and 131,072",
    Kind.PARAMS: "30B, 135M",
    Kind.DAY: "2026, 2026-01 or 2026-01-31",
    Kind.ONE_OF: "one name, or several with commas",
    Kind.HAS: "one name; repeat for more",
    Kind.FLAG: "stands alone",
}


def _show_problems(query: ModelQuery) -> None:
    """What was not understood is pointed at; the rest of the question counts all the same."""
    for problem in query.problems[:SHOWN_PROBLEMS]:
        st.warning(_pointed(query, problem), icon=":material/help:")  # trusted: safe parts
    more = len(query.problems) - SHOWN_PROBLEMS
    if more > 0:
        st.caption(f"{more:,} more words were not understood.")


def _ask_for_use(session: Session, query: ModelQuery) -> None:
    """Nobody is to wonder why every model is left out."""
    asks = any(part.field == COST for part in query.conditions) or any(
        order.by == COST for order in query.orders
    )
    if asks and my_use.asked_use(session) is None:
        st.warning(NEEDS_USE, icon=":material/calculate:")


def _pointed(query: ModelQuery, problem: Problem) -> str:
    """Markdown: the sentence, and the question with the word marked in it."""
    before, word, after = (safe_label(part) for part in pointed_at(query, problem))
    return f"{safe_label(problem.message, 400)}  \n{before} :red-background[**{word}**] {after}"
