"""A `Model` of an endpoint: its id, and facts that each say where they come from.

A fact that no source gives is absent, never guessed; `None` is "not known", never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from parley.pricing.price import Price

MAX_ID_CHARS = 256


@dataclass(frozen=True)
class Fact:
    """One value about a model, with its source and date."""

    name: str
    """A key of `FACT_NAMES`."""
    value: Any
    """int, str, bool, date, frozenset[str] or `Price`, as `FACT_NAMES` says."""
    source: str
    as_of: date | None = None


FACT_NAMES: Mapping[str, str] = {
    "name": "str: display name",
    "publisher": "str: who made the model, such as Qwen",
    "description": "str",
    "context_window": "int: tokens",
    "max_output_tokens": "int: tokens",
    "price": "Price",
    "price_refused": "RefusedPrice: a price that was read and cannot be true",
    "input_modalities": "frozenset[str] of text, image, audio, video, file",
    "output_modalities": "frozenset[str] of text, image, audio, video, embeddings",
    "reasoning": "bool",
    "reasoning_mode": "str: in the source's words",
    "tools": "bool",
    "structured_output": "bool",
    "json_mode": "bool",
    "vision": "bool",
    "lora": "bool",
    "lora_note": "str: in the source's words",
    "family": "str such as Qwen3 or Llama",
    "variants": "frozenset[str] of instruct, thinking, coder, vision, base, and the like",
    "version_date": "date: the one that the id writes, such as 2507; its first day where it names a month",
    "params_total": "str such as 30B",
    "params_active": "str such as 3B",
    "quantization": "str",
    "license": "str",
    "kind": "str: chat, completion, embedding, image, audio, video, rerank, moderation, ocr, other",
    "lifecycle": "str: available, experimental, deprecated, retired, delisted",
    "lifecycle_note": "str: in the source's words",
    "retired_on": "date: past or announced",
    "replacement": "str: a model id",
    "released_on": "date",
    "created_on": "date: what the endpoint gives as `created`; some give the date of their start",
    "params_note": "str: where the numbers of parameters come from",
    "owned_by": "str",
}


@dataclass(frozen=True)
class Model:
    """One model that an endpoint lists, or that a person typed."""

    id: str
    """Exact and case-sensitive; untrusted text."""
    facts: tuple[Fact, ...] = ()
    """In order of precedence: of two facts with one name the first is used, the others are shown beside it."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The entry as the endpoint sent it; empty when the list does not hold the model."""
    listed: bool = True
    """False: known from another source or typed by hand, not in the endpoint's own list."""

    def fact(self, name: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.name == name), None)

    def value(self, name: str) -> Any:
        found = self.fact(name)
        return None if found is None else found.value

    @property
    def context_window(self) -> int | None:
        window: int | None = self.value("context_window")
        return window

    @property
    def price(self) -> Price | None:
        price: Price | None = self.value("price")
        return price

    @property
    def lifecycle(self) -> str | None:
        stage: str | None = self.value("lifecycle")
        return stage

    @property
    def replacement(self) -> str | None:
        other: str | None = self.value("replacement")
        return other

    @property
    def is_chat(self) -> bool:
        """Unknown kinds count as chat: better offered than lost."""
        return self.value("kind") in (None, "chat")

    @property
    def is_retired(self) -> bool:
        return self.lifecycle == "retired"
