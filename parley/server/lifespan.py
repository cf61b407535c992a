"""What happens before the first request and after the last one.

Slow first steps (imports, the store, compressed files) are paid here, by nobody. Never decides what they are.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager


def lifespan(
    start: Iterable[Callable[[], object]], stop: Callable[[], object]
) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """A lifespan that takes the `start` steps in order, and `stop` however the app ends."""

    @asynccontextmanager
    async def lived(_: object) -> AsyncIterator[None]:
        for step in start:
            step()
        # Streamlit collects all garbage after every script run: 80 ms when our imports are part of it.
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            gc.unfreeze()
            stop()

    return lived
