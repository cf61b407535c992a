"""The first view of the usage page for its tests: a ledger behind it, and how what it says is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER, LedgerEntry, new_id
from parley.pricing.price import Price
from tests.parley.calls import PRICE, entry, usage

OWNER = LOCAL_OWNER
SCRIPT = """
import streamlit as st
from components import services, usage_overview
from components.state import Session
from parley.conversation import LOCAL_OWNER


def overview() -> None:
    usage_overview.show(services.get(), LOCAL_OWNER, Session())


st.navigation([st.Page(overview, title="Usage", default=True), st.Page("chat.py")]).run()
"""


def served(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Path]:
    """Services with an empty ledger, and an app of this view and Chat; for a fixture."""
    monkeypatch.setenv("PARLEY_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", "off")
    services.stop()
    folder.joinpath("chat.py").write_text("", "utf-8")
    script = folder / "usage_app.py"
    script.write_text(SCRIPT, "utf-8")
    yield script
    services.stop()


def opened(script: Path, *open_parts: str, zone: str = "UTC", **address: Any) -> AppTest:
    """`open_parts`: keys of the popover and the expanders that are open."""
    app = AppTest.from_file(str(script), default_timeout=20)
    app.context["timezone"] = zone
    for part in open_parts:
        app.session_state[part] = True
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def conversation(title: str = "Tides") -> str:
    created = services.get().store.create_conversation(OWNER, title=title, endpoint="E", model="m")
    return created.id


def keep(*entries: LedgerEntry) -> None:
    """Into the ledger, as the app writes it."""
    store = services.get().store
    for one in entries:
        store.add_request(OWNER, one.request)
        if one.outcome is not None:
            store.add_outcome(OWNER, one.outcome)


def call(
    model: str = "m",
    *,
    days_ago: float = 0,
    counts: tuple[int, int] = (1000, 100),
    cached: int | None = None,
    price: Price | None = PRICE,
    thoughts: int = 0,
    **changes: Any,
) -> LedgerEntry:
    """A call that ended, of a conversation "c" unless `changes` of the request say otherwise."""
    made = entry(usage(*counts, cached, thoughts), model=model, price=price)
    return sent(made, days_ago, **changes)


def sent(made: LedgerEntry, days_ago: float = 0, **changes: Any) -> LedgerEntry:
    """This call, so many days before now; the request is changed as named."""
    sent_at = datetime.now(UTC) - timedelta(days=days_ago)
    changed = {"conversation_id": "c", "attempt_id": new_id(), "sent_at": sent_at, **changes}
    request = replace(made.request, **changed)
    outcome = made.outcome
    if outcome is not None:
        outcome = replace(outcome, attempt_id=request.attempt_id, ended_at=sent_at)
    return LedgerEntry(request, outcome)


def words(app: AppTest) -> str:
    """What the view says in sentences, without the escapes and joiners that Markdown needs."""
    kinds = (app.caption, app.warning, app.info, app.error, app.markdown)
    said = "\n".join(str(element.value) for kind in kinds for element in kind)
    return plain(said)


def plain(text: object) -> str:
    return str(text).replace("\\", "").replace("\u2060", "")


def figures(app: AppTest) -> dict[str, str]:
    """Label → value of the figures in large type."""
    return {metric.label: plain(metric.value) for metric in app.metric}


def column(app: AppTest, name: str) -> dict[str, str]:
    """Of the table of groups: name → what its line says in a column."""
    frame = next(one.value for one in app.dataframe if "share" in one.value)
    return dict(zip(frame["name"], frame[name], strict=True))
