"""Opening a database on a server: what is refused is named without its password, and many may open at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from parley.errors import StoreError
from parley.store import Store
from parley.store.postgres import place_of
from tests.parley.store.postgres_server import (
    a_database,
    an_empty_database,
    as_guest,
    connected,
    name_of,
    run,
)
from tests.parley.store.turns import ANN, put_turn

HERE = Path("unused")


@pytest.fixture
def url() -> Iterator[str]:
    with a_database() as fresh:
        yield fresh


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
