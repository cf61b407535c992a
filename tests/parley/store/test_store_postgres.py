"""What only a database server does: faults told in our words without the password, locks, lost connections."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from parley.errors import StoreError
from parley.store import Store, presence
from parley.store.faults import explained
from parley.store.postgres import place_of
from tests.parley.store.postgres_server import (
    a_database,
    an_empty_database,
    as_guest,
    connected,
)
from tests.parley.store.turns import (
    ANN,
    BOB,
    ended,
    full_outcome_of,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)

HERE = Path("unused")


@pytest.fixture
def url() -> Iterator[str]:
    with a_database() as fresh:
        yield fresh


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(HERE, url, busy_timeout_s=0.2)
    yield opened
    opened.close()


def run(url: str, *commands: str) -> None:
    with connected(url) as direct:
        for command in commands:
            direct.execute(command)


def name_of(url: str) -> str:
    return str(make_url(url).database)


def refusal(url: str) -> StoreError:
    with pytest.raises(StoreError) as refused:
        Store.open(HERE, url)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    return refused.value


def _nobody_listens(url: str) -> str:
    return "postgresql://ann:pass-word@127.0.0.1:1/notes"


def _wrong_password(url: str) -> str:
    return as_guest(url, "pass-word")


def _no_such_user(url: str) -> str:
    changed = make_url(url).set(username="nobody", password="pass-word")
    return changed.render_as_string(hide_password=False)


def _no_such_database(url: str) -> str:
    changed = make_url(url).set(database="elsewhere", password="pass-word")
    return changed.render_as_string(hide_password=False)


def _no_rights(url: str) -> str:
    return as_guest(url)


def _no_connection_left(url: str) -> str:
    run(url, f"ALTER DATABASE {name_of(url)} CONNECTION LIMIT 0")
    return as_guest(url)


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (_nobody_listens, "No connection to the database."),
        (_wrong_password, "The database server did not accept the user or the password."),
        (_no_such_user, "The database server did not accept the user or the password."),
        (_no_such_database, "The database server has no such database."),
        (_no_rights, "The database user may not do this."),
        (_no_connection_left, "The database server has no connection left."),
    ],
)
def test_d3_a_database_that_cannot_be_opened_is_named_without_its_password(
    url: str, change: Callable[[str], str], title: str
) -> None:
    changed = change(url)

    refused = refusal(changed)

    assert refused.title == title
    assert place_of(make_url(changed)) in refused.advice
    assert str(make_url(changed).database) in refused.advice
    for secret in ("pass-word", "let-me-in"):
        assert secret not in f"{refused.notice} {refused!r}"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("postgresql://ann:secret@db.example.com/parley", "parley on db.example.com"),
        ("postgresql+psycopg://ann@10.0.0.1:6432/notes", "notes on 10.0.0.1:6432"),
        ("postgresql://ann@/notes?host=/run/postgres", "notes on /run/postgres"),
        ("postgresql:///notes", "notes on this machine"),
        ("postgresql://ann@db", "ann on db"),
        ("postgresql://", "the default database on this machine"),
    ],
)
def test_a_place_is_the_database_and_its_server(given: str, place: str) -> None:
    assert place_of(make_url(given)) == place


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgres"])
def test_every_usual_scheme_is_taken(url: str, scheme: str) -> None:
    store = Store.open(HERE, url.replace("postgresql", scheme, 1))

    assert store.is_reachable()
    assert store.place == place_of(make_url(url))
    assert not HERE.exists()
    store.close()


def test_options_of_the_url_are_kept(url: str) -> None:
    run(url, "CREATE SCHEMA mine")

    store = Store.open(HERE, f"{url}&options=-csearch_path%3Dmine&application_name=notes")
    put_turn(store)

    with connected(url) as direct:
        assert direct.execute("SELECT count(*) FROM mine.messages").fetchone() == (2,)
        assert direct.execute("SELECT count(*) FROM public.messages").fetchone() == (0,)
    store.close()


def test_d1_a_full_disk_is_said_and_nothing_is_lost(store: Store, url: str) -> None:
    asked, reply, request = put_turn(store)
    run(
        url,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE disk_full; END $$",
        "CREATE TRIGGER full_disk BEFORE UPDATE ON messages EXECUTE FUNCTION full_disk()",
    )

    with pytest.raises(StoreError, match="no space") as full:
        store.finish_reply(ANN, ended(reply), outcome_of(request))

    assert store.place in full.value.advice
    assert store.messages(ANN, reply.conversation_id) == [asked, reply]
    assert [entry.outcome for entry in store.ledger(ANN)] == [None]


def test_d2_a_read_only_database_is_read_and_says_that_it_cannot_be_written(
    store: Store, url: str
) -> None:
    asked, reply, _ = put_turn(store)
    run(url, f"ALTER DATABASE {name_of(url)} SET default_transaction_read_only = on")
    store._engine.dispose()

    with pytest.raises(StoreError, match="not written"):
        store.checkpoint(ANN, reply.id, text="x", reasoning="")

    assert store.messages(ANN, reply.conversation_id) == [asked, reply]


def test_d4_a_locked_owner_is_read_on_and_a_writer_gives_up_after_its_wait(
    store: Store, url: str
) -> None:
    asked, reply, _ = put_turn(store)
    store.set_preference(BOB, "model", "x")

    other = Store.open(HERE, url)
    with other._writing(ANN):
        began = time.monotonic()
        read = store.messages(ANN, reply.conversation_id)
        read_s = time.monotonic() - began
        store.set_preference(BOB, "model", "not locked out")
        with pytest.raises(StoreError, match="locked"):
            store.checkpoint(ANN, reply.id, text="x", reasoning="")

    assert read == [asked, reply]
    assert read_s < 0.15
    other.close()
    store.checkpoint(ANN, reply.id, text="now", reasoning="")
    assert store.message(ANN, reply.id) == replace(reply, text="now")


def cut_all(url: str) -> None:
    run(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def test_a_connection_that_is_cut_in_the_middle_is_said_and_the_next_call_works(
    store: Store, url: str
) -> None:
    asked, reply, _ = put_turn(store)

    with pytest.raises(StoreError, match="lost"), store._writing(ANN) as connection:
        cut_all(url)
        connection.exec_driver_sql("SELECT 1")

    assert store.messages(ANN, reply.conversation_id) == [asked, reply]
    store.checkpoint(ANN, reply.id, text="goes on", reasoning="")
    kept = store.message(ANN, reply.id)
    assert kept == replace(reply, text="goes on")


def test_after_a_cut_a_running_reply_is_still_not_called_interrupted(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "CHECKED_EVERY_S", 0.0)
    _, reply, _ = put_turn(store)
    cut_all(url)
    store.checkpoint(ANN, reply.id, text="goes on", reasoning="")

    other = Store.open(HERE, url)

    assert other.message(ANN, reply.id) == replace(reply, text="goes on")
    other.close()


@pytest.mark.parametrize("table", ["requests", "outcomes"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET attempt_id = 'x'",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (owner, attempt_id)"
        " DO UPDATE SET attempt_id = 'x'",
    ],
)
def test_a_row_of_the_ledger_is_never_changed(
    store: Store, url: str, table: str, change: str
) -> None:
    _, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply), full_outcome_of(request))
    before = store.ledger(ANN)

    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
        run(url, change.format(table))

    assert store.ledger(ANN) == before


OPENING = """
import sys
from pathlib import Path
from parley.store import Store
Store.open(Path("unused"), sys.argv[1]).close()
"""


def test_d8_four_processes_make_the_tables_at_once() -> None:
    with an_empty_database() as url:
        openers = [subprocess.Popen([sys.executable, "-c", OPENING, url]) for _ in range(4)]

        assert [opener.wait() for opener in openers] == [0, 0, 0, 0]

        store = Store.open(HERE, url)
        put_turn(store)
        assert len(store.conversations(ANN)) == 1
        store.close()


WITHOUT_SERVER = """
import sys
from pathlib import Path
from parley.store import Store
Store.open(Path(sys.argv[1])).close()
sys.exit("psycopg" in sys.modules)
"""


def test_without_a_server_its_driver_is_not_loaded(tmp_path: Path) -> None:
    ended_with = subprocess.run([sys.executable, "-c", WITHOUT_SERVER, str(tmp_path)], check=False)

    assert ended_with.returncode == 0


def test_d12_fifty_rounds_leave_no_connection_open(url: str) -> None:
    for _ in range(50):
        store = Store.open(HERE, url)
        store.set_preference(ANN, "model", "x")
        store.close()

    with connected() as direct:
        (left,) = direct.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name_of(url)]
        ).fetchone() or (None,)
    assert left == 0


def test_what_a_transaction_reads_is_of_one_moment(store: Store, url: str) -> None:
    _, reply, request = put_turn(store)

    with store._reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM messages").scalar()
        asked = question(store.conversations(ANN)[0])
        again = reply_to(asked)
        store.begin_turn(ANN, user=asked, reply=again, request=request_for(again))
        after = connection.exec_driver_sql("SELECT count(*) FROM messages").scalar()

    assert before == after == 2
    store.finish_reply(ANN, ended(reply), outcome_of(request))


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("57014", "took too long"),
        ("40P01", "locked"),
        ("XX001", "is damaged"),
        ("22P02", "could not be saved or read"),
        ("57P01", "lost"),
    ],
)
def test_other_faults_of_the_server_are_told_in_our_words(state: str, title: str) -> None:
    told = explained(psycopg.errors.lookup(state)("its own text"), "notes on db")

    assert title in told.title
    assert "notes on db" in told.advice
    assert "its own text" not in f"{told.notice}"
