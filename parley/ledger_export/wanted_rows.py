"""All calls that are wanted, the newest first, a thousand at a time: none is held longer than it is written."""

from __future__ import annotations

from collections.abc import Iterator

from parley.conversation import LedgerEntry
from parley.store import Store
from parley.wanted_calls import Wanted

PAGE_CALLS = 1_000


def every_call(store: Store, owner: str, wanted: Wanted) -> Iterator[LedgerEntry]:
    """Those that were sent before it began; what is sent meanwhile is newer, and in no later page.

    Raises:
        StoreError: a page could not be read.
    """
    page = store.calls_page(owner, wanted, limit=PAGE_CALLS)
    yield from page.calls
    while page.next is not None:
        page = store.calls_page(owner, wanted, after=page.next, limit=PAGE_CALLS)
        yield from page.calls
