"""A database of the first Parley is opened by this one, on both kinds: every row, every branch, the ledger, search."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from parley.chat_settings import ChatSettings
from parley.conversation import MessageState
from parley.errors import StoreError, StoreTooNew
from parley.store import Store
from parley.store.migrating import SCRIPTS, migrate
from parley.store.opening import open_backing
from parley.store.tables import SCHEMA_REVISION
from parley.usage import UNKNOWN, Count, State
from tests.parley.store import older_schema
from tests.parley.store.conftest import DATABASES
from tests.parley.store.postgres_server import an_empty_database
from tests.parley.store.turns import ANN, BOB, put_turn


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """A database without a table."""
    if request.param == "sqlite":
        yield None
        return
    with an_empty_database() as fresh:
        yield fresh


@pytest.fixture
def older(folder: Path, url: str | None, tmp_path: Path) -> None:
    older_schema.fill(open_backing(folder, url, 1.0), older_schema.first_schema(tmp_path))


def look_at(folder: Path, url: str | None) -> tuple[set[str], str, int]:
    """Tables, revision, and how many messages there are, past the `Store`."""
    opened = open_backing(folder, url, 1.0)
    with opened.reading.begin() as connection:
        tables = set(inspect(connection).get_table_names())
        revision = connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
        rows = connection.scalar(text("SELECT count(*) FROM messages")) or 0
    opened.close()
    return tables, revision, rows


def engine_of(store: Store) -> Engine:
    return store._engine


@pytest.mark.usefixtures("older")
def test_d9_every_row_of_an_older_database_is_there_after_the_migration(
    folder: Path, url: str | None
) -> None:
    store = Store.open(folder, url)

    threads = store.conversations(ANN)
    assert [(thread.id, thread.title) for thread in threads] == [
        ("tree", "Motörhead"),
        ("empty", "Nothing yet"),
    ]
    assert all((one.pinned, one.archived, one.leaf_id) == (False, False, None) for one in threads)
    assert [thread.settings for thread in threads] == [ChatSettings()] * 2
    assert [one.id for one in store.messages(ANN, "tree")] == ["q1", "a1", "q2", "a3"]
    assert store.message_count(ANN, "tree") == 4
    assert [one.id for one in store.messages_to(ANN, "tree", "a2")] == ["q1", "a2"]
    assert store.siblings(ANN, "tree", store.messages(ANN, "tree")) == {"a1": ["a1", "a2"]}
    assert [one.text for one in store.messages(BOB, "tree")] == ["Who sang it?"]
    store.close()


@pytest.mark.usefixtures("older")
def test_d9_depths_are_right_on_every_branch(folder: Path, url: str | None) -> None:
    store = Store.open(folder, url)

    with engine_of(store).begin() as connection:
        rows = connection.execute(
            text("SELECT id, depth FROM messages WHERE owner = 'ann' ORDER BY sequence")
        ).all()
    store.show_path(ANN, "tree", "a2")

    assert [tuple(row) for row in rows] == [("q1", 1), ("a1", 2), ("a2", 2), ("q2", 3), ("a3", 4)]
    assert store.message_count(ANN, "tree") == 2
    store.close()


@pytest.mark.usefixtures("older")
def test_d9_messages_of_before_are_found(folder: Path, url: str | None) -> None:
    store = Store.open(folder, url)

    found = {
        words: [hit.message_id for hit in store.search(ANN, words)]
        for words in ("spades", "drummer", "philthy", "motorhead did", "motorhead", "who sang")
    }

    assert found == {
        "spades": ["q1"],
        "drummer": ["q2"],
        "philthy": ["a3"],
        "motorhead did": ["a2"],
        "motorhead": [None],
        "who sang": ["q1"],
    }
    interrupted = store.message(ANN, "a3")
    assert interrupted is not None
    assert interrupted.state is MessageState.INTERRUPTED
    store.close()


@pytest.mark.usefixtures("older")
def test_d9_the_ledger_is_as_it_was_and_still_refuses_changes(
    folder: Path, url: str | None
) -> None:
    store = Store.open(folder, url)

    first, second, third = store.ledger(ANN)
    assert [entry.request.attempt_id for entry in (first, second, third)] == ["t1", "t2", "t3"]
    assert (second.outcome, third.outcome) == (None, None)
    assert first.outcome is not None
    assert first.outcome.cost.amount == Decimal("0.00000000000000000001")
    assert first.outcome.usage.input_tokens == Count(12, State.REPORTED)
    assert first.outcome.usage.output_tokens == UNKNOWN
    for change in ("UPDATE requests SET model = 'x'", "DELETE FROM outcomes"):
        with pytest.raises(IntegrityError, match="append-only"), engine_of(store).begin() as direct:
            direct.execute(text(change))
    assert store.ledger(ANN) == [first, second, third]
    store.close()


@pytest.mark.usefixtures("older")
def test_d9_an_older_database_is_written_to_after_it_was_opened(
    folder: Path, url: str | None
) -> None:
    store = Store.open(folder, url)

    _, reply, _ = put_turn(store, thread=store.conversations(ANN)[0])

    assert [one.id for one in store.messages(ANN, "tree")][:4] == ["q1", "a1", "q2", "a3"]
    assert store.messages(ANN, "tree")[-1] == reply
    assert store.message_count(ANN, "tree") == 6
    store.close()
    assert look_at(folder, url)[1:] == (SCHEMA_REVISION, len(older_schema.MESSAGES) + 2)


@pytest.mark.usefixtures("older")
def test_d9_a_database_of_before_notes_on_models_keeps_all_it_has_and_takes_them(
    folder: Path, url: str | None, tmp_path: Path
) -> None:
    opened = open_backing(folder, url, 1.0)
    migrate(opened, scripts=older_schema.second_schema(tmp_path), newest="0002")
    opened.close()
    before = look_at(folder, url)
    store = Store.open(folder, url)

    assert [one.id for one in store.messages(ANN, "tree")] == ["q1", "a1", "q2", "a3"]
    assert (store.snapshots(ANN, "a"), store.own_prices(ANN, "a")) == ([], {})
    assert (store.favourites(ANN, "a"), store.probes(ANN, "a")) == (frozenset(), {})
    store.set_favourite(ANN, "a", "big", True)
    assert store.favourites(ANN, "a") == {"big"}
    store.close()
    tables, revision, rows = look_at(folder, url)
    assert (before[1], revision, rows) == ("0002", SCHEMA_REVISION, before[2])
    assert {"catalog_snapshots", "own_prices", "favourites", "probes"} <= tables - before[0]


@pytest.mark.usefixtures("older")
def test_d10_a_migration_that_fails_half_way_leaves_the_old_database(
    folder: Path, url: str | None, tmp_path: Path
) -> None:
    before = look_at(folder, url)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "versions").mkdir()
    for script in (SCRIPTS / "versions").glob("*.py"):
        failing = script.read_text().replace("    _presets()\n", "    1 / 0\n")
        (broken / "versions" / script.name).write_text(failing)
    opened = open_backing(folder, url, 1.0)

    with pytest.raises(ZeroDivisionError):
        migrate(opened, scripts=broken)

    opened.close()
    assert look_at(folder, url) == before
    assert before[1] == "0001"
    store = Store.open(folder, url)
    assert store.message_count(ANN, "tree") == 4
    store.close()


@pytest.mark.usefixtures("older")
def test_d9_a_newer_schema_is_refused_and_named(folder: Path, url: str | None) -> None:
    opened = open_backing(folder, url, 1.0)
    with opened.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    opened.close()
    before = look_at(folder, url)

    with pytest.raises(StoreTooNew, match="0099"):
        Store.open(folder, url)

    assert look_at(folder, url) == before


def test_d10_a_foreign_database_in_our_place_is_not_half_taken_over(
    folder: Path, url: str | None
) -> None:
    opened = open_backing(folder, url, 1.0)
    with opened.engine.begin() as connection:
        connection.execute(text("CREATE TABLE preferences (mine TEXT)"))
    opened.close()

    with pytest.raises(StoreError):
        Store.open(folder, url)

    opened = open_backing(folder, url, 1.0)
    with opened.reading.begin() as connection:
        assert inspect(connection).get_table_names() == ["preferences"]
    opened.close()
