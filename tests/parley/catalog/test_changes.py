"""What changed between two lists: found and counted; and nothing where nothing changed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.changes import Change, Kind, changes, counted, snapshot_of
from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import Model
from parley.catalog.parsing import parse_models
from tests.parley.catalog.changing import model, price

BUNDLED = "bundled list: https://docs.example/models"


def found(before: Model | None, after: Model | None) -> list[tuple[Kind, str]]:
    old, new = (snapshot_of([one] if one else []) for one in (before, after))
    return [(change.kind, change.words) for change in changes(old, new)]


def test_what_is_known_is_kept_and_what_is_unknown_is_left_out() -> None:
    whole = model(
        said_by=BUNDLED,
        context_window=131_072,
        price=price("0.10", "1E-4", "0.050"),
        lifecycle="deprecated",
        retired_on=date(2026, 12, 6),
    )

    assert snapshot_of([whole, model("bare", listed=False)]) == {
        "a/b": {
            "listed": True,
            "context_window": 131_072,
            "context_from": "bundled list",
            "input": "0.10",
            "output": "0.0001",
            "cached": "0.050",
            "price_from": "bundled list",
            "lifecycle": "deprecated",
            "lifecycle_from": "bundled list",
            "retired_on": "2026-12-06",
            "retired_from": "bundled list",
        },
        "bare": {"listed": False},
    }


@pytest.mark.parametrize(
    ("before", "after", "kind", "words"),
    [
        (None, model(), Kind.NEW, ""),
        (
            None,
            model(price=price("0.1", "0.4"), context_window=8192),
            Kind.NEW,
            "$0.10 input · $0.40 output · 8,192 tokens of context; says x",
        ),
        (model(listed=False), model(), Kind.NEW, ""),
        (model(), None, Kind.GONE, ""),
        (model(), model(listed=False, lifecycle="delisted"), Kind.GONE, ""),
        (
            model(),
            model(listed=False, retired_on=date(2026, 11, 20)),
            Kind.GONE,
            "its end was set for 2026-11-20",
        ),
        (
            model(retired_on=date(2026, 11, 20)),
            None,
            Kind.GONE,
            "its end was set for 2026-11-20",
        ),
        (
            model(price=price("0.1", "0.4")),
            model(price=price("0.2", "0.4")),
            Kind.DEARER,
            "input $0.10 → $0.20 (+100 %)",
        ),
        (
            model(price=price("0.3", "0.4", "0.1")),
            model(price=price("0.2", "0.1", "0.05")),
            Kind.CHEAPER,
            "input $0.30 → $0.20 (−33.3 %) · output $0.40 → $0.10 (−75 %) · cached $0.10 → $0.05 (−50 %)",
        ),
        (
            model(price=price("0.1", "0.4")),
            model(price=price("0.2", "0.2")),
            Kind.PRICE,
            "input $0.10 → $0.20 (+100 %) · output $0.40 → $0.20 (−50 %)",
        ),
        (
            model(price=price("1", "1")),
            model(price=price("1", "1", "0.5")),
            Kind.PRICE,
            "cached – → $0.50",
        ),
        (
            model(price=price("1", "2")),
            model(),
            Kind.PRICE,
            "input $1.00 → – · output $2.00 → –",
        ),
        (
            model(price=price("0", "0")),
            model(price=price("1", "2")),
            Kind.DEARER,
            "input free → $1.00 · output free → $2.00",
        ),
        (
            model(price=price("1000", "1")),
            model(price=price("0.0001", "1")),
            Kind.CHEAPER,
            "input $1,000.00 → $0.0001 (−99.99999 %)",
        ),
        (
            model(price=price("1000", "1")),
            model(price=price("1000.0001", "1")),
            Kind.DEARER,
            "input $1,000.00 → $1,000.0001 (+0.00001 %)",
        ),
        (
            model(context_window=131_072),
            model(context_window=262_144),
            Kind.CONTEXT,
            "131,072 → 262,144 tokens (+100 %)",
        ),
        (model(), model(context_window=8192), Kind.CONTEXT, "– → 8,192 tokens"),
        (model(context_window=8192), model(), Kind.CONTEXT, "8,192 → – tokens"),
        (
            model(lifecycle="available"),
            model(lifecycle="deprecated"),
            Kind.LIFECYCLE,
            "available → deprecated",
        ),
        (model(lifecycle="deprecated"), model(), Kind.LIFECYCLE, "deprecated → –"),
        (
            model(listed=False),
            model(listed=False, lifecycle="retired"),
            Kind.LIFECYCLE,
            "– → retired",
        ),
        (
            model(),
            model(retired_on=date(2026, 12, 6)),
            Kind.RETIREMENT,
            "the end is set for 2026-12-06",
        ),
        (
            model(retired_on=date(2026, 12, 6)),
            model(retired_on=date(2027, 1, 6)),
            Kind.RETIREMENT,
            "the end moved from 2026-12-06 to 2027-01-06",
        ),
        (
            model(retired_on=date(2026, 12, 6)),
            model(),
            Kind.RETIREMENT,
            "no end is set any more; it was 2026-12-06",
        ),
    ],
)
def test_each_kind_of_change_is_found_and_said(
    before: Model | None, after: Model | None, kind: Kind, words: str
) -> None:
    assert found(before, after) == [(kind, words)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (model(), model(lifecycle="available")),
        (model(lifecycle="available"), model()),
        (model(price=price("0.1", "1")), model(price=price("0.10", "1.0"))),
        (
            model(said_by="a list", price=price("1", "1")),
            model(said_by=BUNDLED, price=price("1", "1")),
        ),
        (
            model(listed=False, price=price("1", "1"), context_window=1),
            model(listed=False, price=price("2", "2"), context_window=2),
        ),
        (None, model(listed=False)),
        (model(listed=False), None),
    ],
    ids=[
        "available is what was to be expected",
        "the other way round",
        "written otherwise",
        "another source, same price",
        "what no list holds",
        "not listed, new",
        "not listed, gone",
    ],
)
def test_what_is_no_change_of_the_list_is_not_called_one(
    before: Model | None, after: Model | None
) -> None:
    assert found(before, after) == []


def test_when_another_source_is_why_a_figure_differs_it_is_named() -> None:
    before = model(said_by=BUNDLED, price=price("1", "1"), context_window=8)
    after = model(said_by=LISTED_SOURCE, price=price("2", "1"), context_window=9)

    assert [words.partition(";")[2] for _, words in found(before, after)] == [
        f" {LISTED_SOURCE} says so, before it was bundled list"
    ] * 2


def test_changes_come_kind_by_kind_and_in_the_order_of_the_ids() -> None:
    before = snapshot_of([model("gone"), model("B", lifecycle="available")])
    after = snapshot_of(
        [model("b/new"), model("A/new"), model("B", lifecycle="retired", context_window=1)]
    )

    ordered = changes(before, after)

    assert [(change.kind, change.model_id) for change in ordered] == [
        (Kind.NEW, "A/new"),
        (Kind.NEW, "b/new"),
        (Kind.GONE, "gone"),
        (Kind.CONTEXT, "B"),
        (Kind.LIFECYCLE, "B"),
    ]
    assert counted(ordered) == (
        "2 new · 1 no longer listed · 1 context window changed · 1 lifecycle changed"
    )
    assert counted([]) == ""


def test_the_real_shape_of_a_list_goes_through() -> None:
    lists = [
        {"data": [{"id": "a/b", "context_length": 8192, "pricing": {"prompt": p, "completion": p}}]}
        for p in ("0.0000002", "0.0000003")
    ]
    old, new = (parse_models(payload, host="openrouter.ai").models for payload in lists)

    assert changes(snapshot_of(old), snapshot_of(new)) == [
        Change(
            Kind.DEARER,
            "a/b",
            "input $0.20 → $0.30 (+50 %) · output $0.20 → $0.30 (+50 %)",
        )
    ]


PRICES = st.builds(price, *[st.sampled_from(["0", "0.0001", "0.3", "7", "1000"])] * 3)
MODELS = st.builds(
    model,
    st.text(min_size=1, max_size=3),
    listed=st.booleans(),
    price=st.none() | PRICES,
    context_window=st.none() | st.integers(1, 10**15),
    lifecycle=st.none() | st.text(max_size=4),
    retired_on=st.none() | st.dates(),
)
LISTS = st.lists(MODELS, max_size=6).map(snapshot_of)


@given(before=LISTS, after=LISTS)
def test_any_two_lists_can_be_compared_and_a_list_never_differs_from_itself(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert changes(before, json.loads(json.dumps(before))) == []
    for change in changes(before, after):
        assert change.model_id in {*before, *after}
        assert "None" not in change.words


def test_what_only_another_source_says_is_told_to_be_another_source() -> None:
    before = model(said_by=BUNDLED, lifecycle="retired", retired_on=date(2026, 10, 5))
    after = model(said_by="the catalog", lifecycle="available")

    assert found(before, after) == [
        (Kind.LIFECYCLE, "retired → available; the catalog says so, before it was bundled list"),
        (
            Kind.RETIREMENT,
            "no end is set any more; it was 2026-10-05; the catalog says so, before it was bundled list",
        ),
    ]
