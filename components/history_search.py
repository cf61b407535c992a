"""Search in all conversations: titles and messages, each hit with the words around it."""

from __future__ import annotations

import re

import streamlit as st

from components import history_entry
from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.conversation import Hit

BOX = "history-search"
MOST_HITS = 30
WORDS_MAX_CHARS = 200
EXCERPT_MAX_CHARS = 400
BEFORE_HIT, AFTER_HIT = 50, 120
"""Characters of the text around a hit: a word may be as long as a message."""
_HIT, _END = "\ue000", "\ue001"
"""Stand for our own marks while the text around them is made safe."""
_DROPPED = re.compile(rf"[{_HIT}{_END}]|\*\*|`+")
"""Our own marks, and those of a message that is written in Markdown."""


def box() -> str:
    """Draw the box; returns what is looked for, empty when nothing is."""
    typed = st.text_input(
        "Search chats",
        key=BOX,
        type="search",
        placeholder="Search chats",
        label_visibility="collapsed",
        icon=":material/search:",
        live="300ms",
    )
    return (typed or "").strip()[:WORDS_MAX_CHARS]


def show(
    services: Services, owner: str, session: Session, words: str, marked: history_entry.Marks
) -> list[Hit]:
    """Draw what was found, and return it."""
    hits = services.store.search(owner, words, limit=MOST_HITS)
    st.caption(f"No chat has “{safe_label(words, 60)}”." if not hits else safe_label(count(hits)))
    for hit in hits:
        history_entry.show(services, owner, session, hit, marked)
        if hit.excerpt:
            st.caption(excerpt_of(hit))  # trusted: made safe in excerpt_of
    return hits


def count(hits: list[Hit]) -> str:
    """How many conversations were found; there may be more than are read."""
    if len(hits) == 1:
        return "1 chat found"
    return (
        f"{len(hits)} chats found"
        if len(hits) < MOST_HITS
        else f"The newest {MOST_HITS} that match"
    )


def excerpt_of(hit: Hit) -> str:
    """Markdown of the words around the hit, with the hit bold and nothing else.

    It is made safe as one line, or text that runs from right to left would be torn apart at the marks.
    """
    marked = "".join(_piece(hit, number) for number in range(len(hit.excerpt)))
    safe = safe_label(marked, EXCERPT_MAX_CHARS)
    if safe.count(_HIT) > safe.count(_END):
        safe += _END
    return safe.replace(_HIT, "**").replace(_END, "**")


def _piece(hit: Hit, number: int) -> str:
    """A piece of the excerpt: what was found stands between marks, the rest keeps what is near to it."""
    text, is_hit = hit.excerpt[number]
    text = _DROPPED.sub("", text)
    if is_hit:
        return f"{_HIT}{text[:AFTER_HIT]}{_END}" if text else ""
    if number == 0 and len(text) > BEFORE_HIT:
        return "…" + text[-BEFORE_HIT:]
    return text if len(text) <= AFTER_HIT else text[:AFTER_HIT] + "…"
