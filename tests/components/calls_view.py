"""The view of calls for its tests: an app of it, and how what it says is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from tests.components.overview_page import plain

SCRIPT = """
import streamlit as st
from components import services, usage_calls
from components.state import Session
from parley.conversation import LOCAL_OWNER
from parley.wanted_calls import Wanted


def calls() -> None:
    wanted = Wanted(utc_offset_min=60, models=tuple(st.query_params.get_all("model")))
    usage_calls.show(services.get(), LOCAL_OWNER, Session(), wanted)


st.navigation([st.Page(calls, title="Usage", default=True), st.Page("chat.py")]).run()
"""


def served(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Path]:
    """Services with an empty ledger, and an app of this view and Chat; for a fixture."""
    monkeypatch.setenv("PARLEY_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", "off")
    services.stop()
    folder.joinpath("chat.py").write_text("", "utf-8")
    made = folder / "calls_app.py"
    made.write_text(SCRIPT, "utf-8")
    yield made
    services.stop()


def opened(script: Path, **address: str) -> AppTest:
    app = AppTest.from_file(str(script), default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def rows(app: AppTest) -> list[dict[str, str]]:
    (table,) = app.dataframe
    return [
        {str(name): plain(cell) for name, cell in row.items()}
        for row in table.value.to_dict("records")
    ]
