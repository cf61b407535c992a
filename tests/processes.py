"""What tests ask about processes of their own: is it there, does it listen, has that come true yet."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from parley.endpoint import Endpoint
from parley.local_model import LocalModel, Phase

PATIENCE_S = 120.0
"""For a slow machine that others share; nothing here asserts a speed."""


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def listens(endpoint: Endpoint) -> bool:
    url = urlsplit(endpoint.base_url)
    with socket.socket() as probe:
        return probe.connect_ex((url.hostname, url.port)) == 0


def exists(process_id: int) -> bool:
    """True for a zombie as well."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def crash(model: LocalModel) -> None:
    """Kill the server and wait until that is seen: for a moment the dying still take connections."""
    assert model.process_id
    os.kill(model.process_id, signal.SIGKILL)
    wait_until(lambda: model.phase is not Phase.READY)
