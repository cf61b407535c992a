"""Own prices that hold from a day on, on both databases, and those of before there were days."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from parley.pricing.dated import DatedPrice
from parley.pricing.price import Price
from parley.store import Store
from parley.store.migrating import SCRIPTS, migrate
from parley.store.opening import open_backing
from tests.parley.store.conftest import DATABASES
from tests.parley.store.postgres_server import an_empty_database
from tests.parley.store.turns import ANN, BOB, NOON

HERE = "Somewhere"
TODAY = datetime.now(UTC).date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def price(rate: int) -> Price:
    return Price(Decimal(rate), Decimal(rate))


def put(store: Store, rate: int, since: date, model_id: str = "big", owner: str = ANN) -> None:
    store.set_own_price(owner, HERE, model_id, price(rate), since=since, now=NOON)


def rates(store: Store, on: date | None = None) -> dict[str, int]:
    return {
        name: int(one.input_per_mtok) for name, one in store.own_prices(ANN, HERE, on=on).items()
    }


def test_of_several_prices_the_last_that_has_begun_is_in_force(store: Store) -> None:
    for rate, day in ((3, TOMORROW), (1, YESTERDAY), (2, TODAY)):
        put(store, rate, day)
    put(store, 9, TOMORROW, "small")

    assert rates(store) == {"big": 2}
    assert rates(store, YESTERDAY) == {"big": 1}
    assert rates(store, TOMORROW) == {"big": 3, "small": 9}
    assert rates(store, YESTERDAY - timedelta(days=1)) == {}
    assert store.own_prices(ANN, HERE)["big"].as_of == TODAY


def test_all_of_a_model_are_listed_in_the_order_of_their_days(store: Store) -> None:
    for rate, day in ((3, TOMORROW), (1, YESTERDAY)):
        put(store, rate, day)
    put(store, 5, TODAY, "small")
    put(store, 6, TODAY, owner=BOB)

    found = store.dated_prices(ANN, HERE, "big")

    assert found == [
        DatedPrice(day, Price(Decimal(rate), Decimal(rate), source="set by you", as_of=day), NOON)
        for rate, day in ((1, YESTERDAY), (3, TOMORROW))
    ]
    assert store.dated_prices(ANN, "Elsewhere", "big") == []


def test_a_price_for_the_same_day_replaces_the_one_that_was_there(store: Store) -> None:
    put(store, 1, TODAY)
    put(store, 2, TODAY)

    assert [int(one.price.input_per_mtok) for one in store.dated_prices(ANN, HERE, "big")] == [2]


def test_without_a_day_a_price_holds_from_the_utc_day_on_which_it_is_set(store: Store) -> None:
    late_in_new_york = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    store.set_own_price(ANN, HERE, "big", price(1), now=late_in_new_york)

    assert store.dated_prices(ANN, HERE, "big")[0].since == date(2026, 11, 23)


def test_a_price_is_removed_by_its_day_and_the_one_before_it_holds_again(store: Store) -> None:
    put(store, 1, YESTERDAY)
    put(store, 2, TODAY)
    put(store, 7, TODAY, "small")

    store.clear_own_price(ANN, HERE, "big", since=TODAY)
    store.clear_own_price(ANN, HERE, "big", since=TOMORROW)

    assert rates(store) == {"big": 1, "small": 7}
    store.clear_own_price(ANN, HERE, "big")
    assert rates(store) == {"small": 7}


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """A database without a table."""
    if request.param == "sqlite":
        yield None
        return
    with an_empty_database() as fresh:
        yield fresh


def test_d9_a_price_of_before_there_were_days_holds_from_the_day_on_which_it_was_set(
    folder: Path, empty: str | None, tmp_path: Path
) -> None:
    scripts = tmp_path / "earlier"
    later = ("__pycache__", "r0006*", "r000[7-9]*")
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns(*later))
    opened = open_backing(folder, empty, 1.0)
    migrate(opened, scripts=scripts, newest="0005")
    row = """INSERT INTO own_prices(owner, endpoint, model_id, input, output, cached, set_at)
        VALUES ('ann', 'Somewhere', 'big', '0.10', '1E-4', '0.050', :at)"""
    at = "2026-11-22 12:00:00.123456" if empty is None else NOON
    with opened.engine.begin() as connection:
        connection.execute(text(row), {"at": at})
    opened.close()

    store = Store.open(folder, empty)

    day = NOON.date()
    rates_then = Decimal("0.10"), Decimal("1E-4"), Decimal("0.050")
    kept = Price(*rates_then, source="set by you", as_of=day)
    assert store.dated_prices(ANN, HERE, "big") == [DatedPrice(day, kept, NOON)]
    assert str(store.own_prices(ANN, HERE)["big"].input_per_mtok) == "0.10"
    store.close()
