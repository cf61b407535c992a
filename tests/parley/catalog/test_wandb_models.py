"""W&B's models when its public catalog is at hand: its word counts, and what comes with Parley stands beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from parley.catalog.bundled import bundled_models
from parley.catalog.enrich import catalog_for, find_model
from parley.catalog.model import Model
from parley.catalog.parsing import parse_models
from parley.catalog.service_catalog import ServiceCatalog, parse_catalog
from parley.catalog.wandb_models import newest_bundled, wandb_models
from parley.endpoint import PRESETS, Service
from tests.parley.catalog.catalog_rows import FLASH, NEW, OLD, row

FETCHED = datetime(2026, 11, 24, 12, tzinfo=UTC)
WANDB = next(preset for preset in PRESETS if preset.service is Service.WANDB)
OPENAI = next(preset for preset in PRESETS if preset.service is Service.OPENAI)
GLM = "zai-org/GLM-5.2"
KIMI = "moonshotai/Kimi-K2.5"
"""Delisted, says what comes with Parley."""


def service(*rows: object) -> ServiceCatalog:
    return parse_catalog({"models": list(rows)}, FETCHED)


def catalog(public: ServiceCatalog | None, *listed: str) -> dict[str, Model]:
    own = parse_models([{"id": each} for each in listed], host="a") if listed else None
    return {model.id: model for model in catalog_for(WANDB, own, public)}


def said(model: Model, name: str) -> list[tuple[object, str]]:
    """Each statement of this name with its source, the one that is used first."""
    return [(fact.value, fact.source.split(":")[0]) for fact in model.facts if fact.name == name]


def test_without_a_list_the_catalog_comes_first_and_the_bundled_rest_after_it() -> None:
    models = catalog(service(row(NEW), row()))

    assert list(models)[:2] == [NEW, FLASH]
    assert len(models) == 48
    assert not any(model.listed for model in models.values())
    assert models[NEW].price is not None


def test_the_word_of_the_catalog_counts_and_what_is_bundled_stands_beside_it_where_it_differs() -> (
    None
):
    model = catalog(service(row(priceCentsPerBillionTokensOutput=70_000)), FLASH)[FLASH]

    assert model.listed
    assert model.price is not None
    assert (model.price.output_per_mtok, model.price.as_of) == (Decimal("0.7"), FETCHED.date())
    assert [source for _, source in said(model, "price")] == [
        "the service's public catalog",
        "bundled list",
    ]


def test_what_both_say_alike_is_said_once_by_the_catalog() -> None:
    model = catalog(service(row()), FLASH)[FLASH]

    for name in ("price", "context_window", "params_total", "vision", "lifecycle"):
        assert [source for _, source in said(model, name)] == ["the service's public catalog"]


def test_what_the_catalog_does_not_say_comes_from_what_is_bundled() -> None:
    bare = catalog(service({"idPlayground": FLASH}))[FLASH]

    assert bare.price is not None
    assert bare.price.source == "bundled list"


def test_a_refused_price_of_the_catalog_is_shown_beside_the_bundled_one() -> None:
    model = catalog(service(row(priceCentsPerBillionTokensOutput=65_000 * 100_000)))[FLASH]

    assert model.price is not None
    assert model.price.source == "bundled list"
    assert "$65,000" in model.value("price_refused").reason


def test_a_bundled_model_that_the_catalog_does_not_hold_is_gone_and_keeps_its_dated_facts() -> None:
    model = catalog(service(row()))[GLM]

    assert said(model, "lifecycle") == [
        ("delisted", "the service's public catalog"),
        ("available", "bundled list"),
    ]
    assert model.value("lifecycle_note") == (
        "The service's public catalog does not hold this model; its other facts come with Parley, "
        "the newest of 2026-10-07."
    )
    assert model.price is not None


def test_a_bundled_retirement_with_its_day_says_more_than_an_absence() -> None:
    assert catalog(service(row()))[OLD] == catalog(None)[OLD]


def test_what_the_list_does_not_hold_says_from_when_its_other_facts_are() -> None:
    models = catalog(service(row(), row(NEW), row("a/old", lifecycleStage="retired")), NEW)

    assert said(models[FLASH], "lifecycle")[0] == ("delisted", "the endpoint's own list")
    assert models[FLASH].value("lifecycle_note") == (
        "The list does not hold this model; its other facts are from the service's public catalog of 2026-11-24."
    )
    assert models["a/old"].lifecycle == "retired"


@pytest.mark.parametrize("model_id", [KIMI, OLD])
def test_a_model_that_the_catalog_offers_again_has_no_end_any_more(model_id: str) -> None:
    model = catalog(service(row(model_id)))[model_id]

    assert model.lifecycle == "available"
    assert model.value("retired_on") is None
    assert (model.replacement, model.value("lifecycle_note")) == (None, None)


def test_a_model_whose_end_both_know_keeps_its_day_and_its_replacement() -> None:
    model = catalog(service(row(OLD, lifecycleStage="deprecated")))[OLD]

    assert said(model, "lifecycle") == [
        ("deprecated", "the service's public catalog"),
        ("retired", "bundled list"),
    ]
    assert model.value("retired_on") == date(2026, 3, 4)
    assert model.replacement == "zai-org/GLM-5-FP8"


def test_a_model_without_a_stage_in_the_catalog_keeps_what_is_known_of_its_end() -> None:
    assert catalog(service(row(OLD, lifecycleStage="?")))[OLD].is_retired


def test_a_model_that_is_listed_is_not_called_gone_because_the_catalog_lacks_it() -> None:
    assert catalog(service(row()), GLM)[GLM].lifecycle is None


def test_a_typed_id_gets_what_the_catalog_says_of_it() -> None:
    public = service(row(NEW))

    assert find_model((), NEW, WANDB, public).context_window == 1_048_576
    assert find_model((), NEW, WANDB).context_window is None
    assert find_model((), NEW, OPENAI, public).context_window is None


def test_other_services_have_nothing_of_it() -> None:
    assert catalog_for(OPENAI, None, service(row())) == ()


def test_without_a_catalog_the_bundled_models_are_what_is_known() -> None:
    assert wandb_models(None) is bundled_models()
    assert wandb_models(public := service(row())) is wandb_models(public)


def test_the_date_of_what_is_bundled_is_not_that_of_the_catalog() -> None:
    assert newest_bundled(catalog(service(row())).values()) == date(2026, 11, 1)
    assert newest_bundled([Model("a")]) is None
