"""Which model of ours a provider means: by its exact name, else by one that differs in case, vendor or date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from parley.outcomes import is_same_model, is_variant

NO_MODEL = ""
"""Of a file that tells no models: all of them together."""


@dataclass(frozen=True)
class Names:
    """The models of a file and those of the ledger."""

    ours_of: Mapping[str, str]
    """Their name → ours; a name that none of ours is like stands for itself."""
    unmatched: tuple[str, ...]
    """Names of theirs that no model of ours is like, sorted."""

    def counted_for(self, asked: str, answered: str | None) -> str:
        """The model that a call counts for: the one that answered, if the file knows it."""
        known = self.ours_of.values()
        if NO_MODEL in known:
            return NO_MODEL
        return answered if answered is not None and answered in known else asked


def matched(theirs: Iterable[str], ours: Collection[str], said: Mapping[str, str]) -> Names:
    """`said`: pairs that the reader named; they hold before all else."""
    every = sorted(set(theirs))
    found = {name: said.get(name) or _ours(name, ours) for name in every if name != NO_MODEL}
    return Names(
        ours_of={name: found.get(name) or name for name in every},
        unmatched=tuple(name for name, one in found.items() if one is None),
    )


def _ours(name: str, ours: Collection[str]) -> str | None:
    """One that is like several is like none: a guess would put money under the wrong name."""
    if name in ours:
        return name
    for is_like in (_differs_in_case, _is_same, _is_version):
        found = [one for one in ours if is_like(one, name)]
        if len(found) == 1:
            return found[0]
    return None


def _differs_in_case(one: str, name: str) -> bool:
    return one.casefold() == name.casefold()


def _is_same(one: str, name: str) -> bool:
    return is_same_model(one, name) or is_same_model(name, one)


def _is_version(one: str, name: str) -> bool:
    return is_variant(one, name) or is_variant(name, one)
