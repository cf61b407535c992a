"""What changed in a list, as a reader sees it: kept when fetched anew, compared with a day, opened by a click."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.model_changes import DAY_BOX, remember
from parley.catalog import parsing
from parley.catalog.changes import snapshot_of
from parley.catalog.listing import Listing
from parley.catalog.model import Fact, Model
from parley.catalog.service_fetch import CatalogState
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint
from parley.store import SnapshotHead
from tests.components.settings_pages import press
from tests.pages.chat_page import LIST, served, shown
from tests.pages.models_page import WANDB, words
from tests.upstream import Upstream

DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)
RETIRED = (Fact("lifecycle", "retired", "a catalog"),)
BEFORE: dict[str, Any] = {
    "big": {
        "listed": True,
        "context_window": 4_000,
        "input": "0.40",
        "output": "0.65",
        "cached": "0.03",
    },
    "small": {"listed": True, "context_window": 4_000},
    "![x](http://evil.example)": {"listed": True},
    "embedder": {"listed": True},
}


@pytest.fixture(autouse=True)
def _served(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def script(name: str | None, listing: "Listing | None") -> None:  # noqa: UP037 - is run without imports
    import streamlit as st

    from components import model_changes, services
    from components.state import Session
    from parley.conversation import LOCAL_OWNER

    everything, session = services.get(), Session()
    book = everything.endpoints
    endpoint = book.named(LOCAL_OWNER, name) or book.default(LOCAL_OWNER)
    listing = listing or everything.listing(endpoint)
    model_changes.remember(everything, LOCAL_OWNER, endpoint, listing)
    model_changes.show(everything, LOCAL_OWNER, session, endpoint, listing)
    st.text(f"open: {session.inspected_model}")


def opened(name: str | None = None, listing: Listing | None = None, **address: str) -> AppTest:
    app = AppTest.from_function(script, args=(name, listing), default_timeout=20)
    for parameter, value in address.items():
        app.query_params[parameter] = value
    app.run()
    assert not app.exception
    return app


def here() -> Endpoint:
    return services.get().endpoints.default(OWNER)


def kept() -> list[SnapshotHead]:
    return services.get().store.snapshots(OWNER, here().name)


def put(days_ago: float, content: dict[str, Any]) -> None:
    services.get().store.save_snapshot(
        OWNER, here().name, here().base_url, NOW - days_ago * DAY, content
    )


def headings(app: AppTest) -> list[str]:
    return [shown(heading.value) for heading in app.markdown]


def lines(app: AppTest) -> list[str]:
    return [shown(button.label) for button in app.button]


def test_the_first_list_is_kept_and_it_is_said_since_when() -> None:
    app = opened()
    app.run()

    (head,) = kept()
    assert head.models == len(LIST["data"])
    assert f"Parley watches this list since {head.taken_at:%Y-%m-%d %H:%M} UTC." in words(app)
    assert not app.date_input


def test_a_list_that_was_fetched_anew_is_kept_once_more_only_if_it_changed(
    upstream: Upstream,
) -> None:
    opened()
    for models in (LIST, LIST, {"data": [*LIST["data"], {"id": "new"}]}):
        upstream.models = models
        services.get().listing(here(), refresh=True)
        opened()

    newest, first = kept()
    assert first.taken_at < first.seen_at < newest.taken_at
    assert newest.models == first.models + 1


def test_a_failed_fetch_is_not_taken_for_a_list(upstream: Upstream) -> None:
    upstream.models = 500

    app = opened()

    assert kept() == []
    assert "This one was not fetched yet." in words(app)


@pytest.mark.parametrize("fault", ["empty", "truncated", "bundled alone"])
def test_a_list_that_is_not_whole_is_not_kept(fault: str) -> None:
    whole = services.get().listing(here())
    broken: dict[str, Listing] = {
        "empty": replace(whole, models=()),
        "truncated": replace(whole, truncated=True),
        "bundled alone": replace(
            whole, models=tuple(replace(model, listed=False) for model in whole.models)
        ),
    }

    remember(services.get(), OWNER, here(), broken[fault])

    assert kept() == []


def test_c5_a_list_longer_than_parley_reads_says_why_nothing_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parsing, "MAX_ENTRIES", len(LIST["data"]) - 1)

    assert "This list is longer than Parley reads" in words(opened())
    assert kept() == []


def test_without_a_key_the_public_catalog_is_watched_in_place_of_the_list() -> None:
    wandb = services.get().endpoints.named(OWNER, WANDB)
    assert wandb is not None
    old, new = (
        Listing(
            tuple(Model(model_id, retired, listed=False) for model_id, retired in models.items()),
            None,
            catalog=CatalogState("catalog.example", NOW - days * DAY),
        )
        for days, models in ((3, {"a": (), "b": ()}), (1, {"a": (), "b": RETIRED, "c": ()}))
    )
    remember(services.get(), OWNER, wandb, replace(old, catalog=CatalogState("catalog.example")))
    remember(services.get(), OWNER, wandb, old)

    app = opened(name=WANDB, listing=new)

    heads = services.get().store.snapshots(OWNER, WANDB)
    assert [(head.base_url, head.taken_at) for head in heads] == [
        ("catalog.example", NOW - DAY),
        ("catalog.example", NOW - 3 * DAY),
    ]
    assert headings(app) == ["**New** · 1", "**No longer listed** · 1"]
    assert lines(app) == ["c", "b"]


def test_a_clock_that_was_put_back_does_not_stop_the_watch() -> None:
    put(-2, BEFORE)

    opened()

    assert [head.taken_at > datetime.now(UTC) for head in kept()] == [False, True]


def test_what_changed_is_shown_by_kind_with_the_day_by_which_it_was_seen() -> None:
    put(4, BEFORE)
    put(3, BEFORE)

    app = opened()

    assert headings(app) == [
        "**New** · 1",
        "**No longer listed** · 1",
        "**Cheaper** · 1",
        "**Context window changed** · 1",
    ]
    today = datetime.now(UTC).date().isoformat()
    said = words(app)
    assert f"4,000 → 8,000 tokens (+100 %) · seen by {today}" in said
    assert "input $0.40 → $0.20 (−50 %)" in said
    assert f"last seen so {NOW - 3 * DAY:%Y-%m-%d %H:%M} UTC" in said
    assert lines(app)[0] == "old"


def test_c6_a_hostile_id_is_text_and_a_click_opens_its_model() -> None:
    put(3, BEFORE)
    app = opened()

    labels = [str(button.label) for button in app.button]
    assert not any("![" in label for label in labels)
    next(button for button in app.button if button.key == "change-GONE-0").click().run()

    assert app.query_params["model"] == "![x](http://evil.example)"
    assert "open: ![x](http://evil.example)" in words(app)


def test_the_day_is_chosen_and_kept_in_the_address() -> None:
    put(20, BEFORE)
    put(10, BEFORE | {"gone": {"listed": True}})
    app = opened()
    assert "2 no longer listed" in words(app)

    day = (NOW - 15 * DAY).date()
    next(box for box in app.date_input if box.key == DAY_BOX).set_value(day).run()

    assert app.query_params["since"] == day.isoformat()
    assert "1 no longer listed" in words(app)
    assert "1 no longer listed" in words(opened(since=day.isoformat()))


@pytest.mark.parametrize(
    ("asked", "days_ago"),
    [("", 7), ("1999-01-01", 20), ("2999-01-01", 0), ("yesterday", 7), ("2026-13-45", 7)],
)
def test_any_address_gives_a_day_of_the_watch(asked: str, days_ago: int) -> None:
    put(20, BEFORE)

    app = opened(since=asked)

    assert app.date_input[0].value == (datetime.now(UTC) - days_ago * DAY).date()
    is_wrong = asked in ("yesterday", "2026-13-45")
    assert ("The address names no day" in words(app)) == is_wrong


def test_where_nothing_has_changed_since_the_day_that_is_said() -> None:
    put(20, BEFORE)
    put(5, snapshot_of(services.get().listing(here()).models))

    app = opened(since=(NOW - 3 * DAY).date().isoformat())

    assert f"Nothing has changed between the list of {NOW - 5 * DAY:%Y-%m-%d %H:%M} UTC" in words(
        app
    )
    assert f"watches this list since {NOW - 20 * DAY:%Y-%m-%d %H:%M} UTC." in words(app)
    assert headings(app) == []


def test_many_lines_are_shown_in_parts() -> None:
    put(3, {f"gone/{number:03}": {"listed": True} for number in range(30)})
    app = opened()
    assert len([line for line in lines(app) if line.startswith("gone/")]) == 10

    press(app, "Show more of 30")

    assert len([line for line in lines(app) if line.startswith("gone/")]) == 30
    assert "Show more of 30" not in lines(app)


def test_d2_where_nothing_can_be_read_or_kept_the_page_goes_on(tmp_path: Path) -> None:
    services.get()
    direct = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
    direct.execute("DROP TABLE catalog_snapshots")
    direct.close()

    app = opened()

    assert "What Parley kept of this list cannot be read just now." in words(app)
    assert "open: None" in words(app)
