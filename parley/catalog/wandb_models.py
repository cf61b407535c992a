"""What is known of W&B's models besides the endpoint's own list: the service's public catalog, and the bundled list.

With a catalog at hand its word counts; a bundled fact stands beside it where it differs or says what is missing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from parley.catalog.bundled import BUNDLED_SOURCE, bundled_models
from parley.catalog.disagreement import comparable
from parley.catalog.model import Fact, Model
from parley.catalog.service_catalog import CATALOG_SOURCE, ServiceCatalog

GONE = frozenset({"retired", "delisted"})
ENDING = GONE | {"deprecated"}

_OF_AN_END = frozenset({"lifecycle_note", "retired_on", "replacement"})


@lru_cache(maxsize=4)
def wandb_models(catalog: ServiceCatalog | None) -> Mapping[str, Model]:
    """Every known model by id, those of the catalog first; without a catalog the bundled ones. None is listed."""
    bundled = bundled_models()
    if catalog is None:
        return bundled
    models = {
        model.id: _side_by_side(model, bundled.get(model.id)) for model in catalog.models.values()
    }
    for other in bundled.values():
        models.setdefault(other.id, _missing_there(other, catalog))
    return MappingProxyType(models)


def _side_by_side(model: Model, bundled: Model | None) -> Model:
    if bundled is None:
        return model
    said = {(fact.name, comparable(fact.value)) for fact in model.facts}
    outdated = _outdated(model, bundled)
    further = tuple(
        fact
        for fact in bundled.facts
        if (fact.name, comparable(fact.value)) not in said and fact.name not in outdated
    )
    return replace(model, facts=model.facts + further)


def _outdated(model: Model, bundled: Model) -> frozenset[str]:
    """What is bundled about the end of a model, where the catalog still has the model.

    Delisted is our own word for a model that an older list did not hold; it says nothing against this catalog.
    """
    if bundled.lifecycle == "delisted":
        return _OF_AN_END | {"lifecycle"}
    revived = model.lifecycle is not None and model.lifecycle not in ENDING
    return _OF_AN_END if revived and bundled.lifecycle in ENDING else frozenset()


def _missing_there(bundled: Model, catalog: ServiceCatalog) -> Model:
    """What the catalog does not hold is gone; a retirement with its day, which says more, stays as it is."""
    if bundled.lifecycle in ENDING:
        return bundled
    fetched_on = catalog.fetched_at.date()
    note = f"The service's public catalog does not hold this model; {other_facts(bundled)}"
    said = (
        Fact("lifecycle", "delisted", CATALOG_SOURCE, fetched_on),
        Fact("lifecycle_note", note, CATALOG_SOURCE, fetched_on),
    )
    return replace(bundled, facts=said + bundled.facts)


def other_facts(model: Model) -> str:
    """Where what is known of a model comes from that a list does not hold, and from when: the end of a sentence."""
    fetched = [fact.as_of for fact in model.facts if fact.source == CATALOG_SOURCE and fact.as_of]
    if fetched:
        return f"its other facts are from the service's public catalog of {max(fetched)}."
    return f"its other facts come with Parley, the newest of {newest_bundled((model,))}."


def newest_bundled(models: Iterable[Model]) -> date | None:
    """The newest date of what comes with Parley; `None` where nothing of it is used."""
    days = (
        fact.as_of
        for model in models
        for fact in model.facts
        if fact.as_of and fact.source.startswith(BUNDLED_SOURCE)
    )
    return max(days, default=None)
