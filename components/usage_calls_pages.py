"""Which page of the calls is open. A page begins behind a call, not at a number: new calls move no page.

The ledger grows at its new end only, so how many calls follow a place stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from components.state import Session
from parley.conversation import LedgerEntry
from parley.spending import CallsPage
from parley.spending_words import calls_of
from parley.store import Store
from parley.wanted_calls import Wanted

PAGE_ROWS = 50
KEY = "usage-calls-pages"


@dataclass(frozen=True)
class Start:
    """Where a page begins: behind this place of the ledger, with so many calls still to come."""

    place: tuple[datetime, int]
    left: int


@dataclass(frozen=True)
class Opened:
    """The pages that were gone through, for one question."""

    wanted: Wanted
    starts: tuple[Start, ...] = ()
    """Of every page but the first."""


@dataclass(frozen=True)
class Shown:
    """A page of calls, the newest first."""

    opened: Opened
    page: CallsPage
    first: int
    """Number of its first row, from 1 = the newest call of all."""

    @property
    def calls(self) -> tuple[LedgerEntry, ...]:
        return self.page.calls

    @property
    def last(self) -> int:
        return self.first + len(self.calls) - 1

    @property
    def words(self) -> str:
        """How many there are, and which of them are shown."""
        if len(self.calls) == self.page.total:
            return f"{calls_of(self.page.total)}, all shown"
        return f"rows {self.first:,} to {self.last:,} of {self.page.total:,}"


def read(store: Store, owner: str, session: Session, wanted: Wanted) -> Shown:
    """The page that is open; of another question, the first one."""
    opened: Opened = session.widget(KEY) or Opened(wanted)
    if opened.wanted != wanted:
        opened = Opened(wanted)
    if not opened.starts:
        return Shown(opened, store.calls_page(owner, wanted, limit=PAGE_ROWS), 1)
    start = opened.starts[-1]
    page = store.calls_page(owner, wanted, after=start.place, limit=PAGE_ROWS)
    return Shown(opened, page, page.total - start.left + 1)


def show_moves(session: Session, shown: Shown) -> None:
    """Draw the ways to the pages before and after, where there are some."""
    opened, following = shown.opened, shown.page.next
    if not opened.starts and following is None:
        return
    with st.container(horizontal=True):
        _move("Newest", "first_page", session, Opened(opened.wanted), not opened.starts)
        newer = Opened(opened.wanted, opened.starts[:-1])
        _move("Newer", "chevron_left", session, newer, not opened.starts)
        if following is not None:
            start = Start(following, shown.page.total - shown.last)
            opened = Opened(opened.wanted, (*opened.starts, start))
        _move("Older", "chevron_right", session, opened, following is None)


def _move(label: str, icon: str, session: Session, to: Opened, disabled: bool) -> None:
    st.button(
        label,  # trusted: ours
        icon=f":material/{icon}:",
        key=f"usage-calls-{label}",
        type="tertiary",
        disabled=disabled,
        on_click=session.set_widget,
        args=(KEY, to),
    )
