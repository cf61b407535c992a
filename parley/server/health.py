"""`GET /healthz`: whether this process can do its work, for load balancers and scripts.

Streamlit's own health page says only that the server runs. Never says why something failed: anyone may ask.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from parley.errors import StoreError


def healthz(store_is_reachable: Callable[[], bool]) -> Route:
    """The route. `store_is_reachable` may block; it answers False or raises `StoreError` when it is not."""

    async def answer(_: Request) -> JSONResponse:
        reachable = await run_in_threadpool(_asked, store_is_reachable)
        status = "ok" if reachable else "unavailable"
        # A cached answer would hide an outage, or its end.
        return JSONResponse(
            {"status": status}, 200 if reachable else 503, {"Cache-Control": "no-store"}
        )

    return Route("/healthz", answer, methods=["GET"])


def _asked(store_is_reachable: Callable[[], bool]) -> bool:
    try:
        return store_is_reachable()
    except StoreError:
        return False
