"""The fields that a question to the model list may name, what each compares, and the words that stand alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the value of a field is written and compared."""

    PRICE = "price"
    TOKENS = "number of tokens"
    PARAMS = "number of parameters"
    DAY = "date"
    ONE_OF = "choice"
    """A model has one of them; several that are asked for are joined by "or"."""
    HAS = "ability"
    """A model has a set of them; several that are asked for are joined by "and"."""
    FLAG = "flag"
    """Stands alone, without a value."""


MEASURED = frozenset({Kind.PRICE, Kind.TOKENS, Kind.PARAMS, Kind.DAY})
"""Kinds that are compared with < and >, and that a list can be sorted by."""


@dataclass(frozen=True)
class Field:
    """One name that a condition may begin with."""

    name: str
    kind: Kind
    column: str
    """Of the frame of models."""
    label: str
    """What it is called in a sentence."""
    example: str
    """A condition that is right."""
    largest_first: bool = False
    """The order that most people mean by sorting by it."""


_FIELDS = (
    Field("in", Kind.PRICE, "input_per_mtok", "input price", "in<0.5"),
    Field("out", Kind.PRICE, "output_per_mtok", "output price", "out<1"),
    Field("cached", Kind.PRICE, "cached_input_per_mtok", "price of cached input", "cached<0.1"),
    Field("monthly", Kind.PRICE, "monthly_cost", "monthly cost of your use", "monthly<100"),
    Field("ctx", Kind.TOKENS, "context_window", "context", "ctx>=128k", True),
    Field("maxout", Kind.TOKENS, "max_output_tokens", "longest output", "maxout>=8k", True),
    Field("params", Kind.PARAMS, "params_total", "parameters", "params<=30B", True),
    Field("active", Kind.PARAMS, "params_active", "active parameters", "active<4B", True),
    Field("released", Kind.DAY, "released_on", "released", "released>2026-01", True),
    Field("version", Kind.DAY, "version_date", "dated by its id", "version>2025", True),
    Field("retires", Kind.DAY, "retired_on", "retirement", "retires<2027"),
    Field("publisher", Kind.ONE_OF, "publisher", "publisher", "publisher:qwen"),
    Field("family", Kind.ONE_OF, "family", "family", "family:llama"),
    Field("kind", Kind.ONE_OF, "kind", "kind", "kind:embedding"),
    Field("quant", Kind.ONE_OF, "quantization", "quantization", "quant:fp8"),
    Field("lifecycle", Kind.ONE_OF, "lifecycle", "lifecycle", "lifecycle:deprecated"),
    Field("takes", Kind.HAS, "modalities", "takes", "takes:image"),
    Field("can", Kind.HAS, "capabilities", "can do", "can:tools"),
    Field("variant", Kind.HAS, "variants", "variant", "variant:coder"),
    Field("fav", Kind.FLAG, "favourite", "favourite", "fav"),
    Field("free", Kind.FLAG, "free", "free", "free"),
    Field("differs", Kind.FLAG, "differs", "sources differ", "differs"),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in _FIELDS}

ALIASES: Mapping[str, str] = {
    "input": "in",
    "output": "out",
    "price": "out",
    "context": "ctx",
    "size": "params",
    "cost": "monthly",
    "org": "publisher",
    "author": "publisher",
    "provider": "publisher",
    "quantization": "quant",
    "stage": "lifecycle",
    "retired_on": "retires",
    "favourite": "fav",
    "favorite": "fav",
    "starred": "fav",
}
"""Another name → the field that is meant."""

SORT = "sort"
NAME = "name"
"""What a list can be sorted by besides the measured fields: the id."""

ANY = "any"
UNKNOWN = "unknown"
CHAT = "chat"
KINDS = (CHAT, "completion", "embedding", "image", "audio", "video", "rerank", "moderation", "ocr")
STAGES = ("available", "experimental", "deprecated", "retired", "delisted", UNKNOWN)
CURRENT_STAGES = frozenset({"available", "experimental", "deprecated", UNKNOWN})
"""What is shown when no stage is asked for."""
MODALITIES = ("text", "image", "audio", "video", "file")
CAPABILITIES: Mapping[str, str] = {
    "tools": "tools",
    "vision": "vision",
    "reasoning": "reasoning",
    "structured": "structured_output",
    "json": "json_mode",
    "lora": "lora",
}
"""Word → capability."""

CLOSED: Mapping[str, Mapping[str, str]] = {
    "kind": {name: name for name in (*KINDS, "other", ANY)},
    "lifecycle": {name: name for name in (*STAGES, ANY)},
    "takes": {name: name for name in MODALITIES},
    "can": {**CAPABILITIES, **{name: name for name in CAPABILITIES.values()}},
}
"""Field → the words that may be its value, and what each stands for."""

ALONE: Mapping[str, tuple[str, str]] = {
    **{stage: ("lifecycle", stage) for stage in STAGES if stage != UNKNOWN},
    # "text" is left out: nearly every model takes it, and it is a word of many ids.
    **{name: ("takes", name) for name in MODALITIES if name != "text"},
    **{word: ("can", name) for word, name in CAPABILITIES.items()},
    **{name: ("can", name) for name in CAPABILITIES.values()},
}
"""Word that is a condition by itself → field and value."""


def field_named(name: str) -> Field | None:
    """The field of this name or alias, without regard to case."""
    lower = name.casefold()
    return FIELDS.get(ALIASES.get(lower, lower))


def sort_fields() -> dict[str, tuple[str, bool]]:
    """What a list can be sorted by: name → column, and whether the largest comes first."""
    sortable = {
        field.name: (field.column, field.largest_first)
        for field in _FIELDS
        if field.kind in MEASURED or field.kind is Kind.ONE_OF
    }
    return {NAME: ("id", False), **sortable}
