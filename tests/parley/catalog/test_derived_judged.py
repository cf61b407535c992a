"""The rules against values that were judged by hand; how they were drawn and judged stands in `docs/facets.md`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from genai_prices.data_snapshot import get_snapshot

from parley.catalog.bundled import bundled_models
from parley.catalog.derived import derived_facts

JUDGED = json.loads((Path(__file__).parent / "data/facets_judged.json").read_text("utf-8"))
FACETS = (
    "publisher",
    "family",
    "params_total",
    "params_active",
    "quantization",
    "version_date",
    "kind",
    "variants",
)
HUNDREDS = ("first", "second", "third")


@dataclass(frozen=True)
class Judgement:
    """A line of the file."""

    sample: str
    id: str
    facet: str
    value: str
    true: bool
    remark: str


ROWS = [Judgement(*row) for row in JUDGED["rows"]]


def written(value: object) -> str:
    return "+".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def held_out(model_id: str) -> bool:
    """Ids of one name are on the same side, whoever serves it and under whichever tag."""
    name = model_id.rsplit("/", 1)[-1].split(":")[0].split("@")[0].lower()
    return hashlib.sha256(name.encode()).digest()[0] >= 128


def precision(rows: list[Judgement]) -> float:
    return sum(row.true for row in rows) / len(rows)


def values(model_id: str) -> Iterator[tuple[str, str]]:
    yield from ((fact.name, written(fact.value)) for fact in derived_facts(model_id))


@pytest.mark.parametrize("sample", [*HUNDREDS, "bundled"])
def test_a_value_that_changes_is_judged_again(sample: str) -> None:
    judged = {(row.id, row.facet, row.value) for row in ROWS if row.sample == sample}
    ids = {row.id for row in ROWS if row.sample == sample}
    ids |= set(JUDGED["without_any"].get(sample, ()))

    given = {(i, facet, value) for i in ids for facet, value in values(i)}

    assert given == judged


def test_a_value_of_the_rest_that_changes_is_judged_again() -> None:
    rest = [row for row in ROWS if row.sample == "rest"]

    gone = [row for row in rest if (row.facet, row.value) not in set(values(row.id))]

    assert rest
    assert not gone


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("samples", [("third",), ("bundled",), (*HUNDREDS, "bundled", "rest")])
def test_at_least_98_of_100_values_are_true(samples: tuple[str, ...], facet: str) -> None:
    judged = [row for row in ROWS if row.sample in samples and row.facet == facet]

    assert precision(judged) >= 0.98


def test_three_hundreds_were_drawn_and_no_id_twice() -> None:
    drawn = {s: {row.id for row in ROWS if row.sample == s} for s in (*HUNDREDS, "rest")}
    whole = [drawn[s] | set(JUDGED["without_any"][s]) for s in HUNDREDS] + [drawn["rest"]]

    assert [len(ids) for ids in whole[:3]] == [100, 100, 100]
    assert len(set().union(*whole)) == sum(len(ids) for ids in whole)


def test_every_bundled_id_is_judged() -> None:
    assert {row.id for row in ROWS if row.sample == "bundled"} == set(bundled_models())


def test_what_was_judged_is_of_the_half_that_the_rules_were_not_written_on() -> None:
    judged = {row.id for row in ROWS if row.sample != "bundled"}

    assert all(held_out(model_id) for model_id in judged)


def test_that_half_holds_500_ids_and_more() -> None:
    ids = {model.id for provider in get_snapshot().providers for model in provider.models}

    assert sum(held_out(model_id) for model_id in ids) >= 500


def test_a_false_value_says_why() -> None:
    assert all(row.remark for row in ROWS if not row.true)
