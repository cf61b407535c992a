"""What runs before the first request and after the last."""

from __future__ import annotations

import gc
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from parley.server.lifespan import lifespan


def test_requests_are_served_while_the_steps_run_in_order_and_stop_comes_last() -> None:
    happened: list[str] = []
    served = threading.Event()

    def first() -> None:
        assert served.wait(5)
        happened.append("first")

    steps = (first, lambda: happened.append("second"))
    app = Starlette(lifespan=lifespan(steps, lambda: happened.append("stop")))

    with TestClient(app):
        happened.append("served")
        served.set()

    assert happened == ["served", "first", "second", "stop"]


def test_a_step_that_fails_is_logged_and_the_app_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    happened: list[str] = []

    def fail() -> None:
        raise KeyError("a bug")

    app = Starlette(lifespan=lifespan((fail,), lambda: happened.append("stop")))

    with TestClient(app):
        happened.append("served")

    assert happened == ["served", "stop"]
    assert "A step of the start failed: KeyError" in caplog.text


def test_what_was_loaded_at_the_start_is_left_out_of_garbage_collection() -> None:
    app = Starlette(lifespan=lifespan((), lambda: None))

    with TestClient(app):
        until = time.monotonic() + 10
        while gc.get_freeze_count() < 1000:
            assert time.monotonic() < until, "nothing was frozen"
            time.sleep(0.01)

    assert gc.get_freeze_count() == 0


def test_stop_runs_when_the_app_fails() -> None:
    happened: list[str] = []
    app = Starlette(lifespan=lifespan((), lambda: happened.append("stop")))

    with pytest.raises(RuntimeError), TestClient(app):
        raise RuntimeError

    assert happened == ["stop"]
