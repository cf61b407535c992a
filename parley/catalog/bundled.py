"""Facts that come with Parley, each with its source and date: the models of W&B Inference, and the one on this machine.

They are what is known when the endpoint says no more than ids. They age: the endpoint's own words come first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from parley.catalog.model import FACT_NAMES, Fact, Model
from parley.pricing.price import Price

BUNDLED_SOURCE = "bundled list"
EMBEDDED_SOURCE = "the model's own card"

_DATA = Path(__file__).parent / "data" / "wandb_models.json"

_EMBEDDED = {
    "name": "SmolLM2 135M Instruct",
    "publisher": "Hugging Face",
    "description": "A very small model that shows how the app works; add a key for real answers.",
    "license": "Apache-2.0",
    "params_total": "135M",
    "quantization": "Q4_1",
    "kind": "chat",
}


@cache
def bundled_models() -> Mapping[str, Model]:
    """The W&B models by id: available, retired and delisted ones."""
    rows = json.loads(_DATA.read_text(encoding="utf-8"))["models"]
    return MappingProxyType({row["id"]: _model(row) for row in rows})


def embedded_facts(model_id: str) -> tuple[Fact, ...]:
    """What is known of the model that comes with the local server; nothing for any other file."""
    if "smollm2-135m-instruct" not in model_id.lower():
        return ()
    return tuple(Fact(name, value, EMBEDDED_SOURCE) for name, value in _EMBEDDED.items())


def _model(row: Mapping[str, Any]) -> Model:
    source, as_of = f"{BUNDLED_SOURCE}: {row['source']}", _day(row["as_of"])
    facts = tuple(Fact(name, value, source, as_of) for name, value in _values(row))
    return Model(row["id"], facts + _price(row, source), listed=False)


def _values(row: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        if name == "input_modalities":
            yield name, frozenset(value)
        elif name == "retired_on":
            yield name, date.fromisoformat(value)
        elif name in FACT_NAMES:
            yield name, value


def _price(row: Mapping[str, Any], source: str) -> tuple[Fact, ...]:
    if "input_per_mtok" not in row:
        return ()
    as_of = _day(row["price_as_of"])
    cached = row.get("cached_input_per_mtok")
    price = Price(
        Decimal(row["input_per_mtok"]),
        Decimal(row["output_per_mtok"]),
        Decimal(cached) if cached else None,
        source=BUNDLED_SOURCE,
        as_of=as_of,
    )
    return (Fact("price", price, source, as_of),)


def _day(stated: str) -> date:
    """Where a source gives only year and month, the first of the month: rather too old than too fresh."""
    return date.fromisoformat(stated if len(stated) > 7 else f"{stated}-01")
