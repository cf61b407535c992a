"""`/healthz`, as a load balancer sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from parley.errors import StoreError
from parley.server.health import healthz


def reachable() -> bool:
    return True


def unreachable() -> bool:
    return False


def broken() -> bool:
    raise StoreError


@pytest.mark.parametrize(
    ("store", "code", "status"),
    [(reachable, 200, "ok"), (unreachable, 503, "unavailable"), (broken, 503, "unavailable")],
)
def test_health_follows_the_store(store: Callable[[], bool], code: int, status: str) -> None:
    response = TestClient(Starlette(routes=[healthz(store)])).get("/healthz")

    assert response.status_code == code
    assert response.json() == {"status": status}
    assert response.headers["Cache-Control"] == "no-store"


def test_health_cannot_be_posted_to() -> None:
    response = TestClient(Starlette(routes=[healthz(reachable)])).post("/healthz")

    assert response.status_code == 405
