"""The catalog as a table, and its filters. The only module that imports pandas.

What a person types is compared as plain text: never a pattern, never an expression.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import Any, TypeAlias

import pandas as pd

from parley.catalog.model import Model
from parley.pricing.price import Price

Frame: TypeAlias = pd.DataFrame

CAPABILITY_NAMES = ("reasoning", "vision", "tools", "structured_output", "json_mode", "lora")
UNKNOWN_LIFECYCLE = "unknown"

_NOT_WORD = re.compile(r"[\W_]+")
_PUNCTUATION = re.compile(r"[^\w\s]+|_+")

_DTYPES = {
    "context_window": "Int64",
    "max_output_tokens": "Int64",
    "input_per_mtok": "float64",
    "output_per_mtok": "float64",
    "cached_input_per_mtok": "float64",
    "listed": "bool",
    "price_refused": "bool",
}
COLUMNS = (
    "id",
    "name",
    "publisher",
    "description",
    "context_window",
    "max_output_tokens",
    "input_per_mtok",
    "output_per_mtok",
    "cached_input_per_mtok",
    "modalities",
    "capabilities",
    "kind",
    "lifecycle",
    "retired_on",
    "replacement",
    "listed",
    "price_source",
    "price_as_of",
    "price_refused",
    "search_text",
)


class Sort(StrEnum):
    """The order of the table; what is unknown comes last."""

    LISTED = "listed"
    """As the endpoint gave them."""
    NAME = "name"
    CONTEXT = "context"
    """Largest window first."""
    INPUT_PRICE = "input price"
    OUTPUT_PRICE = "output price"
    """Cheapest first."""


@dataclass(frozen=True)
class ModelFilter:
    """What a person is looking for. Empty sets and None ask for nothing."""

    search: str = ""
    """All words, in any order, without regard to case and punctuation."""
    publishers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    """A model of unknown kind counts as chat."""
    min_context: int | None = None
    max_output_price: Decimal | None = None
    """US dollars per million tokens; models without a known price are then left out."""
    modalities: frozenset[str] = frozenset()
    """The model takes all of these as input."""
    capabilities: frozenset[str] = frozenset()
    """The model is known to have all of these."""
    lifecycle: frozenset[str] = frozenset()
    """Any of these stages; `unknown` stands for models of which none is known."""
    sort: Sort = Sort.LISTED


def models_frame(models: Iterable[Model]) -> pd.DataFrame:
    """One row a model, in the order given; unknown is missing, never 0 or "no"."""
    frame = pd.DataFrame.from_records([_row(model) for model in models], columns=list(COLUMNS))
    return frame.astype(_DTYPES)


class FrameCache:
    """Frames by the very tuple of models that they were made from: 3,000 of them take a third of a second."""

    def __init__(self, entries: int = 8) -> None:
        self._entries = entries
        self._kept: OrderedDict[int, tuple[tuple[Model, ...], Frame]] = OrderedDict()
        self._lock = threading.Lock()

    def frame(self, models: tuple[Model, ...]) -> Frame:
        """The frame of these models. Shared between readers: never to be changed."""
        with self._lock:
            kept = self._kept.pop(id(models), None) or (models, models_frame(models))
            # The tuple is kept with its frame, so that no other can come to have its id.
            self._kept[id(models)] = kept
            while len(self._kept) > self._entries:
                self._kept.popitem(last=False)
            return kept[1]


FRAMES = FrameCache()


def _row(model: Model) -> tuple[Any, ...]:
    # The first fact of a name is the one that counts; reversing lets it overwrite the others.
    value = {fact.name: fact.value for fact in reversed(model.facts)}
    price: Price | None = value.get("price")
    name, publisher = value.get("name"), value.get("publisher")
    return (
        model.id,
        name,
        publisher,
        value.get("description"),
        value.get("context_window"),
        value.get("max_output_tokens"),
        *_rates(price),
        sorted(value.get("input_modalities", ())),
        [capability for capability in CAPABILITY_NAMES if value.get(capability)],
        value.get("kind"),
        value.get("lifecycle"),
        value.get("retired_on"),
        value.get("replacement"),
        model.listed,
        price.source if price else None,
        price.as_of if price else None,
        price is None and "price_refused" in value,
        _search_text(model.id, name, publisher, value.get("description")),
    )


def _rates(price: Price | None) -> tuple[float | None, float | None, float | None]:
    if price is None:
        return None, None, None
    cached = price.cached_input_per_mtok
    return (
        float(price.input_per_mtok),
        float(price.output_per_mtok),
        None if cached is None else float(cached),
    )


def _search_text(model_id: str, name: str | None, *others: str | None) -> str:
    """Id and name stand there without their spaces as well, so that "gptoss" finds "GPT OSS"."""
    spaced = " ".join(part for part in (model_id, name, *others) if part)
    return (
        f"{_squashed(model_id)} {_squashed(name or '')} {_PUNCTUATION.sub('', spaced.casefold())}"
    )


def _squashed(words: str) -> str:
    return _NOT_WORD.sub("", words.casefold())


def filter_models(frame: pd.DataFrame, wanted: ModelFilter) -> pd.DataFrame:
    """The rows that meet every demand, in the order that was asked for."""
    demands = [
        *_search_demands(frame, wanted.search),
        *_choice_demands(frame, wanted),
        *_number_demands(frame, wanted),
        _has_all(frame["modalities"], wanted.modalities),
        _has_all(frame["capabilities"], wanted.capabilities),
    ]
    everything = pd.Series(True, index=frame.index)
    return _sorted(frame[reduce(and_, demands, everything)], wanted.sort)


def _search_demands(frame: pd.DataFrame, search: str) -> list[pd.Series[bool]]:
    words = filter(None, map(_squashed, search.split()))
    return [frame["search_text"].str.contains(word, regex=False).astype(bool) for word in words]


def _choice_demands(frame: pd.DataFrame, wanted: ModelFilter) -> list[pd.Series[bool]]:
    choices = (
        (frame["publisher"], wanted.publishers),
        (frame["kind"].fillna("chat"), wanted.kinds),
        (frame["lifecycle"].fillna(UNKNOWN_LIFECYCLE), wanted.lifecycle),
    )
    return [column.isin(allowed) for column, allowed in choices if allowed]


def _number_demands(frame: pd.DataFrame, wanted: ModelFilter) -> list[pd.Series[bool]]:
    demands: list[pd.Series[bool]] = []
    if wanted.min_context is not None:
        demands.append(frame["context_window"].ge(wanted.min_context).fillna(False).astype(bool))
    if wanted.max_output_price is not None:
        # A comparison with a missing price is False: what costs nobody knows how much is left out.
        demands.append(frame["output_per_mtok"].le(float(wanted.max_output_price)))
    return demands


def _has_all(column: pd.Series[Any], needed: frozenset[str]) -> pd.Series[bool]:
    return pd.Series([needed.issubset(values) for values in column], index=column.index, dtype=bool)


def _sorted(frame: pd.DataFrame, order: Sort) -> pd.DataFrame:
    if order is Sort.LISTED:
        return frame
    column, ascending = _SORT_COLUMNS[order]
    return frame.sort_values(
        column,
        ascending=ascending,
        na_position="last",
        kind="stable",
        key=_FOLD if order is Sort.NAME else None,
    )


_SORT_COLUMNS: dict[Sort, tuple[str, bool]] = {
    Sort.NAME: ("id", True),
    Sort.CONTEXT: ("context_window", False),
    Sort.INPUT_PRICE: ("input_per_mtok", True),
    Sort.OUTPUT_PRICE: ("output_per_mtok", True),
}
_FOLD: Callable[[pd.Series[Any]], pd.Series[Any]] = lambda ids: ids.str.casefold()  # noqa: E731
