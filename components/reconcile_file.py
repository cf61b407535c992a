"""A provider's usage file: read, its columns said, and held against the ledger of an endpoint."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import notices, reconcile_columns, reconcile_result
from components.safe_text import plain, safe_label
from components.services import Services
from components.state import Session
from parley.errors import Notice, Refused
from parley.limits import MEGABYTE
from parley.reconcile.columns import Columns
from parley.reconcile.guessing import guessed
from parley.reconcile.reconciling import Reconciliation, reconcile
from parley.reconcile.usage_file import MOST_BYTES, MOST_LINES, UsageFile, read_usage_file
from parley.wanted_calls import Dimension, Wanted

ENDPOINT = "against"
FILE, FOUND, RESULT = "reconcile-file", "reconcile-found", "reconcile-result"
LIMIT_MB = MOST_BYTES // MEGABYTE
WHAT_IS_READ = (
    "A CSV file that the provider exports: a day, a model, and requests, tokens or cost. "
    f"At most {LIMIT_MB} MB and {MOST_LINES:,} lines. It is read here, not kept and sent nowhere."
)


@dataclass(frozen=True)
class Found:
    """What was read of the file that is chosen."""

    file_id: str
    file: UsageFile | Notice
    guess: Columns


def show(services: Services, owner: str, session: Session) -> None:
    """Draw the choice of an endpoint and a file, what its columns mean, and the verdict."""
    endpoint = _endpoint(services, owner, session)
    st.caption(WHAT_IS_READ)
    chosen = st.file_uploader("Usage file", key=session.field(FILE), max_upload_size=LIMIT_MB)
    if chosen is None or endpoint is None:
        session.set_widget(FOUND, None)
        session.set_widget(RESULT, None)
        return
    compare(services, owner, session, endpoint, read(session, chosen.file_id, chosen.getvalue()))


def read(session: Session, file_id: str, content: bytes) -> Found:
    """What the file holds; read once, however often the page is drawn."""
    found: Found | None = session.widget(FOUND)
    if found is None or found.file_id != file_id:
        found = _read(file_id, content)
        session.set_widget(FOUND, found)
    return found


def _read(file_id: str, content: bytes) -> Found:
    try:
        file = read_usage_file(content)
    except Refused as refused:
        return Found(file_id, refused.notice, Columns())
    return Found(file_id, file, guessed(file))


def compare(services: Services, owner: str, session: Session, endpoint: str, found: Found) -> None:
    """Draw what the columns mean and what comes of it."""
    file = found.file
    if isinstance(file, Notice):
        notices.show(file, key="reconcile-refused")
        return
    st.caption(safe_label(file.words))
    columns = reconcile_columns.show(services, owner, session, file, found.guess)
    if columns.lacking is not None:
        st.info(safe_label(columns.lacking))
        return
    try:
        result = _result(services, owner, session, endpoint, found.file_id, file, columns)
    except Refused as refused:
        notices.show(refused.notice, key="reconcile-refused")
        return
    reconcile_columns.pair_models(services, owner, session, file, columns, result)
    reconcile_result.show(session, result)


def _result(
    services: Services,
    owner: str,
    session: Session,
    endpoint: str,
    file_id: str,
    file: UsageFile,
    columns: Columns,
) -> Reconciliation:
    """Worked out anew when the ledger or a choice has changed."""
    store = services.store
    ledger = store.spent(owner, Wanted(endpoints=(endpoint,)))
    key = file_id, columns, endpoint, ledger
    kept = session.widget(RESULT)
    if kept is not None and kept[0] == key:
        known: Reconciliation = kept[1]
        return known
    with st.spinner("Comparing with the ledger…"):
        result = reconcile(
            file,
            columns,
            endpoint,
            lambda wanted, after, limit: store.calls_page(owner, wanted, after=after, limit=limit),
        )
    session.set_widget(RESULT, (key, result))
    return result


def endpoint_names(services: Services, owner: str) -> list[str]:
    """Those of the ledger, where most was spent first, and those that are set up."""
    used = [group.key for group in services.store.spent_by(owner, Dimension.ENDPOINT)]
    return list(dict.fromkeys([*used, *(one.name for one in services.endpoints.all(owner))]))


def _endpoint(services: Services, owner: str, session: Session) -> str | None:
    names = endpoint_names(services, owner)
    asked = session.asked(ENDPOINT)
    now = asked if asked in names else next(iter(names), None)
    key = "reconcile-endpoint"
    if session.widget(key) != now:
        session.set_widget(key, now)
    st.selectbox(
        "Calls of ours to",
        names,
        key=key,
        format_func=plain,
        help="The calls in the ledger that went to this endpoint are compared",
        on_change=_endpoint_chosen,
        args=(session, key),
    )
    return now


def _endpoint_chosen(session: Session, key: str) -> None:
    session.ask(ENDPOINT, session.widget(key))
