"""What a `ModelFilter` asks for in words, and which of its demands to loosen when nothing meets them all. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from parley.frames import UNKNOWN_LIFECYCLE, Frame, ModelFilter, filter_models
from parley.pricing.wording import write_rate

CURRENT_STAGES = frozenset({"available", "experimental", "deprecated", UNKNOWN_LIFECYCLE})
STAGES = ("available", "experimental", "deprecated", "retired", "delisted", UNKNOWN_LIFECYCLE)
NOTHING_ASKED = ModelFilter(kinds=frozenset({"chat"}), lifecycle=CURRENT_STAGES)

_SAID: dict[str, Callable[[ModelFilter], str]] = {
    "search": lambda wanted: f"“{wanted.search.strip()}”",
    "publishers": lambda wanted: " or ".join(sorted(wanted.publishers, key=str.casefold)),
    "min_context": lambda wanted: f"context of {wanted.min_context or 0:,} tokens or more",
    "max_output_price": lambda wanted: (
        f"output at most {write_rate(wanted.max_output_price or Decimal(0))} per million"
    ),
    "modalities": lambda wanted: f"takes {' and '.join(sorted(wanted.modalities))}",
    "capabilities": lambda wanted: " and ".join(sorted(wanted.capabilities)).replace("_", " "),
    "lifecycle": lambda wanted: " or ".join(sorted(wanted.lifecycle)),
    "kinds": lambda wanted: " or ".join(sorted(wanted.kinds)) or "non-chat models too",
}

_LOOSENED = {
    "search": "without the search words",
    "publishers": "from any publisher",
    "min_context": "with any context window",
    "max_output_price": "with any or no known price",
    "modalities": "with any input",
    "capabilities": "with any capabilities",
    "lifecycle": "with retired and delisted models",
    "kinds": "with models that do not chat",
}


def asked(wanted: ModelFilter) -> list[str]:
    """Each demand that a person made, in words."""
    return [
        say(wanted)
        for name, say in _SAID.items()
        if getattr(wanted, name) != getattr(NOTHING_ASKED, name)
    ]


def way_out(frame: Frame, wanted: ModelFilter) -> str:
    """Why the table is empty: which single demand to drop, the one that changes least first."""
    counts = {name: _count_without(frame, wanted, name) for name in _LOOSENED}
    helpful = sorted((name for name in counts if counts[name]), key=lambda name: counts[name])
    if not helpful:
        return "No models match, and no single filter is the cause."
    offers = ", ".join(f"{counts[name]:,} {_LOOSENED[name]}" for name in helpful[:3])
    return f"No models match. There would be {offers}."


def _count_without(frame: Frame, wanted: ModelFilter, name: str) -> int:
    loosened = replace(wanted, **{name: getattr(ModelFilter(), name)})
    return 0 if loosened == wanted else len(filter_models(frame, loosened))
