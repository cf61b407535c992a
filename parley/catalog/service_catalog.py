"""W&B's public catalog: what the service itself says about its models. Pure; takes any JSON and never raises.

Prices stand there in cents per billion tokens: 22000 is $0.22 per million. Entries that cannot be read are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from parley.catalog.capabilities import modalities_in
from parley.catalog.entry import written_size
from parley.catalog.model import MAX_ID_CHARS, Fact, Model
from parley.catalog.parsing import MAX_ENTRIES
from parley.catalog.values import DESCRIPTION_MAX_CHARS, day, decimal, first_text, text, tokens
from parley.pricing.price import RefusedPrice
from parley.pricing.sanity import checked_price

CATALOG_SOURCE = "the service's public catalog"

_STAGES = {
    "general-availability": "available",
    "experimental": "experimental",
    "deprecated": "deprecated",
    "retired": "retired",
}
_KINDS = {"chat": "chat", "embedding": "embedding"}
_FEATURES = {
    "reasoning": "featureReasoning",
    "tools": "featureToolCalling",
    "structured_output": "featureStructuredOutput",
    "json_mode": "featureJsonMode",
    "lora": "featureLoRA",
}
_PRICES = tuple(f"priceCentsPerBillionTokens{what}" for what in ("Input", "Output", "Cached"))


@dataclass(frozen=True, eq=False)
class ServiceCatalog:
    """One answer of the catalog. Compared by identity: two answers are two catalogs."""

    fetched_at: datetime
    models: Mapping[str, Model] = field(default_factory=dict)
    """By the id that the API takes, in the catalog's own order; retired ones too. None is marked as listed."""
    unreadable: int = 0
    """Entries that are no object, have no usable id, or came after more than Parley reads."""
    duplicates: int = 0
    """Entries whose id had come before; the first was kept."""
    elsewhere: int = 0
    """Entries that another provider hosts."""


def parse_catalog(payload: object, fetched_at: datetime) -> ServiceCatalog:
    """Read an answer of the catalog; one without any model that can be used has no `models`."""
    models: dict[str, Model] = {}
    entries = _entries(payload)
    unreadable, duplicates, elsewhere = len(entries[MAX_ENTRIES:]), 0, 0
    for entry in entries[:MAX_ENTRIES]:
        model_id = _id_of(entry)
        if model_id is None:
            unreadable += 1
        elif _is_elsewhere(entry):
            elsewhere += 1
        elif model_id in models:
            duplicates += 1
        else:
            models[model_id] = Model(model_id, _facts(entry, fetched_at.date()), listed=False)
    return ServiceCatalog(fetched_at, models, unreadable, duplicates, elsewhere)


def _entries(payload: object) -> list[Any]:
    found = payload.get("models") if isinstance(payload, dict) else None
    return found if isinstance(found, list) else []


def _id_of(entry: object) -> str | None:
    """`idPlayground` is what the API takes; `id` is a name of the catalog's own."""
    found = entry.get("idPlayground") if isinstance(entry, dict) else None
    if not isinstance(found, str) or not found.strip() or len(found) > MAX_ID_CHARS:
        return None
    # Half a surrogate pair is text in JSON, but neither UTF-8 nor a database takes it.
    return None if any("\ud800" <= char <= "\udfff" for char in found) else found


def _is_elsewhere(entry: Mapping[str, Any]) -> bool:
    """The service's own file also names models of other providers. Both words must say so: either may change."""
    provider, status = entry.get("provider"), entry.get("status")
    return provider not in (None, "coreweave") and status not in (None, "hosted")


def _facts(entry: Mapping[str, Any], fetched_on: date) -> tuple[Fact, ...]:
    return tuple(
        Fact(name, value, CATALOG_SOURCE, fetched_on)
        for name, value in _statements(entry, fetched_on)
        if value is not None
    )


def _statements(entry: Mapping[str, Any], fetched_on: date) -> Iterator[tuple[str, object]]:
    yield "name", text(entry.get("label"))
    described = entry.get("descriptionShort") or entry.get("descriptionMedium")
    yield "description", text(described, DESCRIPTION_MAX_CHARS)
    yield "context_window", tokens(entry.get("contextWindow"))
    kind = _word_of(entry.get("apiStyle"), _KINDS)
    yield "kind", kind
    yield from _price(entry, fetched_on, has_output=kind != "embedding")
    yield from _abilities(entry)
    yield "params_total", written_size(entry.get("parameterCountTotal"))
    yield "params_active", written_size(entry.get("parameterCountActive"))
    yield "quantization", text(entry.get("quantization"))
    yield "license", text(entry.get("license"))
    yield "lifecycle", _word_of(entry.get("lifecycleStage"), _STAGES)
    yield "released_on", day(entry.get("launchDate"))


def _word_of(value: object, known: Mapping[str, str]) -> str | None:
    return known.get(value.strip().lower()) if isinstance(value, str) else None


def _price(
    entry: Mapping[str, Any], fetched_on: date, *, has_output: bool
) -> Iterator[tuple[str, object]]:
    input_rate, output_rate, cached_rate = (_per_mtok(entry.get(key)) for key in _PRICES)
    price = checked_price(
        input_rate,
        output_rate,
        # Cached tokens at the full price are the catalog's way to say that there is no discount.
        None if cached_rate == input_rate else cached_rate,
        source=CATALOG_SOURCE,
        as_of=fetched_on,
        has_output=has_output,
    )
    yield "price_refused" if isinstance(price, RefusedPrice) else "price", price


def _per_mtok(value: object) -> Decimal | None:
    """Cents per billion tokens → dollars per million, written without trailing zeros.

    >>> _per_mtok(22000), _per_mtok(2_000_000), _per_mtok("x")
    (Decimal('0.22'), Decimal('20'), None)
    """
    cents = decimal(value)
    return None if cents is None else Decimal(f"{cents.scaleb(-5).normalize():f}")


def _abilities(entry: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    given = entry.get("modalitiesInput") or entry.get("modalities")
    taken = modalities_in({"input_modalities": given}, "input")
    made = modalities_in({"output_modalities": entry.get("modalitiesOutput")}, "output")
    yield "input_modalities", taken or None
    yield "output_modalities", made or None
    # The catalog names every modality, so one that is not there is a no.
    yield "vision", "image" in taken if taken else None
    for name, key in _FEATURES.items():
        stated = entry.get(key)
        yield name, stated if isinstance(stated, bool) else None
    yield "reasoning_mode", first_text(entry.get("reasoningSupport"))
