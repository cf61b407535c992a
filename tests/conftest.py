"""What every test gets: no way out but loopback, no environment of the developer's, one profile for hypothesis."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.limits import Limits
from parley.store import Store
from tests.upstream import Upstream

settings.register_profile(
    "parley", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("parley")

KEY_VARIABLES = ("OPENAI_", "WANDB_", "PARLEY_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

SHORT = Limits(
    silence_s=0.6,
    connect_s=0.6,
    whole_reply_s=2.0,
    model_list_s=1.5,
    retry_default_s=0.05,
    checkpoint_s=0.05,
)
"""Limits for tests: nothing else about them differs from the real ones."""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, proxy or setting of the machine reaches a test."""
    for name in list(os.environ):
        if name.upper().startswith(KEY_VARIABLES):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def network_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name or address that is not loopback is refused, so a test cannot reach the world."""
    look_up = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"):
            raise socket.gaierror(socket.EAI_NONAME, f"the tests do not look up {name}")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


@pytest.fixture
def endpoint(upstream: Upstream) -> Endpoint:
    return Endpoint("Upstream", upstream.base_url)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def engine(store: Store) -> Iterator[Engine]:
    running = Engine(store, limits=SHORT)
    yield running
    running.close()
