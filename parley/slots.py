"""How many requests one endpoint gets at once. Lives on the engine's loop; the rest wait and say so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """How many requests one endpoint gets at once; lowered when it says that it is too many."""

    def __init__(self, most: int) -> None:
        self._wanted = most
        self._most = most
        self._taken = 0
        self._freed = asyncio.Condition()

    @property
    def free(self) -> bool:
        return self._taken < self._most

    def lower(self) -> None:
        """A call was turned away: no more at once than the others that run now. Alone, it says nothing."""
        if self._taken:
            self._most = min(self._most, self._taken)

    def relax(self) -> None:
        """A call was answered: one more may be tried, up to what was wanted."""
        self._most = min(self._wanted, self._most + 1)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a slot and hold it."""
        async with self._freed:
            await self._freed.wait_for(lambda: self.free)
            self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
            # Shielded, so that a Stop cannot leave the others waiting for a slot that is free.
            await asyncio.shield(self._announce())

    async def _announce(self) -> None:
        async with self._freed:
            self._freed.notify_all()
