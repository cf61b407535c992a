"""How many requests one endpoint gets at once. Lives on the engine's loop; the rest wait and say so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """How many requests one endpoint gets at once; lowered when it says that it is too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._freed = asyncio.Condition()

    @property
    def free(self) -> bool:
        return self._taken < self._most

    def lower(self) -> None:
        """The endpoint takes fewer than we thought: one less than are running now, at least one."""
        self._most = max(1, min(self._most, self._taken) - 1)

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
