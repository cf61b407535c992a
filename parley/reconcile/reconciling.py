"""From a usage file and the ledger to a verdict: the whole way in one call."""

from __future__ import annotations

from dataclasses import dataclass

from parley.conversation import LedgerEntry
from parley.errors import Refused
from parley.reconcile.columns import TOKENS, Columns, Field
from parley.reconcile.explaining import Explained, explained
from parley.reconcile.names import Names, matched
from parley.reconcile.ours import Pages, answered_otherwise, calls_between, our_usage
from parley.reconcile.pairs import pairs
from parley.reconcile.theirs import TheirUsage, their_usage
from parley.reconcile.usage_file import NOTHING_KEPT, UsageFile
from parley.reconcile.wording import verdict


@dataclass(frozen=True)
class Reconciliation:
    """A file held against the ledger."""

    theirs: TheirUsage
    names: Names
    our_models: tuple[str, ...]
    """Those of the ledger on these days, sorted."""
    pairs: tuple[Explained, ...]
    columns: Columns

    @property
    def verdict(self) -> str:
        """How many days and models agree, in a sentence."""
        return verdict(
            self.pairs,
            names_models=Field.MODEL in self.columns.of,
            tells_tokens=any(one in TOKENS for one in self.columns.compared),
        )


def reconcile(file: UsageFile, columns: Columns, endpoint: str, pages: Pages) -> Reconciliation:
    """`columns` must lack nothing; `pages`: those of the ledger of an owner.

    Raises:
        Refused: no line can be read as the columns say, or the ledger holds too many calls on these days.
        StoreError: the ledger could not be read.
    """
    theirs = their_usage(file, columns)
    first, last = theirs.first_day, theirs.last_day
    if first is None or last is None:
        why = (
            f"Line {theirs.left_out[0].number:,} {theirs.left_out[0].why}."
            if theirs.left_out
            else NOTHING_KEPT
        )
        raise Refused("No line of the file can be read with these columns.", advice=why)
    calls = list(calls_between(first, last, endpoint, pages))
    models = _models(calls)
    names = matched((model for _, model in theirs.stated), models, columns.models)
    zone = columns.tzinfo
    ours = our_usage(calls, zone, names.counted_for)
    every = pairs(theirs, ours, names, columns.compared)
    return Reconciliation(
        theirs, names, tuple(sorted(models)), tuple(explained(every, names, zone)), columns
    )


def _models(calls: list[LedgerEntry]) -> set[str]:
    """Those that were asked, and those that answered instead."""
    answered = {one for call in calls if (one := answered_otherwise(call)) is not None}
    return {call.request.model for call in calls} | answered
