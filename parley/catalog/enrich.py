"""The catalog of an endpoint: its own list, and beside it everything else that is known, in order of trust.

Order: the endpoint's own words, the service's public catalog and our bundled dated list (W&B), genai-prices (other
known hosts), the id itself. Nothing here asks the network.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parley.catalog.bundled import embedded_facts
from parley.catalog.derived import derived_facts
from parley.catalog.entry import LISTED_SOURCE
from parley.catalog.model import MAX_ID_CHARS, Fact, Model
from parley.catalog.parsing import ModelList
from parley.catalog.service_catalog import ServiceCatalog
from parley.catalog.wandb_models import ENDING, GONE, other_facts, wandb_models
from parley.endpoint import Endpoint, Service
from parley.pricing.price import LOCAL_SOURCE
from parley.pricing.sanity import free_price

LOCAL_PRICE = free_price(LOCAL_SOURCE)


def catalog_for(
    endpoint: Endpoint, listed: ModelList | None, service: ServiceCatalog | None = None
) -> tuple[Model, ...]:
    """Every model that the endpoint lists or is known to serve or have served.

    `listed` is `None` when the list could not be fetched; what the service's catalog or the bundled list holds then
    stands in, marked as not listed.
    """
    own = listed.models if listed else ()
    catalog = [_enriched(endpoint, model, service) for model in own]
    if endpoint.service is Service.WANDB:
        catalog += _known_beside(own, service)
    return tuple(catalog)


def _known_beside(own: Sequence[Model], service: ServiceCatalog | None) -> list[Model]:
    """The known models that the list does not hold. A list of nothing is broken, so it says nothing of them."""
    present = {model.id for model in own}
    missing = [
        _with_derived(other) for other in wandb_models(service).values() if other.id not in present
    ]
    return [_not_in_the_list(model) for model in missing] if own else missing


def _not_in_the_list(model: Model) -> Model:
    """Gone as far as the endpoint itself says; what is known better, a retirement with its day, stays."""
    if model.lifecycle in ENDING:
        return model
    note = f"The list does not hold this model; {other_facts(model)}"
    said = (
        Fact("lifecycle", "delisted", LISTED_SOURCE),
        Fact("lifecycle_note", note, LISTED_SOURCE),
    )
    return replace(model, facts=said + model.facts)


def find_model(
    models: Iterable[Model],
    model_id: str,
    endpoint: Endpoint | None = None,
    service: ServiceCatalog | None = None,
) -> Model:
    """The model of this exact id; one that is not in the catalog gets what can be told from id and endpoint."""
    found = next((model for model in models if model.id == model_id), None)
    if found is not None:
        return found
    typed = Model(model_id, listed=False)
    return _enriched(endpoint, typed, service) if endpoint else _with_derived(typed)


def nearest_id(models: Sequence[Model], wrong_id: str) -> str | None:
    """The id that was probably meant: a retired model's replacement first, else the nearest spelling.

    Never a retired or delisted model. A spelling is compared with listed models only, where any are listed.
    """
    alive = _alive(models, wrong_id)
    offered = [model.id for model in alive if model.listed] or [model.id for model in alive]
    return stated_replacement(models, wrong_id) or _nearest_spelling(wrong_id, offered)


def _alive(models: Sequence[Model], wrong_id: str) -> list[Model]:
    return [model for model in models if model.lifecycle not in GONE and model.id != wrong_id]


def stated_replacement(models: Sequence[Model], wrong_id: str) -> str | None:
    """What the sources name in place of a model. A replacement may be gone in its turn, so they are followed."""
    alive = {model.id for model in _alive(models, wrong_id)}
    replacements = {model.id: model.replacement for model in models}
    seen: set[str] = set()
    current = replacements.get(wrong_id)
    while current and current not in alive and current not in seen:
        seen.add(current)
        current = replacements.get(current)
    return current if current in alive else None


def _nearest_spelling(wrong_id: str, offered: Iterable[str]) -> str | None:
    wanted = wrong_id[:MAX_ID_CHARS].casefold()
    spellings: dict[str, str] = {}
    for model_id in offered:
        spellings.setdefault(model_id.casefold(), model_id)
        spellings.setdefault(model_id.casefold().rsplit("/", 1)[-1], model_id)
    nearest = difflib.get_close_matches(wanted, spellings, n=1, cutoff=0.6)
    return spellings[nearest[0]] if nearest else None


def _enriched(endpoint: Endpoint, model: Model, service: ServiceCatalog | None) -> Model:
    further = _service_facts(endpoint, model, service)
    return _with_derived(replace(model, facts=model.facts + further))


def _service_facts(
    endpoint: Endpoint, model: Model, service: ServiceCatalog | None
) -> tuple[Fact, ...]:
    if endpoint.service is Service.LOCAL:
        price = Fact("price", LOCAL_PRICE, LOCAL_PRICE.source)
        return (price, *embedded_facts(model.id))
    if endpoint.service is Service.WANDB:
        return _wandb_facts(model, service)
    if endpoint.runs_here:
        return ()
    from parley.catalog.known_prices import known_facts  # only when such a host is met

    return known_facts(endpoint.base_url, model.id)


def _wandb_facts(model: Model, service: ServiceCatalog | None) -> tuple[Fact, ...]:
    """A list that holds the model now outweighs a note that it was gone from another one."""
    known = wandb_models(service).get(model.id)
    if known is None:
        return ()
    if known.lifecycle == "delisted" and model.listed:
        return tuple(fact for fact in known.facts if not fact.name.startswith("lifecycle"))
    return known.facts


def _with_derived(model: Model) -> Model:
    """Guesses from the id fill gaps; beside a stated fact they would only be noise."""
    stated = {fact.name for fact in model.facts}
    gaps = tuple(fact for fact in derived_facts(model.id) if fact.name not in stated)
    return replace(model, facts=model.facts + gaps)
