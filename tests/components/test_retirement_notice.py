"""The head of a chat whose model is gone or going: until when, and the replacement one click away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.choice import last_model_key
from parley.conversation import LOCAL_OWNER
from tests.pages.chat_page import served, shown
from tests.upstream import Upstream

END = datetime.now(UTC).date() + timedelta(days=12)
LIST = {
    "data": [
        {"id": "old", "deprecation": END.isoformat(), "deprecation_replacement_model": "new"},
        {"id": "older", "active": False, "deprecation_replacement_model": "old"},
        {"id": "oldest", "active": False},
        {"id": "new"},
    ]
}


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    for server in served(upstream, monkeypatch, tmp_path):
        server.models = LIST
        yield server


def script(model_id: str | None) -> None:
    import streamlit as st

    from components import retirement_notice, services
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    everything, session = services.get(), Session()
    endpoint = everything.endpoints.default(LOCAL_OWNER)
    everything.listing(endpoint)
    model = everything.model(endpoint, session.model_id or model_id) if model_id else None
    retirement_notice.show(everything, LOCAL_OWNER, session, endpoint, model)
    st.text(f"model {session.model_id}")


def opened(model_id: str | None) -> AppTest:
    app = AppTest.from_function(script, args=(model_id,), default_timeout=20).run()
    assert not app.exception
    return app


def alerts(app: AppTest) -> list[str]:
    return [shown(alert.value) for alert in (*app.info, *app.warning)]


def test_a_deprecated_model_counts_the_days_and_names_its_replacement() -> None:
    app = opened("old")

    (said,) = [shown(info.value) for info in app.info]
    assert f": it retires in 12 days, on {END.isoformat()}. Its replacement is new." in said


def test_one_click_goes_on_with_the_replacement() -> None:
    app = opened("old")

    app.button(key="continue-with-replacement").click().run()

    assert not app.exception
    assert app.text[0].value == "model new"
    assert alerts(app) == []
    everything = services.get()
    last = last_model_key(everything.endpoints.default(LOCAL_OWNER).name)
    assert everything.store.preference(LOCAL_OWNER, last) == "new"


def test_of_a_retired_model_the_replacement_that_is_alive_is_offered() -> None:
    app = opened("older")

    (said,) = [shown(warning.value) for warning in app.warning]
    assert said.startswith("This model is retired: the endpoint will most likely refuse it.")
    assert shown(app.button[0].label) == "Continue with old"


def test_where_no_source_names_a_replacement_none_is_offered() -> None:
    app = opened("oldest")

    assert len(alerts(app)) == 1
    assert not app.button


@pytest.mark.parametrize("model_id", ["new", "unheard-of", None])
def test_a_model_that_stays_needs_no_notice(model_id: str | None) -> None:
    app = opened(model_id)

    assert alerts(app) == []
    assert not app.button


def test_r1_a_hostile_replacement_is_shown_as_text(upstream: Upstream) -> None:
    hostile = "![x](http://evil.example/a.png)"
    upstream.models = {
        "data": [
            {"id": "a", "deprecated": True, "replacement": hostile},
            {"id": hostile},
        ]
    }

    app = opened("a")

    drawn = [app.info[0].value, app.button[0].label]
    assert not [text for text in drawn if "![" in text]
    assert hostile in shown(app.button[0].label).replace("\u2060", "")
