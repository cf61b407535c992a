"""The panel of the probe as a page of its own, and what a person does there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Multiselect

from components import services
from parley import probe
from parley.conversation import LOCAL_OWNER as OWNER
from parley.probe import ProbeResult, ProbeRun
from tests.pages import chat_page
from tests.upstream import Upstream

LIST = {
    "data": [
        {
            "id": "priced",
            "pricing": {"prompt": "0.0000002", "completion": "0.00000065"},
            "supported_parameters": ["tools"],
        },
        {"id": "bare"},
        {"id": "evil/![x](http://evil.example/a.png)"},
        {"id": "text-embedding-9", "architecture": {"output_modalities": ["embeddings"]}},
    ]
}
EVIL = "evil/![x](http://evil.example/a.png)"


def script(named: str) -> None:
    import streamlit as st

    from components import model_probe, services
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    everything = services.get()
    endpoint = everything.endpoints.default(LOCAL_OWNER)
    listing = everything.listing(endpoint)
    models = model_probe.observed(everything, LOCAL_OWNER, endpoint, listing.models)
    found = [model for model in models if named in model.id]
    if st.checkbox("Only bare"):
        found = [model for model in found if model.id == "bare"]
    if st.checkbox("Drawn", value=True):
        model_probe.show(everything, LOCAL_OWNER, Session(), endpoint, found)
    tools = next(model.value("tools") for model in models if model.id == "bare")
    st.text(f"bare has tools: {tools}")


def served(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> Iterator[Upstream]:
    """The upstream with this list as the default endpoint of fresh services; for a fixture."""
    yield from chat_page.served(upstream, monkeypatch, data_dir, LIST)


def opened(named: str = "") -> AppTest:
    """The panel with the models whose id holds `named`."""
    app = AppTest.from_function(script, args=(named,), default_timeout=20)
    app.run()
    assert not app.exception
    return app


def choice_of(app: AppTest) -> Multiselect[str]:
    return app.multiselect[0]


def choose(app: AppTest, *ids: str) -> AppTest:
    choice_of(app).set_value(list(ids)).run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    everything = (*app.caption, *app.error, *app.text)
    return "\n".join(str(element.value) for element in everything).replace("\\", "")


def latest() -> ProbeRun:
    endpoint = services.get().endpoints.default(OWNER)
    run = probe.latest(services.get().engine, OWNER, endpoint.name)
    assert run is not None
    return run


def keep(model_id: str, found: ProbeResult, *, base_url: str | None = None) -> None:
    """As if it had been probed before, at this address."""
    everything = services.get()
    endpoint = everything.endpoints.default(OWNER)
    kept = {**found.to_dict(), "base_url": base_url or endpoint.base_url}
    everything.store.save_probe(OWNER, endpoint.name, model_id, datetime.now(UTC), kept)


def rows(app: AppTest) -> list[dict[str, str]]:
    records = app.dataframe[0].value.to_dict("records")
    return [{str(column): str(words) for column, words in row.items()} for row in records]
