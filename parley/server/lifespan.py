"""What happens beside the first requests and after the last one.

Slow first steps (imports, the store, compressed files) are taken in a thread while the port is open already.
Never decides what they are.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

LOG = logging.getLogger(__name__)


def lifespan(
    start: Iterable[Callable[[], object]], stop: Callable[[], object]
) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """A lifespan that takes the `start` steps in order, and `stop` however the app ends."""

    def begin() -> None:
        for step in start:
            step()
        # Streamlit collects all garbage after every script run: 80 ms when our imports are part of it.
        gc.collect()
        gc.freeze()

    @asynccontextmanager
    async def lived(_: object) -> AsyncIterator[None]:
        beginning = asyncio.get_running_loop().run_in_executor(None, begin)
        beginning.add_done_callback(_log_fault)
        try:
            yield
        finally:
            await asyncio.wait([beginning])
            gc.unfreeze()
            stop()

    return lived


def _log_fault(beginning: asyncio.Future[None]) -> None:
    """The app goes on: what is missing then is taken when it is first needed."""
    fault = beginning.exception()
    if fault is not None:
        LOG.error("A step of the start failed: %s", type(fault).__name__, exc_info=fault)
