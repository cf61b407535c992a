"""What a probe is doing and what it found, in the panel: as it comes, beside what is declared, and how it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from components import model_probe, services
from parley import probe
from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.conversation import Kind
from parley.errors import StoreError
from parley.pricing.price import OWN_SOURCE, Price
from parley.probe import Check, Order, ProbeResult, Step
from tests.components.probe_panel import (
    EVIL,
    choose,
    keep,
    latest,
    opened,
    press,
    rows,
    said,
    served,
)
from tests.parley.probe.probing import ANSWER
from tests.upstream import Upstream, chunk, done, silence, status, wait_for


def unreadable(*_: object) -> None:
    raise StoreError("The disk is gone.")


OTHER_ANSWERS = chunk(
    {
        "model": "other",
        "choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2},
    }
)


@pytest.fixture
def app_upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_a_click_probes_the_chosen_models_and_shows_claims_beside_what_was_seen(
    app_upstream: Upstream,
) -> None:
    app = choose(opened(), "priced")
    app.pills(key=model_probe.STEPS).set_value(["Tools"]).run()
    app_upstream.script(*ANSWER)
    app_upstream.script(status(400, {"error": {"message": "tools? no", "param": "tools"}}))

    press(app, "Start the probe")
    assert latest().wait(10)
    app.run()

    (row,) = rows(app)
    assert (row["Model id"], row["Answers"], row["Usage"]) == (
        "priced",
        "yes",
        "reported, streamed",
    )
    assert row["Tools"] == "≠ no: Refused. · declared yes"
    assert row["JSON schema"].startswith("not probed")
    assert "Tools: tools? no" in row["The endpoint said"]
    assert [entry.request.kind for entry in services.get().store.ledger(OWNER)] == [Kind.PROBE] * 2
    assert not any(button.label == "Stop the probe" for button in app.button)


def test_a_running_probe_is_shown_and_can_be_stopped(app_upstream: Upstream) -> None:
    app = choose(opened(), "priced", "bare")
    app_upstream.script(*ANSWER)
    app_upstream.script(silence())
    press(app, "Start the probe")
    app_upstream.wait_for_requests(2)

    app.run()
    assert rows(app)[0]["Model id"] == "priced"
    assert next(b for b in app.button if b.label == "Start the probe").disabled
    press(app, "Stop the probe")
    assert latest().wait(10)
    app.run()

    assert "The probe was stopped. 1 of 2 models probed." in said(app)
    assert [row["Model id"] for row in rows(app)] == ["priced"]


def test_u1_a_probe_that_ends_early_says_why_once(app_upstream: Upstream) -> None:
    app = choose(opened(), "priced", "bare")
    app_upstream.script(status(401, {"error": {"message": "bad key"}}))

    press(app, "Start the probe")
    assert latest().wait(10)
    app.run()

    words = said(app)
    assert "ended early, because this holds for every model. 1 of 2 models probed." in words
    assert "rejected the API key" in words
    assert rows(app)[0]["Answers"].startswith("no: The endpoint rejected the API key")


def test_c6_a_hostile_id_is_text_everywhere(app_upstream: Upstream) -> None:
    app = choose(opened(), "priced", EVIL)
    may_end = threading.Event()
    app_upstream.script(wait_for(may_end), *ANSWER)
    app_upstream.script(wait_for(may_end), *ANSWER)

    assert f"their price is unknown: {EVIL}." in said(app).replace("\u2060", "")
    press(choose(app, EVIL), "Start the probe")
    app_upstream.wait_for_requests(1)
    progress = app.run().get("progress")[0].proto.text
    may_end.set()
    assert latest().wait(10)
    app.run()

    markdown = [progress, *(str(element.value) for element in app.caption)]
    assert "Model 1 of 1" in progress
    assert not any("![x](" in words for words in markdown)
    assert rows(app)[0]["Model id"] == EVIL


def test_what_was_observed_becomes_a_fact_of_the_model(app_upstream: Upstream) -> None:
    found = ProbeResult(True, checks={Step.TOOLS: Check(True, "It called the tool.")})
    keep("bare", found)

    app = opened()

    assert "bare has tools: True" in said(app)
    assert rows(app)[0]["Tools"] == "yes: It called the tool. · declared –"


def test_what_was_observed_at_another_address_is_not_said_of_this_one(
    app_upstream: Upstream,
) -> None:
    found = ProbeResult(True, checks={Step.TOOLS: Check(True, "It called the tool.")})
    keep("bare", found, base_url="http://127.0.0.1:9/v1")

    app = opened()

    assert "bare has tools: None" in said(app)
    assert not app.dataframe


def test_models_that_the_filters_hide_keep_their_results(app_upstream: Upstream) -> None:
    keep("bare", ProbeResult(True))

    app = opened("priced")

    assert [row["Model id"] for row in rows(app)] == ["bare"]


def test_d_a_result_that_could_not_be_stored_is_shown_with_a_notice(
    app_upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    app = choose(opened(), "bare")
    monkeypatch.setattr(services.get().store, "save_probe", full)
    app_upstream.script(*ANSWER)

    press(app, "Start the probe")
    assert latest().wait(10)
    app.run()

    assert "The disk is full." in said(app)
    assert rows(app)[0]["Model id"] == "bare"


def test_what_the_last_probe_found_at_an_earlier_address_of_the_endpoint_is_not_shown(
    app_upstream: Upstream,
) -> None:
    everything = services.get()
    before = replace(everything.endpoints.default(OWNER), base_url="http://127.0.0.1:9/v1")
    run = probe.begin(everything.engine, Order(OWNER, before, (Model("priced"),)))
    assert run.wait(10)

    app = opened()

    assert list(run.results) == ["priced"]
    assert not app.dataframe
    assert "ended early" not in said(app)


def test_another_model_that_answers_is_billed_by_the_prices_of_when_the_probe_began(
    app_upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, endpoint = services.get().store, services.get().endpoints.default(OWNER)
    store.set_own_price(OWNER, endpoint.name, "other", Price(Decimal(100), Decimal(200)))
    may_answer = threading.Event()
    app_upstream.script(wait_for(may_answer), OTHER_ANSWERS, done())
    press(choose(opened(), "priced"), "Start the probe")
    app_upstream.wait_for_requests(1)

    monkeypatch.setattr(store, "own_prices", unreadable)
    may_answer.set()
    assert latest().wait(10)

    [entry] = store.ledger(OWNER)
    assert entry.outcome is not None
    assert (entry.outcome.cost.amount, entry.outcome.cost.source) == (Decimal("0.0009"), OWN_SOURCE)


def test_prices_that_cannot_be_read_do_not_keep_a_probe_from_starting(
    app_upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = choose(opened(), "priced")
    monkeypatch.setattr(services.get().store, "own_prices", unreadable)
    app_upstream.script(*ANSWER)

    press(app, "Start the probe")

    assert latest().wait(10)
    assert latest().results["priced"][1].reached
