"""What a probe saw, as facts beside those that are declared. Pure."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from parley.catalog.derived import DERIVED_SOURCE
from parley.catalog.model import Fact, Model
from parley.probe.result import ADDRESS, ProbeResult
from parley.probe.steps import Step

OBSERVED_SOURCE = "observed by a probe"

Probed = Mapping[str, tuple[datetime, Mapping[str, Any]]]
"""By model id, as `Store.probes` gives them."""

_FACT_OF = {
    Step.TOOLS: "tools",
    Step.SCHEMA: "structured_output",
    Step.VISION: "vision",
}


def observed_facts(result: ProbeResult, taken_at: datetime) -> tuple[Fact, ...]:
    """What was seen to work or was refused. A reply without reasoning says nothing: it may be switched off."""
    return tuple(
        Fact(name, value, OBSERVED_SOURCE, taken_at.date()) for name, value in _statements(result)
    )


def _statements(result: ProbeResult) -> Iterator[tuple[str, bool]]:
    if result.reasoning:
        yield "reasoning", True
    for step, name in _FACT_OF.items():
        check = result.checks.get(step)
        if check is not None and check.seen is not None:
            yield name, check.seen


def of_address(results: Probed, base_url: str) -> dict[str, tuple[datetime, Mapping[str, Any]]]:
    """Only what was observed at this address: an endpoint of the same name may have been elsewhere before."""
    return {
        model_id: (taken_at, stored)
        for model_id, (taken_at, stored) in results.items()
        if stored.get(ADDRESS) == base_url
    }


def with_observed(models: tuple[Model, ...], results: Probed) -> tuple[Model, ...]:
    """The models with what was observed, after what is declared and before what is derived from the id.

    The same tuple for the same models and moments, so that tables made of it can be remembered.
    """
    moments = {model_id: taken_at for model_id, (taken_at, _) in results.items()}
    return _MERGED.of(models, moments, results) if results else models


class _Merged:
    """The last answers, by the very tuple of models that they were made from."""

    def __init__(self, entries: int = 8) -> None:
        self._entries = entries
        self._kept: OrderedDict[int, tuple[tuple[Model, ...], object, tuple[Model, ...]]]
        self._kept = OrderedDict()
        self._lock = threading.Lock()

    def of(self, models: tuple[Model, ...], moments: object, results: Probed) -> tuple[Model, ...]:
        with self._lock:
            kept = self._kept.pop(id(models), None)
            if kept is None or kept[1] != moments:
                kept = models, moments, tuple(_merged(model, results) for model in models)
            self._kept[id(models)] = kept
            while len(self._kept) > self._entries:
                self._kept.popitem(last=False)
            return kept[2]


_MERGED = _Merged()


def _merged(model: Model, results: Probed) -> Model:
    found = results.get(model.id)
    if found is None:
        return model
    taken_at, stored = found
    observed = observed_facts(ProbeResult.from_dict(stored), taken_at)
    declared = [fact for fact in model.facts if fact.source != DERIVED_SOURCE]
    derived = [fact for fact in model.facts if fact.source == DERIVED_SOURCE]
    return replace(model, facts=(*declared, *observed, *derived))
