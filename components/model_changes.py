"""What changed in an endpoint's list since a day that the reader chooses; a click opens the model.

A list is kept when it was fetched anew. Nothing is fetched for this alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

import streamlit as st

from components.safe_text import safe_label
from components.services import Services
from components.state import Session
from parley.catalog.changes import Change, Content, Kind, changes, counted, seen_by, snapshot_of
from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.catalog.wandb_models import GONE
from parley.endpoint import Endpoint
from parley.errors import StoreError
from parley.store import Snapshot, SnapshotHead

SINCE = "since"
"""In the address: the day, such as 2026-11-17."""
DAY_BOX = "model-changes-since"
SHOWN = "model-changes-shown"
FIRST_SHOWN, MORE = 10, 100
"""Lines of each kind at first, and how many a click adds."""
USUAL_DAYS = 7


@dataclass(frozen=True)
class _Watch:
    """What is fetched and kept: the endpoint's own list, or without a key the public catalog of its service."""

    address: str
    fetched_at: datetime | None
    models: Sequence[Model]


def remember(services: Services, owner: str, endpoint: Endpoint, listing: Listing) -> None:
    """Keep what the list says, if it was fetched since it was last kept. Where that fails the page goes on without.

    An empty list is broken rather than empty, and of one that is too long the rest is not known: neither is kept.
    """
    if (
        listing.catalog is not None
        and listing.catalog.is_fetching
        and not listing.catalog.fetched_at
    ):
        return  # what it says in a moment would look like a change
    watch = _watch(endpoint, listing)
    if watch.fetched_at is None or listing.truncated or not any(m.listed for m in watch.models):
        return
    with suppress(StoreError):
        kept = services.store.snapshots(owner, endpoint.name, base_url=watch.address, limit=1)
        if not (kept and _holds(kept[0], watch.fetched_at)):
            services.store.save_snapshot(
                owner, endpoint.name, watch.address, watch.fetched_at, snapshot_of(watch.models)
            )


def show(
    services: Services,
    owner: str,
    session: Session,
    endpoint: Endpoint,
    listing: Listing,
) -> None:
    """Draw the choice of a day and what changed since."""
    address = _watch(endpoint, listing).address
    try:
        heads = services.store.snapshots(owner, endpoint.name, base_url=address)
        if len(heads) < 2:
            st.caption(safe_label(_watch_words(heads, listing)))
            return
        day = _day(session, heads[-1])
        history = services.store.snapshots_since(
            owner, endpoint.name, _beginning(day), base_url=address
        )
    except StoreError:
        st.caption("What Parley kept of this list cannot be read just now.")
        return
    _comparison(session, history, heads[-1])


def _watch(endpoint: Endpoint, listing: Listing) -> _Watch:
    catalog = listing.catalog
    if catalog is None or endpoint.key is not None or listing.fetched_at is not None:
        return _Watch(endpoint.base_url, listing.fetched_at, listing.models)
    served = [replace(model, listed=model.lifecycle not in GONE) for model in listing.models]
    return _Watch(catalog.host, catalog.fetched_at, served)


def _holds(newest: SnapshotHead, fetched_at: datetime) -> bool:
    """A clock that was put back leaves lists of tomorrow behind; they must not stand in the way."""
    return fetched_at <= newest.seen_at <= datetime.now(UTC)


def _watch_words(heads: Sequence[SnapshotHead], listing: Listing) -> str:
    """Why there is nothing to compare."""
    if heads:
        return (
            f"Parley watches this list since {_moment(heads[0].taken_at)}. Nothing has changed up to "
            f"{_moment(heads[0].seen_at)}, when it was last fetched."
        )
    if listing.truncated:
        return "This list is longer than Parley reads, so it cannot tell what changed."
    return (
        "Parley keeps what a list says whenever it was fetched anew, and shows here what changed. "
        "This one was not fetched yet."
    )


def _day(session: Session, first: SnapshotHead) -> date:
    """Draw the choice of a day, as the address has it."""
    today = datetime.now(UTC).date()
    earliest = min(first.taken_at.date(), today)
    asked = _asked_day(session)
    day = min(max(asked or today - timedelta(days=USUAL_DAYS), earliest), today)
    session.set_widget(DAY_BOX, day)
    st.date_input(
        "Changes since",
        min_value=earliest,
        max_value=today,
        key=DAY_BOX,
        format="YYYY-MM-DD",
        help="Days are those of UTC. Another key or project may be shown another list.",
        on_change=_day_picked,
        args=(session,),
        required=True,
        width=240,
    )
    if asked is None and session.asked(SINCE):
        st.caption("The address names no day, such as since=2026-11-17; the usual one is taken.")
    return day


def _asked_day(session: Session) -> date | None:
    try:
        return date.fromisoformat(session.asked(SINCE) or "")
    except ValueError:
        return None


def _day_picked(session: Session) -> None:
    session.ask(SINCE, session.widget(DAY_BOX).isoformat())


def _comparison(session: Session, history: Sequence[Snapshot], first: SnapshotHead) -> None:
    old, new = history[0], history[-1]
    found = changes(old.content, new.content)
    st.caption(safe_label(_compared(old, new, found, first), 600))
    contents = [(snapshot.taken_at, snapshot.content) for snapshot in history]
    for kind, group in groupby(found, key=lambda change: change.kind):
        _group(session, kind, list(group), contents)


def _compared(old: Snapshot, new: Snapshot, found: Sequence[Change], first: SnapshotHead) -> str:
    """Which lists were compared, what was found, and since when lists are kept."""
    now = f"fetched {_moment(new.seen_at)}"
    watched = f"Parley watches this list since {_moment(first.taken_at)}."
    if not found:
        return (
            f"Nothing has changed between the list of {_moment(old.taken_at)} and that {now}. "
            f"{watched}"
        )
    again = "" if old.seen_at == old.taken_at else f", last seen so {_moment(old.seen_at)}"
    then = f"fetched {_moment(old.taken_at)}{again}"
    return f"{counted(found)}. The list {now} is compared with that {then}. {watched}"


def _group(
    session: Session,
    kind: Kind,
    group: Sequence[Change],
    history: Sequence[tuple[datetime, Content]],
) -> None:
    st.markdown(f"**{safe_label(kind.capitalize())}** · {len(group):,}")
    shown = session.widget(SHOWN) or FIRST_SHOWN
    for number, change in enumerate(group[:shown]):
        _line(session, f"change-{kind.name}-{number}", change, seen_by(change, history))
    if len(group) > shown:
        st.button(
            f"Show more of {len(group):,}",
            type="tertiary",
            icon=":material/expand_more:",
            key=f"more-changes-{kind.name}",
            on_click=session.set_widget,
            args=(SHOWN, shown + MORE),
        )


def _line(session: Session, key: str, change: Change, moment: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            safe_label(change.model_id),
            type="tertiary",
            key=key,
            on_click=_open,
            args=(session, change.model_id),
        )
        words = f"{change.words} · " if change.words else ""
        st.caption(safe_label(f"{words}seen by {moment.date().isoformat()}", 600), width="content")


def _open(session: Session, model_id: str) -> None:
    session.inspected_model = model_id


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _moment(moment: datetime) -> str:
    """
    >>> _moment(datetime(2026, 11, 24, 13, 5, tzinfo=UTC))
    '2026-11-24 13:05 UTC'
    """
    return f"{moment:%Y-%m-%d %H:%M} UTC"
