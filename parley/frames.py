"""The catalog as a table. The only module that imports pandas.

A cell is what is known, in the words and units of the facts; unknown is missing, never 0 or "no".
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Set
from typing import Any, TypeAlias

import pandas as pd

from parley.catalog.disagreement import disagreements
from parley.catalog.model import Model
from parley.cost_of_use import monthly_costs
from parley.long_lived import stays
from parley.model_query import values
from parley.parameters import parameters_of
from parley.pricing.monthly import Use
from parley.pricing.price import Price

Frame: TypeAlias = pd.DataFrame
Column: TypeAlias = "pd.Series[Any]"

CAPABILITY_NAMES = ("reasoning", "vision", "tools", "structured_output", "json_mode", "lora")
_PUNCTUATION = re.compile(r"[^\w\s]+|_+")

_DTYPES = {
    "context_window": "Int64",
    "max_output_tokens": "Int64",
    **dict.fromkeys(
        (
            "input_per_mtok",
            "output_per_mtok",
            "cached_input_per_mtok",
            "params_total",
            "params_active",
            "monthly_cost",
        ),
        "float64",
    ),
    **dict.fromkeys(("listed", "price_refused", "free", "favourite"), "bool"),
}
COLUMNS = (
    "id",
    "name",
    "publisher",
    "family",
    "description",
    "context_window",
    "max_output_tokens",
    "input_per_mtok",
    "output_per_mtok",
    "cached_input_per_mtok",
    "free",
    "modalities",
    "capabilities",
    "variants",
    "kind",
    "params_total",
    "params_active",
    "quantization",
    "lifecycle",
    "retired_on",
    "released_on",
    "version_date",
    "replacement",
    "listed",
    "price_source",
    "price_as_of",
    "price_refused",
    "differs",
    "favourite",
    "monthly_cost",
    "search_text",
)


def models_frame(models: Iterable[Model], use: Use | None = None) -> pd.DataFrame:
    """One row a model, in the order given, with what that use would cost in a month; nobody's favourites yet."""
    models = tuple(models)
    frame = pd.DataFrame.from_records([_row(model) for model in models], columns=list(COLUMNS))
    return with_monthly_costs(frame, models, use).astype(_DTYPES)


def with_monthly_costs(frame: Frame, models: tuple[Model, ...], use: Use | None) -> Frame:
    """A copy of the frame of these models with the cost of a use; without one the frame itself."""
    if use is None:
        return frame
    costs = monthly_costs(models, use)
    each = [costs[model_id] for model_id in frame["id"]]
    floats: list[Any] = [None if cost is None else float(cost) for cost in each]
    return frame.assign(monthly_cost=floats).astype({"monthly_cost": "float64"})


def with_favourites(frame: Frame, favourites: Set[str]) -> Frame:
    """A copy of the frame in which the models with these ids are favourites."""
    return frame.assign(favourite=frame["id"].isin(favourites)) if favourites else frame


def known_names(frame: Frame, column: str) -> list[str]:
    """The different values of a column, the most frequent first."""
    return [str(name) for name in frame[column].value_counts().index]


class FrameCache:
    """Frames by the very tuple of models that they were made from: 3,000 of them take a third of a second."""

    def __init__(self, entries: int = 8) -> None:
        self._entries = entries
        self._kept: OrderedDict[tuple[int, Use | None], tuple[tuple[Model, ...], Frame]] = (
            OrderedDict()
        )
        self._lock = threading.Lock()

    def frame(self, models: tuple[Model, ...], use: Use | None = None) -> Frame:
        """The frame of these models and this use. Shared between readers: never to be changed."""
        with self._lock:
            plain = self._get(models, None) or _made(models)
            self._keep(None, plain)
            if use is None:
                return plain[1]
            kept = self._get(models, use) or (models, with_monthly_costs(plain[1], models, use))
            self._keep(use, kept)
            return kept[1]

    def _get(
        self, models: tuple[Model, ...], use: Use | None
    ) -> tuple[tuple[Model, ...], Frame] | None:
        return self._kept.get((id(models), use))

    def _keep(self, use: Use | None, kept: tuple[tuple[Model, ...], Frame]) -> None:
        """As the newest. The tuple is kept with its frame, so that no other can come to have its id."""
        key = id(kept[0]), use
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)


def _made(models: tuple[Model, ...]) -> tuple[tuple[Model, ...], Frame]:
    frame = models_frame(models)
    stays(len(models))
    return models, frame


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
        value.get("family"),
        value.get("description"),
        value.get("context_window"),
        value.get("max_output_tokens"),
        *_rates(price),
        price is not None and price.free,
        sorted(value.get("input_modalities", ())),
        _capabilities(value),
        sorted(value.get("variants", ())),
        value.get("kind"),
        _count(value.get("params_total")),
        _count(value.get("params_active")),
        value.get("quantization"),
        value.get("lifecycle"),
        value.get("retired_on"),
        value.get("released_on"),
        value.get("version_date"),
        value.get("replacement"),
        model.listed,
        price.source if price else None,
        price.as_of if price else None,
        "price_refused" in value,
        _differing(model, len(value)),
        False,
        None,
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


def _capabilities(value: Mapping[str, Any]) -> list[str]:
    """What the facts say, and where they say nothing, what they amount to: who takes images can see."""
    variants = value.get("variants", frozenset())
    amounts_to = {
        "vision": "image" in value.get("input_modalities", ()) or "vision" in variants,
        "reasoning": bool({"thinking", "reasoning"} & set(variants)),
    }
    return [name for name in CAPABILITY_NAMES if value.get(name, amounts_to.get(name))]


def _count(params: object) -> float | None:
    number = parameters_of(params)
    return None if number is None else float(number)


def _differing(model: Model, names: int) -> list[str]:
    """The facts about which two sources say different things."""
    # Most models say each thing once, and to look closer takes most of the time that a frame takes.
    return list(disagreements(model)) if len(model.facts) > names else []


def _search_text(model_id: str, name: str | None, *others: str | None) -> str:
    """Id and name stand there without their spaces as well, so that "gptoss" finds "GPT OSS"."""
    spaced = " ".join(part for part in (model_id, name, *others) if part)
    return f"{values.squashed(model_id)} {values.squashed(name or '')} {without_signs(spaced)}"


def without_signs(text: str) -> str:
    """
    >>> without_signs("GLM-5.2, new")
    'glm52 new'
    """
    return _PUNCTUATION.sub("", text.casefold())
