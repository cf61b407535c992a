"""The panel that probes models: nothing is chosen or sent before a click, and the cost stands above it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import model_probe, services
from parley.conversation import LOCAL_OWNER as OWNER
from parley.errors import StoreError
from parley.pricing.price import Price
from tests.components.probe_panel import (
    EVIL,
    choice_of,
    choose,
    opened,
    said,
    served,
)
from tests.upstream import Upstream


def unreadable(*_: object) -> None:
    raise StoreError("The disk is gone.")


@pytest.fixture
def app_upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_no_model_is_chosen_at_first_and_other_kinds_are_not_offered(
    app_upstream: Upstream,
) -> None:
    app = opened()

    choice = choice_of(app)
    assert choice.value == []
    assert choice.options == ["priced", "bare", EVIL]
    assert next(b for b in app.button if b.label == "Start the probe").disabled


def test_the_cost_is_told_before_anything_is_sent(app_upstream: Upstream) -> None:
    app = choose(opened(), "priced", "bare")

    words = said(app)
    assert "2 calls, at most ≈" in words
    assert "≈$0." in words
    assert "Not in this sum, because their price is unknown: bare." in words
    assert app_upstream.chats == []


def test_what_is_chosen_stays_chosen_when_it_is_not_drawn_for_a_while(
    app_upstream: Upstream,
) -> None:
    app = choose(opened(), "bare")
    app.pills(key=model_probe.STEPS).set_value(["Tools"]).run()

    app.checkbox[1].uncheck().run()
    app.checkbox[1].check().run()

    assert choice_of(app).value == ["bare"]
    assert app.pills(key=model_probe.STEPS).value == ["Tools"]


def test_a_chosen_model_that_a_filter_hides_stays_chosen_with_its_own_price(
    app_upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = services.get()
    endpoint = everything.endpoints.default(OWNER)
    price = Price(Decimal(100), Decimal(100))
    everything.store.set_own_price(OWNER, endpoint.name, "priced", price)
    app = choose(opened(), "priced")

    app.checkbox[0].check().run()

    assert choice_of(app).value == ["priced"]
    assert "at most ≈$0.034." in said(app)
    monkeypatch.setattr(everything.store, "own_prices", unreadable)
    assert "at most ≈$0.00013." in said(app.run())


def test_a_long_list_offers_its_beginning_and_says_so(app_upstream: Upstream) -> None:
    app_upstream.models = {
        "data": [{"id": f"m{number}"} for number in range(300)] + [{"id": "bare"}]
    }

    app = opened()

    assert len(choice_of(app).options) == model_probe.OFFERED
    assert "The first 200 of 301 are offered; filter for the others." in said(app)


def test_an_endpoint_without_its_key_is_not_probed(
    app_upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.delenv("OPENAI_API_KEY")
    services.stop()
    app = AppTest.from_function(keyless, default_timeout=20).run()

    assert not app.exception
    assert "needs an API key before its models can be probed" in said(app)
    assert next(b for b in app.button if b.label == "Start the probe").disabled


def keyless() -> None:
    from components import model_probe, services
    from components.state import Session
    from parley.catalog.model import Model
    from parley.conversation import LOCAL_OWNER

    everything = services.get()
    endpoint = next(e for e in everything.endpoints.all(LOCAL_OWNER) if e.needs_key)
    model_probe.show(everything, LOCAL_OWNER, Session(), endpoint, [Model("a")])


def test_d_a_store_that_cannot_be_read_leaves_the_page_whole(
    app_upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.get().store, "probes", unreadable)

    app = opened()

    assert "The disk is gone." in said(app)
    assert "bare has tools: None" in said(app)
