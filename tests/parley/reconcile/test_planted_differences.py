"""A usage file with planted differences, against a ledger that the engine wrote: each is found and named."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from parley.catalog.model import Fact, Model
from parley.conversation import LOCAL_OWNER as OWNER
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.pricing.price import Price
from parley.reconcile.causes import Cause
from parley.reconcile.exporting import as_csv
from parley.reconcile.guessing import guessed
from parley.reconcile.pairs import Side
from parley.reconcile.reconciling import Reconciliation, reconcile
from parley.reconcile.usage_file import read_usage_file
from parley.store import Store
from tests.parley.reconcile.files import rows_of, written
from tests.parley.talk import say
from tests.upstream import Upstream, done, finish, role, status, text, usage

PRICE = Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03"), source="a test")
PLANTED = {
    "agrees": None,
    "lacks-a-call": Cause.MISSING,
    "has-a-call-more": Cause.MORE_THERE,
    "has-another-price": Cause.OTHER_PRICE,
    "has-other-tokens": Cause.OTHER_TOKENS,
    "on-another-day": Cause.OTHER_DAY,
    "renamed": Cause.OTHER_NAME,
    "cached-apart": Cause.CACHED_APART,
    "counts-refusals": Cause.REFUSED,
}


def asked(upstream: Upstream, engine: Engine, endpoint: Endpoint, name: str, seed: int) -> None:
    """Two calls of a model, of 100 and 200 tokens of input and a few more."""
    model = Model(name, (Fact("price", PRICE, "a test"),))
    for prompt in (100 + seed, 200 + seed):
        counts = usage(prompt=prompt, completion=10 + seed, cached=50 + seed)
        upstream.script(role(), text("Yes."), finish(), counts, done())
        say(engine, endpoint, model=model)


@pytest.fixture
def ledger(upstream: Upstream, engine: Engine, endpoint: Endpoint, store: Store) -> Store:
    for seed, name in enumerate(PLANTED):
        asked(upstream, engine, endpoint, name, seed)
    upstream.script(status(400, {"error": {"message": "no"}}))
    say(engine, endpoint, model=Model("counts-refusals"))
    return store


def planted(store: Store) -> str:
    """The provider's file: true but for what each model's name says."""
    rows = rows_of(store.ledger(OWNER))
    day = next(iter(rows))[0]
    tomorrow = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    call = {"requests": 1, "input_tokens": 101, "cached_tokens": 51, "output_tokens": 11}
    for name, number in call.items():
        rows[day, "lacks-a-call"][name] -= number
        rows[day, "has-a-call-more"][name] += number + 7 * (name != "requests")
    rows[day, "lacks-a-call"]["cost_usd"] -= Decimal("0.00001868")
    rows[day, "has-another-price"]["cost_usd"] *= Decimal("1.25")
    rows[day, "has-other-tokens"]["output_tokens"] += 5
    rows[tomorrow, "on-another-day"] = rows.pop((day, "on-another-day"))
    rows[day, "Vendor X Large"] = rows.pop((day, "renamed"))
    rows[day, "cached-apart"]["input_tokens"] -= rows[day, "cached-apart"]["cached_tokens"]
    rows[day, "counts-refusals"]["requests"] += 1
    return written(rows)


def reconciled(
    store: Store, text: str, endpoint: Endpoint, names: Mapping[str, str] | None = None
) -> Reconciliation:
    file = read_usage_file(text.encode())
    return reconcile(
        file,
        replace(guessed(file), models=names or {}),
        endpoint.name,
        lambda wanted, after, limit: store.calls_page(OWNER, wanted, after=after, limit=limit),
    )


def test_each_planted_difference_is_found_and_named(ledger: Store, endpoint: Endpoint) -> None:
    found = reconciled(ledger, planted(ledger), endpoint)

    causes = {one.pair.model: [why.cause for why in one.why] for one in found.pairs}
    for name, cause in PLANTED.items():
        assert causes[name][:1] == ([] if cause is None else [cause]), name
    assert found.names.unmatched == ("Vendor X Large",)
    assert found.verdict.startswith(
        "Of 11 day-model pairs 1 agrees to the token; 10 differ: 2 × another "
    )
    assert "1 × another price" in found.verdict


def test_the_words_of_each_say_how_much(ledger: Store, endpoint: Endpoint) -> None:
    found = reconciled(ledger, planted(ledger), endpoint)

    words = {one.pair.model: " ".join(why.words for why in one.why) for one in found.pairs}
    assert "1 call of ours is not in the file: sent 20" in words["lacks-a-call"]
    assert "UTC, complete, 101 input tokens, 11 output tokens" in words["lacks-a-call"]
    assert "1 call more, 108 input tokens more" in words["has-a-call-more"]
    assert "1.25 times as much" in words["has-another-price"]
    assert "5 output tokens more, for the same number of calls" in words["has-other-tokens"]
    assert "The opposite stands under Vendor X Large" in words["renamed"]
    assert "1 call that the endpoint refused" in words["counts-refusals"]


def test_the_name_that_the_reader_gives_makes_the_renamed_model_agree(
    ledger: Store, endpoint: Endpoint
) -> None:
    said = {"Vendor X Large": "renamed"}

    found = reconciled(ledger, planted(ledger), endpoint, said)

    sides = {one.pair.model: one.pair.side for one in found.pairs}
    assert sides["renamed"] is Side.AGREES
    assert found.names.ours_of["Vendor X Large"] == "renamed"


def test_x1_the_export_names_every_difference_and_holds_no_formula(
    ledger: Store, endpoint: Endpoint
) -> None:
    text = planted(ledger).replace("Vendor X Large", "=HYPERLINK(1)")

    rows = list(csv.DictReader(io.StringIO(as_csv(reconciled(ledger, text, endpoint).pairs))))

    by_model = {row["model"]: row for row in rows}
    assert "'=HYPERLINK(1)" in by_model
    assert by_model["has-other-tokens"]["output_tokens_difference"] == "5"
    assert by_model["lacks-a-call"]["requests_difference"] == "-1"
    assert by_model["agrees"]["result"] == "agrees"
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
