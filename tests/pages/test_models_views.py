"""Favourites, downloads and the ways of looking at the models page: real settings, real store, a real list."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import services
from components.known_listing import frame_of, with_own
from components.model_export import Shown
from components.model_views import VIEWS
from components.state import Session
from parley.catalog.listing import Listing
from parley.endpoint import Endpoint
from parley.matching import matching
from parley.model_query.parsing import parse
from tests.pages.models_page import address, ids, opened, served, words
from tests.upstream import Upstream

OWNER = "local"


@pytest.fixture
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def known() -> tuple[Endpoint, Listing]:
    everything = services.get()
    endpoint = everything.endpoints.default(OWNER)
    listing = everything.listing(endpoint)
    return endpoint, with_own(everything, OWNER, endpoint, listing)


def test_a_favourite_stays_one_and_can_be_asked_for(upstream: Upstream) -> None:
    endpoint, _ = known()
    services.get().store.set_favourite(OWNER, endpoint.name, "qwen/qwen-small", True)

    app = opened(q="fav")

    assert ids(app) == ["qwen/qwen-small"]
    assert list(app.dataframe[0].value["favourite"]) == ["★"]
    assert app.toggle(key="favourites").value is True


def test_d2_what_an_owner_added_and_cannot_be_read_does_not_stand_in_the_way(
    upstream: Upstream, tmp_path: Path
) -> None:
    app = opened(model="typed/id")
    direct = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
    for table in ("favourites", "own_prices", "probes", "catalog_snapshots"):
        direct.execute(f"DROP TABLE {table}")
    direct.close()

    app.run()

    assert not app.exception
    assert "★" not in list(app.dataframe[0].value["favourite"])
    assert app.header[0].value == "typed\\/id"


@pytest.mark.parametrize("view", [name for name in VIEWS if name != "list"])
def test_each_way_of_looking_is_an_address_of_its_own(upstream: Upstream, view: str) -> None:
    app = opened(view=view, q="qwen")

    assert app.button_group(key="model-view").value == view
    assert "2 of 5 models" in words(app)
    assert app.text_input(key="search").value == "qwen"


def test_the_way_of_looking_that_is_chosen_stands_in_the_address_and_the_list_is_the_usual_one(
    upstream: Upstream,
) -> None:
    app = opened(view="nonsense")
    listed = ids(app)

    app.button_group(key="model-view").set_value("changes").run()
    changed = address(app)["view"]
    app.button_group(key="model-view").set_value("list").run()

    assert changed == "changes"
    assert "view" not in address(app)
    assert ids(app) == listed


def test_a_use_in_the_address_brings_its_monthly_cost_and_an_order_by_it(
    upstream: Upstream,
) -> None:
    app = opened(view="cost", use="1000,1000,0,10000", q="qwen sort:monthly")

    table = app.dataframe[0].value
    assert list(table["id"]) == ["qwen/qwen-large", "qwen/qwen-small"]
    assert list(table["monthly_cost"].fillna("–")) == ["≈$8.50", "–"]


def test_without_a_use_a_question_about_its_cost_says_what_is_missing(upstream: Upstream) -> None:
    app = opened(q="monthly<100")

    assert "needs your use" in words(app)


def test_what_is_shown_can_be_downloaded_as_csv_and_json(upstream: Upstream) -> None:
    endpoint, listing = known()
    app = opened(q="qwen")
    query = parse("qwen sort:-ctx")
    frame = frame_of(services.get(), OWNER, Session(), endpoint, listing)

    shown = Shown(endpoint, listing, query, matching(frame, query))

    rows = list(csv.DictReader(io.StringIO(shown.csv().decode("utf-8-sig"))))
    document = json.loads(shown.json())
    assert [button.label for button in app.download_button] == ["CSV", "JSON"]
    assert [row["id"] for row in rows] == ["qwen/qwen-small", "qwen/qwen-large"]
    assert rows[1]["price_source"] == "the endpoint's own list"
    assert rows[1]["price_as_of"] == listing.fetched_at.date().isoformat()  # type: ignore[union-attr]
    assert [model["id"] for model in document["models"]] == [row["id"] for row in rows]
    assert document["query"] == "qwen sort:-ctx"
