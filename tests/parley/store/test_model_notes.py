"""What is kept about models, on both databases: snapshots of lists, own prices, favourites, probes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.conversation import new_id
from parley.errors import StoreError
from parley.pricing.price import OWN_SOURCE, Price, Tier
from parley.store import Snapshot, SnapshotHead, Store
from parley.store import models as model_notes
from tests.parley.store.turns import ANN, NOON

HERE, URL = "Somewhere", "http://a/v1"
BIG: dict[str, Any] = {"a/big": {"listed": True, "input": "0.10", "cached": None}}
SMALL: dict[str, Any] = {"a/small": {"listed": True}}
DAY = timedelta(days=1)


def put(store: Store, day: int, content: dict[str, Any], base_url: str = URL) -> None:
    store.save_snapshot(ANN, HERE, base_url, NOON + day * DAY, content)


def test_a_list_that_stays_the_same_is_kept_once_and_says_when_it_was_last_seen(
    store: Store,
) -> None:
    put(store, 0, BIG)
    put(store, 1, BIG)
    put(store, 2, SMALL | BIG)
    put(store, 3, BIG)

    assert store.snapshots(ANN, HERE) == [
        SnapshotHead(URL, NOON + 3 * DAY, NOON + 3 * DAY, 1),
        SnapshotHead(URL, NOON + 2 * DAY, NOON + 2 * DAY, 2),
        SnapshotHead(URL, NOON, NOON + DAY, 1),
    ]
    assert store.snapshots(ANN, HERE, limit=1) == store.snapshots(ANN, HERE)[:1]
    assert store.snapshots(ANN, "Elsewhere") == []


@pytest.mark.parametrize(("hours", "day"), [(-1, 0), (0, 0), (23, 0), (24, 1), (900, 2)])
def test_the_list_of_a_moment_is_the_last_one_before_it_else_the_first(
    store: Store, hours: int, day: int
) -> None:
    contents = [BIG, SMALL, BIG]
    for number, content in enumerate(contents):
        put(store, number, content)

    found = store.snapshot_at(ANN, HERE, NOON + timedelta(hours=hours))

    taken_at = NOON + day * DAY
    assert found == Snapshot(URL, taken_at, taken_at, 1, contents[day])


def test_where_no_list_was_kept_there_is_none(store: Store) -> None:
    assert store.snapshot_at(ANN, HERE, NOON) is None
    assert store.snapshots_since(ANN, HERE, NOON) == []


@pytest.mark.parametrize(("hours", "days"), [(-1, [0, 1, 2]), (26, [1, 2]), (99, [2])])
def test_the_lists_since_a_moment_begin_with_the_one_of_that_moment(
    store: Store, hours: int, days: list[int]
) -> None:
    for number, content in enumerate([BIG, SMALL, BIG]):
        put(store, number, content)
    put(store, 9, SMALL, "http://b/v1")

    since = NOON + timedelta(hours=hours)
    found = store.snapshots_since(ANN, HERE, since, base_url=URL)

    assert [one.taken_at for one in found] == [NOON + day * DAY for day in days]
    assert found[-1].content == BIG


def test_of_many_long_lists_only_the_two_ends_are_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_notes, "MAX_MODELS_READ", 5)
    for day in range(4):
        put(store, day, {f"{day}/a": {}, f"{day}/b": {}})

    assert [one.taken_at for one in store.snapshots_since(ANN, HERE, NOON)] == [
        NOON,
        NOON + 3 * DAY,
    ]
    assert len(store.snapshots_since(ANN, HERE, NOON + 2 * DAY)) == 2


def test_lists_of_two_addresses_under_one_name_are_told_apart(store: Store) -> None:
    put(store, 0, BIG)
    put(store, 1, SMALL, "http://b/v1")
    put(store, 2, BIG)

    assert [head.base_url for head in store.snapshots(ANN, HERE)] == ["http://b/v1", URL]
    assert store.snapshots(ANN, HERE, base_url=URL) == [SnapshotHead(URL, NOON, NOON + 2 * DAY, 1)]
    elsewhere = store.snapshot_at(ANN, HERE, NOON, base_url="http://b/v1")
    assert elsewhere is not None
    assert elsewhere.content == SMALL


def test_of_too_many_lists_the_first_and_the_newest_stay(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_notes, "MAX_SNAPSHOTS", 3)
    store.save_snapshot(ANN, "Elsewhere", URL, NOON, SMALL)

    for day in range(6):
        put(store, day, {str(day): {}})

    taken = [head.taken_at for head in store.snapshots(ANN, HERE)]
    assert taken == [NOON + 5 * DAY, NOON + 4 * DAY, NOON]
    assert len(store.snapshots(ANN, "Elsewhere")) == 1


def test_long_lists_are_cut_and_fewer_of_them_are_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_notes, "MAX_MODELS", 4)
    monkeypatch.setattr(model_notes, "MAX_MODELS_IN_ALL", 8)

    for day in range(4):
        put(store, day, {f"{day}/{number}": {} for number in range(9)})

    assert [(head.taken_at, head.models) for head in store.snapshots(ANN, HERE)] == [
        (NOON + 3 * DAY, 4),
        (NOON + 2 * DAY, 4),
        (NOON, 4),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.dictionaries(st.text(), JSON, max_size=5))
def test_any_content_is_taken_and_known_again(shared: Store, content: dict[str, Any]) -> None:
    endpoint = new_id()

    for moment in (NOON, NOON + DAY):
        shared.save_snapshot(ANN, endpoint, URL, moment, content)

    (head,) = shared.snapshots(ANN, endpoint)
    assert (head.taken_at, head.seen_at) == (NOON, NOON + DAY)


def test_an_own_price_comes_back_digit_for_digit_with_its_day(store: Store) -> None:
    tiers = (Tier(1000, Decimal(2), Decimal(2)),)
    price = Price(
        Decimal("0.10"), Decimal("1E-4"), Decimal("0.050"), "x", date(2020, 1, 1), tiers=tiers
    )

    store.set_own_price(ANN, HERE, "a/big", price, now=NOON)
    store.set_own_price(ANN, HERE, "a/small", Price(Decimal(1), Decimal(2)), now=NOON)

    kept = store.own_prices(ANN, HERE)
    assert kept["a/big"] == Price(
        Decimal("0.10"), Decimal("1E-4"), Decimal("0.050"), "set by you", NOON.date()
    )
    assert [str(kept["a/big"].input_per_mtok), OWN_SOURCE] == ["0.10", "set by you"]
    assert kept["a/small"].cached_input_per_mtok is None
    assert store.own_prices(ANN, "Elsewhere") == {}


def test_an_own_price_is_changed_and_cleared(store: Store) -> None:
    for rate in (1, 2):
        store.set_own_price(ANN, HERE, "a/big", Price(Decimal(rate), Decimal(rate)))

    assert store.own_prices(ANN, HERE)["a/big"].input_per_mtok == 2
    assert store.own_prices(ANN, HERE)["a/big"].as_of == datetime.now(UTC).date()
    store.clear_own_price(ANN, HERE, "a/big")
    store.clear_own_price(ANN, HERE, "a/big")
    assert store.own_prices(ANN, HERE) == {}


def test_only_rates_of_nothing_are_free(store: Store) -> None:
    store.set_own_price(ANN, HERE, "none", Price(Decimal(0), Decimal(0), free=True))
    store.set_own_price(ANN, HERE, "some", Price(Decimal(0), Decimal(0), Decimal(1)))

    kept = store.own_prices(ANN, HERE)

    assert (kept["none"].free, kept["some"].free) == (True, False)


def test_a_price_that_is_no_number_is_refused_and_the_old_one_stays(store: Store) -> None:
    store.set_own_price(ANN, HERE, "a/big", Price(Decimal(1), Decimal(1)))

    with pytest.raises(StoreError):
        store.set_own_price(ANN, HERE, "a/big", Price(Decimal("NaN"), Decimal(1)))

    assert store.own_prices(ANN, HERE)["a/big"].input_per_mtok == 1


def test_a_favourite_is_set_and_taken_back_as_often_as_one_likes(store: Store) -> None:
    for model_id in ("a/big", "A/big", "a/big"):
        store.set_favourite(ANN, HERE, model_id, True)

    assert store.favourites(ANN, HERE) == {"a/big", "A/big"}
    assert store.favourites(ANN, "Elsewhere") == frozenset()
    for _ in range(2):
        store.set_favourite(ANN, HERE, "a/big", False)
    assert store.favourites(ANN, HERE) == {"A/big"}


def test_the_newest_probe_of_each_model_is_read(store: Store) -> None:
    store.save_probe(ANN, HERE, "a/big", NOON, {"works": True})
    store.save_probe(ANN, HERE, "a/small", NOON, {"speed": 4.5, "fields": ["a", None]})
    store.save_probe(ANN, HERE, "a/big", NOON + DAY, {"works": False})

    assert store.probes(ANN, HERE) == {
        "a/big": (NOON + DAY, {"works": False}),
        "a/small": (NOON, {"speed": 4.5, "fields": ["a", None]}),
    }
    assert store.probes(ANN, "Elsewhere") == {}


def test_a_model_that_is_probed_often_pushes_out_its_own_oldest_probes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_notes, "MAX_PROBES", 2)
    store.save_probe(ANN, HERE, "a/small", NOON, {})

    for number in range(5):
        store.save_probe(ANN, HERE, "a/big", NOON, {"number": number})

    with store._engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT model_id FROM probes ORDER BY sequence").all()
    assert [row[0] for row in kept] == ["a/small", "a/big", "a/big"]
    assert store.probes(ANN, HERE)["a/big"] == (NOON, {"number": 4})


def test_an_endpoint_that_is_removed_takes_what_was_noted_of_its_models_along(store: Store) -> None:
    for name in (HERE, "Elsewhere"):
        store.save_endpoint(ANN, name=name, base_url=URL, project=None)
        store.set_own_price(ANN, name, "a/big", Price(Decimal(1), Decimal(2)))
        store.set_favourite(ANN, name, "a/big", True)
        store.save_probe(ANN, name, "a/big", NOON, {})

    store.delete_endpoint(ANN, HERE)

    gone = store.own_prices(ANN, HERE), store.favourites(ANN, HERE), store.probes(ANN, HERE)
    assert gone == ({}, frozenset(), {})
    assert set(store.own_prices(ANN, "Elsewhere")) == {"a/big"}
    assert store.favourites(ANN, "Elsewhere") == {"a/big"}
    assert set(store.probes(ANN, "Elsewhere")) == {"a/big"}
